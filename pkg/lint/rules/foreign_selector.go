package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkSelectors finds Services and PodDisruptionBudgets whose selectors take
// in the pods of Jobs, or miss those that an operator makes.
func checkSelectors(p *selections) {
	visited := &visits{by: map[visitor][]*visit{}}
	operated := newOperatedIndex(p.Pass)
	for _, o := range p.Objects {
		selector := podSelector(o)
		if selector == nil {
			continue
		}
		if visitors := visitorsOf(o, p.of(o, selector)); len(visitors) > 0 {
			visited.add(o, visitors)
		}
		if r := missesOperated(p, o, selector, operated); r != nil {
			p.Report(*r)
		}
	}
	for _, v := range visited.inOrder {
		p.Report(v.report())
	}
}

// visit are Services, or PodDisruptionBudgets, and the Jobs whose pods they take for
// the application's.
type visit struct {
	selecting []*manifest.Object
	visitors  []*manifest.Object
}

// visits are what Services and budgets have in common, each once.
type visits struct {
	inOrder []*visit
	by      map[visitor][]*visit
}

// visitor is the first that a Service or a budget takes in.
type visitor struct {
	first *manifest.Object
	kind  string
}

func (s *visits) add(selecting *manifest.Object, visitors []*manifest.Object) {
	at := visitor{visitors[0], selecting.Kind}
	for _, v := range s.by[at] {
		if slices.Equal(v.visitors, visitors) {
			v.selecting = append(v.selecting, selecting)
			return
		}
	}
	v := &visit{[]*manifest.Object{selecting}, visitors}
	s.inOrder, s.by[at] = append(s.inOrder, v), append(s.by[at], v)
}

// podSelector returns the selector of a Service or PodDisruptionBudget as a
// label selector, or nil where it selects nothing or everything.
func podSelector(o *manifest.Object) map[string]any {
	switch {
	case o.Hook != nil:
		return nil
	case o.Kind == "Service" && o.Group() == "":
		if labels := manifest.MapAt(o.Fields, "spec", "selector"); len(labels) > 0 {
			return map[string]any{"matchLabels": labels}
		}
	case o.Kind == "PodDisruptionBudget":
		if selector := manifest.MapAt(o.Fields, "spec", "selector"); len(selector) > 0 {
			return selector
		}
	}
	return nil
}

// keepsState reports whether a workload is one that this tool is about.
func keepsState(w *inventory.Workload) bool {
	return w.Object.Kind == "StatefulSet" || w.MountsClaims()
}

// comesAndGoes reports whether a workload's pods run to completion beside the
// application: those of Jobs, CronJobs and hooks. A test is run on demand.
func comesAndGoes(w *inventory.Workload) bool {
	return !w.RunsForever() && !w.Object.Hook.On("test")
}

// visitorsOf are the Jobs, CronJobs and hooks whose pods a selector takes in
// beside those of a stateful workload.
func visitorsOf(o *manifest.Object, chosen *selection) []*manifest.Object {
	if !chosen.stateful {
		return nil
	}
	all := o.Kind != "Service" || o.StringAt("spec", "clusterIP") == "None"
	var ports []string
	for _, port := range manifest.ListAt(o.Fields, "spec", "ports") {
		name := manifest.StringAt(port, "targetPort")
		all = all || name == ""
		ports = append(ports, name)
	}
	if all {
		return chosen.visiting
	}
	return chosen.visitingAt(ports)
}

// hasEndpoint reports whether a Service whose ports go by these names hands out a
// pod's address, where it is not headless. A port that goes by a name is left out
// for pods that do not declare it (kubernetes,
// staging/src/k8s.io/endpointslice/utils.go, getEndpointPorts).
func hasEndpoint(ports []string, w *inventory.Workload) bool {
	declared := map[string]bool{}
	for _, container := range manifest.ListAt(w.Spec, "containers") {
		for _, port := range manifest.ListAt(container, "ports") {
			declared[manifest.StringAt(port, "name")] = true
		}
	}
	return slices.ContainsFunc(ports, func(name string) bool { return declared[name] })
}

// report is one finding for all Services, or all budgets, that the same Jobs visit.
func (v *visit) report() lint.Report {
	selecting := v.selecting
	effect := "while they run they are among its endpoints and get a share of the requests"
	if selecting[0].Kind == "PodDisruptionBudget" {
		effect = "while they run they count as the application's own, and a drain waits for pods that will not come back"
	}
	also := ""
	if len(selecting) > 1 {
		also = fmt.Sprintf(" (and so does that of %s)", enumerateObjects(selecting[1:]))
	}
	return lint.Report{
		Severity:   lint.Warning,
		Object:     selecting[0],
		Path:       manifest.Path{"spec", "selector"},
		Related:    slices.Concat(selecting[1:], v.visitors),
		NotFixable: true,
		Message:    fmt.Sprintf("the selector%s matches the pods of %s too: %s", also, enumerateObjects(v.visitors), effect),
	}
}

// missesOperated finds a selector that names a custom resource's pods by the
// label that its operator gives them, and asks for another that they lack.
func missesOperated(p *selections, o *manifest.Object, selector map[string]any, operated *operatedIndex) *lint.Report {
	if len(p.of(o, selector).all) > 0 || slices.ContainsFunc(operated.pods.Selected(selector), func(w *inventory.Workload) bool { return p.SameNamespace(w.Object, o) }) {
		return nil
	}
	wanted := requirements(selector)
	for _, w := range operated.namedBy(wanted) {
		if !p.SameNamespace(w.Object, o) || !slices.ContainsFunc(wanted, func(r requirement) bool { return namesResource(r, w) }) {
			continue
		}
		return &lint.Report{
			Severity:   lint.Warning,
			Object:     o,
			Path:       manifest.Path{"spec", "selector"},
			Related:    []*manifest.Object{w.Object},
			NotFixable: true,
			Message:    fmt.Sprintf("the selector is meant for the pods of %s and matches none: it %s", w.Object, shortcoming(w, term{fields: map[string]any{"labelSelector": selector}})),
		}
	}
	return nil
}

// namesResource reports whether a requirement is the label by which an operator
// marks the pods of one resource.
func namesResource(r requirement, w *inventory.Workload) bool {
	return r.met(w.Labels) && slices.Equal(r.values, []string{w.Object.Name})
}
