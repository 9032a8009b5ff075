package rules

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// neighbours are the workloads of a namespace.
type neighbours struct {
	running []*inventory.Workload // that run until they are stopped
	// first are the numbers in running of the first of a name, listening those that declare
	// a port.
	first     map[string]int
	listening map[int64][]*inventory.Workload
	// governing are the names of the Services that StatefulSets have for their pods' names.
	governing map[string]bool
}

// beside are the workloads that may be in an object's namespace.
func (s *selections) beside(o *manifest.Object) *neighbours {
	namespace := s.Namespace(o)
	known := s.neighbours[namespace]
	if known != nil {
		return known
	}
	known = &neighbours{first: map[string]int{}, listening: map[int64][]*inventory.Workload{}, governing: map[string]bool{}}
	s.neighbours[namespace] = known
	for _, w := range s.Workloads {
		if s.SameNamespace(w.Object, o) {
			known.add(w)
		}
	}
	return known
}

func (n *neighbours) add(w *inventory.Workload) {
	if w.Object.Kind == "StatefulSet" {
		n.governing[w.Object.StringAt("spec", "serviceName")] = true
	}
	if !w.RunsForever() {
		return
	}
	if _, known := n.first[w.Object.Name]; !known {
		n.first[w.Object.Name] = len(n.running)
	}
	n.running = append(n.running, w)
	ports := containerPorts(w)
	slices.Sort(ports)
	for _, port := range slices.Compact(ports) {
		n.listening[port] = append(n.listening[port], w)
	}
}

// governs reports whether an object is a headless Service by which the pods of a
// StatefulSet find one another: service-not-found judges that.
func (n *neighbours) governs(o *manifest.Object) bool {
	return o.Kind == "Service" && o.StringAt("spec", "clusterIP") == "None" && n.governing[o.Name]
}

// named returns the first of the running workloads that has one of two names, or nil.
func (n *neighbours) named(a, b string) *inventory.Workload {
	at, found := n.first[a]
	if other, ok := n.first[b]; ok && (!found || other < at) {
		at, found = other, true
	}
	if !found {
		return nil
	}
	return n.running[at]
}
