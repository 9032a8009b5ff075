package rules

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// selections are what the selectors of a release match. Objects often have the same
// one, and each matches all workloads then: they are looked through once.
type selections struct {
	*lint.Pass
	known      map[selector]*selection
	neighbours map[string]*neighbours // by their namespaces
}

// selector is one, as JSON, of an object in a namespace.
type selector struct{ namespace, text string }

// selection are the workloads whose pods a selector matches.
type selection struct {
	all []*inventory.Workload
	// lasting are those that run until they are stopped, and stateful says that one of
	// them keeps state.
	lasting  []*inventory.Workload
	stateful bool
	// visitors come and go, visiting are they as objects, and visitingBy those that have
	// one of some ports, by the ports' names.
	visitors   []*inventory.Workload
	visiting   []*manifest.Object
	visitingBy map[string][]*manifest.Object
	// deaf are those lasting that do not have a port, by its number.
	deaf map[int64][]*manifest.Object
}

func newSelections(p *lint.Pass) *selections {
	return &selections{Pass: p, known: map[selector]*selection{}, neighbours: map[string]*neighbours{}}
}

// of are the workloads in an object's namespace that its selector matches.
func (s *selections) of(o *manifest.Object, labels map[string]any) *selection {
	text, err := json.Marshal(labels)
	at := selector{s.Namespace(o), string(text)}
	if known, ok := s.known[at]; ok && err == nil {
		return known
	}
	found := &selection{visitingBy: map[string][]*manifest.Object{}, deaf: map[int64][]*manifest.Object{}}
	for _, w := range s.Selected(labels) {
		if !s.SameNamespace(w.Object, o) {
			continue
		}
		found.all = append(found.all, w)
		if w.RunsForever() {
			found.lasting = append(found.lasting, w)
			found.stateful = found.stateful || keepsState(w)
		}
		if comesAndGoes(w) {
			found.visitors, found.visiting = append(found.visitors, w), append(found.visiting, w.Object)
		}
	}
	s.known[at] = found
	return found
}

// visitingAt are the visitors that a Service with these ports hands out.
func (s *selection) visitingAt(ports []string) []*manifest.Object {
	names := strings.Join(ports, " ")
	known, ok := s.visitingBy[names]
	if !ok {
		for _, w := range s.visitors {
			if hasEndpoint(ports, w) {
				known = append(known, w.Object)
			}
		}
		s.visitingBy[names] = known
	}
	return known
}

// deafTo are the workloads that declare ports and not this one. Pods that declare
// none may listen anywhere.
func (s *selection) deafTo(number int64) []*manifest.Object {
	deaf, known := s.deaf[number]
	if known || number == 0 {
		return deaf
	}
	for _, w := range s.lasting {
		if ports := containerPorts(w); len(ports) > 0 && !slices.Contains(ports, number) {
			deaf = append(deaf, w.Object)
		}
	}
	s.deaf[number] = deaf
	return deaf
}
