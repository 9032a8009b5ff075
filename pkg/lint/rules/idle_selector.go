package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkIdleSelectors finds Services and PodDisruptionBudgets that are made for
// the release's own pods and select none of them. What runs in a release with
// the right to label pods may bring the label that is missing, and what makes
// pods, the pods.
func checkIdleSelectors(p *selections) {
	if slices.ContainsFunc(p.CustomResources(), makesPods) || slices.ContainsFunc(p.Accounts(), writesPods) {
		return
	}
	resources := newResourceIndex(p.CustomResources())
	for _, o := range p.Objects {
		selector := podSelector(o)
		if selector == nil || resources.spokenOf(selector) || selectsSomebody(p.Pass, o, selector) || p.beside(o).governs(o) {
			continue
		}
		if near := nearest(p, o, selector); near != nil {
			p.Report(idleReport(p.Pass, o, selector, near))
		}
	}
}

// selectsSomebody reports whether a selector may match a pod of a workload.
func selectsSomebody(p *lint.Pass, o *manifest.Object, selector map[string]any) bool {
	wanted := requirements(selector)
	return slices.ContainsFunc(meeting(p, wanted, p.Workloads, setByController), func(w *inventory.Workload) bool {
		return p.SameNamespace(w.Object, o) && !slices.ContainsFunc(wanted, func(r requirement) bool { return !metByPods(r, w) })
	})
}

// metByPods reports whether pods of a workload meet a requirement by what their
// template says or their controller adds.
func metByPods(r requirement, w *inventory.Workload) bool {
	switch {
	case r.key == "statefulset.kubernetes.io/pod-name" && r.label:
		pod := r.values[0]
		return w.Object.Kind == "StatefulSet" && w.Object.Name == pod[:max(strings.LastIndexByte(pod, '-'), 0)]
	case setByController(r.key):
		return true
	}
	return r.met(w.Labels)
}

// nearest returns the workload that a selector is meant for, or nil where none
// is: what runs behind a Service may be switched off, or somebody else's. It is
// the one that goes by the Service's own name, or else one that lacks nothing
// but the label that names the instance.
func nearest(p *selections, o *manifest.Object, selector map[string]any) *inventory.Workload {
	beside := p.beside(o)
	if w := beside.named(o.Name, withoutRole(o.Name)); w != nil {
		return w
	}
	wanted := requirements(selector)
	for _, w := range meeting(p.Pass, wanted, beside.running, func(key string) bool { return setByController(key) || isInstanceKey(key) }) {
		if w.RunsForever() && p.SameNamespace(w.Object, o) && lacksInstanceAlone(wanted, w) {
			return w
		}
	}
	return nil
}

// meeting narrows candidates down by the labels that a selector asks for, but for
// some.
func meeting(p *lint.Pass, wanted []requirement, candidates []*inventory.Workload, leftOut func(key string) bool) []*inventory.Workload {
	for _, r := range wanted {
		if r.label && !leftOut(r.key) {
			if with := p.Labelled(r.key, r.values[0]); len(with) < len(candidates) {
				candidates = with
			}
		}
	}
	return candidates
}

// withoutRole is the name of an object without the word that people add to a
// workload's for a second Service, or for its budget.
func withoutRole(name string) string {
	for _, suffix := range []string{"-headless", "-hl", "-svc", "-service", "-internal", "-discovery", "-pdb"} {
		if stem, found := strings.CutSuffix(name, suffix); found {
			return stem
		}
	}
	return name
}

// lacksInstanceAlone reports whether a workload's pods meet a selector but for
// the label that names the instance, which they do not have.
func lacksInstanceAlone(wanted []requirement, w *inventory.Workload) bool {
	met := 0
	for _, r := range wanted {
		if metByPods(r, w) {
			met++
		} else if _, has := w.Labels[r.key]; has || !isInstanceKey(r.key) {
			return false
		}
	}
	return met > 0
}

func idleReport(p *lint.Pass, o *manifest.Object, selector map[string]any, near *inventory.Workload) lint.Report {
	effect := "nothing answers behind it"
	if o.Kind == "PodDisruptionBudget" {
		effect = "it protects nothing"
	}
	t := term{fields: map[string]any{"labelSelector": selector}}
	r := lint.Report{
		Severity:   lint.Warning,
		Object:     o,
		Path:       manifest.Path{"spec", "selector"},
		Related:    []*manifest.Object{near.Object},
		NotFixable: true,
		Message:    fmt.Sprintf("the selector is meant for the pods of %s and matches none, so that %s: it %s", near.Object, effect, shortcoming(near, t)),
	}
	if givenByUser(p, unmetValues(near, t)) {
		r.Severity = lint.Info
	}
	return r
}

// writesPods reports whether an account may make pods or label them.
func writesPods(a *inventory.Account) bool {
	for _, g := range a.Grants {
		if g.Admin {
			return true
		}
		for _, rule := range g.Rules {
			if names(rule, "apiGroups", "") && names(rule, "resources", "pods") && (names(rule, "verbs", "create") || names(rule, "verbs", "patch") || names(rule, "verbs", "update")) {
				return true
			}
		}
	}
	return false
}

// names reports whether a list of an RBAC rule has a word in it, or all words.
func names(rule any, list, word string) bool {
	words := manifest.StringsAt(rule, list)
	return slices.Contains(words, word) || slices.Contains(words, "*")
}
