package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkMixedSelectors finds Services that hand out the pods of a second
// workload, or of another one, which do not listen where they send their
// requests.
func checkMixedSelectors(p *selections) {
	for _, o := range p.Objects {
		if o.Kind != "Service" || podSelector(o) == nil {
			continue
		}
		chosen := p.of(o, podSelector(o))
		for i, port := range manifest.ListAt(o.Fields, "spec", "ports") {
			number := targetPort(port)
			deaf := chosen.deafTo(number)
			if len(deaf) == 0 {
				continue
			}
			if len(deaf) < len(chosen.lasting) {
				p.Report(mixedReport(o, i, number, chosen, deaf))
				break
			}
			if meant := p.beside(o).listening[number]; len(meant) == 1 {
				p.Report(mistakenReport(o, i, number, deaf, meant[0]))
				break
			}
		}
	}
}

// targetPort is the number of the port of the pods that a Service's port leads
// to, or 0 where it goes by a name: pods that declare none of that name are
// left out.
func targetPort(port any) int64 {
	if n, ok := manifest.IntAt(port, "targetPort"); ok {
		return n
	}
	if _, named := manifest.Lookup(port, "targetPort"); named {
		return 0
	}
	n, _ := manifest.IntAt(port, "port")
	return n
}

func containerPorts(w *inventory.Workload) []int64 {
	var out []int64
	for _, container := range manifest.ListAt(w.Spec, "containers") {
		for _, port := range manifest.ListAt(container, "ports") {
			if n, ok := manifest.IntAt(port, "containerPort"); ok {
				out = append(out, n)
			}
		}
	}
	return out
}

func mixedReport(o *manifest.Object, i int, number int64, chosen *selection, deaf []*manifest.Object) lint.Report {
	severity := lint.Info
	if chosen.stateful {
		severity = lint.Warning
	}
	return lint.Report{
		Severity:   severity,
		Object:     o,
		Path:       manifest.Path{"spec", "selector"},
		Related:    deaf,
		NotFixable: true,
		Message: fmt.Sprintf("the selector matches the pods of %s too, which do not have port %d (spec.ports[%d]): their share of the requests is refused",
			enumerateObjects(deaf), number, i),
	}
}

func mistakenReport(o *manifest.Object, i int, number int64, deaf []*manifest.Object, meant *inventory.Workload) lint.Report {
	return lint.Report{
		Severity:   lint.Warning,
		Object:     o,
		Path:       manifest.Path{"spec", "selector"},
		Related:    slices.Concat(deaf, []*manifest.Object{meant.Object}),
		NotFixable: true,
		Message: fmt.Sprintf("the selector matches the pods of %s, which do not have port %d (spec.ports[%d]); those of %s do, and it misses them",
			enumerateObjects(deaf), number, i, meant.Object),
	}
}
