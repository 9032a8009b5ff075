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
func checkIdleSelectors(p *lint.Pass) {
	if slices.ContainsFunc(p.CustomResources(), makesPods) || slices.ContainsFunc(p.Granted(), func(w *inventory.Workload) bool { return writesPods(p, w) }) {
		return
	}
	for _, o := range p.Objects {
		selector := podSelector(o)
		if selector == nil || selectsSomebody(p, o, selector) || slices.ContainsFunc(p.Workloads, func(w *inventory.Workload) bool { return governedBy(p, w, o) }) {
			continue
		}
		if near := nearest(p, o, selector); near != nil {
			p.Report(idleReport(p, o, selector, near))
		}
	}
}

// selectsSomebody reports whether a selector may match a pod of the release:
// one of a workload, or one that an operator makes for a custom resource.
func selectsSomebody(p *lint.Pass, o *manifest.Object, selector map[string]any) bool {
	if slices.ContainsFunc(p.CustomResources(), func(resource *manifest.Object) bool { return speaksOf(selector, resource) }) {
		return true
	}
	wanted := requirements(selector)
	candidates := p.Workloads
	for _, r := range wanted {
		if r.label && !setByController(r.key) {
			if with := p.Labelled(r.key, r.values[0]); len(with) < len(candidates) {
				candidates = with
			}
		}
	}
	return slices.ContainsFunc(candidates, func(w *inventory.Workload) bool {
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

// running are the workloads beside an object that run on.
func running(p *lint.Pass, o *manifest.Object) []*inventory.Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(w *inventory.Workload) bool { return !w.RunsForever() || !p.SameNamespace(w.Object, o) })
}

// nearest returns the workload that a selector is meant for, or nil where none
// is: what runs behind a Service may be switched off, or somebody else's. It is
// the one that goes by the Service's own name, or else one that lacks nothing
// but the label that names the instance.
func nearest(p *lint.Pass, o *manifest.Object, selector map[string]any) *inventory.Workload {
	workloads := running(p, o)
	for _, w := range workloads {
		if w.Object.Name == o.Name || w.Object.Name == withoutRole(o.Name) {
			return w
		}
	}
	for _, w := range workloads {
		if lacksInstanceAlone(selector, w) {
			return w
		}
	}
	return nil
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
func lacksInstanceAlone(selector map[string]any, w *inventory.Workload) bool {
	met := 0
	for _, r := range requirements(selector) {
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

// governedBy reports whether a StatefulSet names a headless Service as the one by
// which its pods find one another: service-not-found judges that.
func governedBy(p *lint.Pass, w *inventory.Workload, o *manifest.Object) bool {
	return w.Object.Kind == "StatefulSet" && o.Kind == "Service" && o.StringAt("spec", "clusterIP") == "None" && w.Object.StringAt("spec", "serviceName") == o.Name && p.SameNamespace(w.Object, o)
}

// writesPods reports whether a workload's account may make pods or label them.
func writesPods(p *lint.Pass, w *inventory.Workload) bool {
	for _, g := range grantsTo(p, w) {
		if g.admin {
			return true
		}
		for _, rule := range g.rules {
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
