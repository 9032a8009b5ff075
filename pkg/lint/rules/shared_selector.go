package rules

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkSharedSelectors finds Services and PodDisruptionBudgets that take the
// pods of every release of the chart in the namespace for their own: one
// finding for all, for one helper is mostly to blame.
func checkSharedSelectors(p *selections) {
	if p.Rehearsal == nil || p.Rehearsal.Other == nil {
		return
	}
	var sharing []*manifest.Object
	var first *manifest.Object // whose pods are shared
	stateful := false
	shared := map[*selection][]*inventory.Workload{}
	for _, o := range p.Objects {
		selector := podSelector(o)
		if selector == nil || ignoresRelease(p.Pass, o) {
			continue
		}
		chosen := p.of(o, selector)
		pods, known := shared[chosen]
		if !known {
			for _, w := range chosen.lasting {
				if selectsSibling(p.Pass, selector, w) {
					pods = append(pods, w)
				}
			}
			shared[chosen] = pods
		}
		if len(pods) == 0 {
			continue
		}
		sharing = append(sharing, o)
		first = cmp.Or(first, pods[0].Object)
		stateful = stateful || !known && slices.ContainsFunc(pods, keepsState)
	}
	if len(sharing) > 0 {
		p.Report(sharedSelectorReport(sharing, first, stateful))
	}
}

// selectsSibling reports whether a selector of this release fits the pods that
// a workload has in another one, which may run beside it.
func selectsSibling(p *lint.Pass, selector map[string]any, w *inventory.Workload) bool {
	other := p.Rehearsal.In(p.Rehearsal.Other, w.Object)
	if other == nil || ignoresRelease(p, w.Object) {
		return false
	}
	return inventory.Selects(selector, manifest.StringMapAt(other.Fields, w.Template.Append("metadata", "labels")...))
}

func sharedSelectorReport(sharing []*manifest.Object, pods *manifest.Object, stateful bool) lint.Report {
	severity := lint.Info
	if stateful {
		severity = lint.Warning
	}
	names := "this selector does"
	if len(sharing) > 1 {
		names = fmt.Sprintf("this selector, and so those of %s, do", enumerateObjects(sharing[1:]))
	}
	effect := "answers requests with the other's pods"
	if !anyOf(sharing, "Service") {
		effect = "counts the other's pods as its own"
	}
	return lint.Report{
		Severity:   severity,
		Object:     sharing[0],
		Path:       manifest.Path{"spec", "selector"},
		Related:    append(sharing[1:], pods),
		NotFixable: true,
		Message:    fmt.Sprintf("%s not name the release: with a second release of the chart in the namespace each %s (%s of either release fits)", names, effect, pods),
	}
}

func anyOf(objects []*manifest.Object, kind string) bool {
	for _, o := range objects {
		if o.Kind == kind {
			return true
		}
	}
	return false
}
