package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkOverlappingSelectors finds workloads whose selectors match the pods of
// others of the release: one finding for all, for one helper is mostly to blame.
// Controllers tell their pods apart by their owner; autoscalers, and whatever
// takes over pods that have lost theirs, do not.
func checkOverlappingSelectors(p *selections) {
	var greedy []*inventory.Workload
	var others []*manifest.Object
	noted := map[*manifest.Object]bool{}
	note := func(w *inventory.Workload) {
		if !noted[w.Object] {
			noted[w.Object] = true
			others = append(others, w.Object)
		}
	}
	firsts := map[*selection]*inventory.Workload{} // of those with the same selector, by what it matches
	for _, w := range p.Workloads {
		selector := manifest.MapAt(w.Object.Fields, "spec", "selector")
		if !replicated(w.Object) && w.Object.Kind != "DaemonSet" || !w.RunsForever() || len(selector) == 0 {
			continue
		}
		chosen, own := p.of(w.Object, selector), 0
		if inventory.Selects(selector, w.Labels) {
			own = 1
		}
		if len(chosen.lasting) == own {
			continue
		}
		greedy = append(greedy, w)
		first := firsts[chosen]
		switch {
		case first == nil:
			firsts[chosen] = w
			for _, other := range chosen.lasting {
				if other != w {
					note(other)
				}
			}
		case inventory.Selects(selector, first.Labels):
			note(first)
		}
	}
	if len(greedy) > 0 {
		p.Report(overlapReport(p.Pass, greedy, others))
	}
}

func overlapReport(p *lint.Pass, greedy []*inventory.Workload, others []*manifest.Object) lint.Report {
	first, severity := greedy[0], lint.Info
	var names []string
	effect := "it cannot be changed later, and whoever looks pods up by it (an autoscaler, a budget, kubectl) finds too many"
	for _, w := range greedy {
		names = append(names, w.Object.ID.String())
		if a := p.AutoscalerOf(w); a != nil && severity == lint.Info {
			first, severity = w, lint.Warning
			effect = fmt.Sprintf("%s counts them with its own when it scales", a.Object)
		}
	}
	also := ""
	if len(names) > 1 {
		also = fmt.Sprintf(" (in all: %s)", enumerate(names))
	}
	others = slices.DeleteFunc(others, func(o *manifest.Object) bool { return o == first.Object })
	return lint.Report{
		Severity:   severity,
		Object:     first.Object,
		Path:       manifest.Path{"spec", "selector"},
		Related:    others,
		NotFixable: true,
		Message:    fmt.Sprintf("the selector matches the pods of %s too%s: %s", enumerateObjects(others), also, effect),
	}
}
