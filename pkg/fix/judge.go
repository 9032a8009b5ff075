package fix

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// judge says whether fixes have done what they are for, and no harm.
type judge struct {
	before *manifest.Stream
	rules  []*lint.Rule
}

// objection says why the fixes that made stream must not all stand, or "", and
// which of them are to blame, where it can tell.
func (j judge) objection(stream *manifest.Stream, fixed []*lint.Finding) (blamed []*lint.Finding, why string) {
	after := lint.Run(lint.Subject{Stream: stream}, j.rules)
	still := map[place]bool{}
	for _, a := range after {
		still[placeOf(a)] = true
	}
	for _, f := range fixed {
		if still[placeOf(*f)] {
			blamed = append(blamed, f)
		}
	}
	if len(blamed) > 0 {
		return blamed, "the fix is withdrawn: the rule still reports the object"
	}
	if worse := j.worse(after); worse != "" {
		return nil, "the fix is withdrawn: it brings about " + worse
	}
	if flaw := newFlaw(j.before, stream); flaw != "" {
		return nil, "the fix is withdrawn: it leaves " + flaw
	}
	return nil, ""
}

// worse returns what was not wrong before the fixes, or "".
func (j judge) worse(after []lint.Finding) string {
	var before map[place]bool
	for _, a := range after {
		if a.Severity < lint.Error {
			continue
		}
		if before == nil {
			before = map[place]bool{}
			for _, b := range lint.Run(lint.Subject{Stream: j.before}, j.rules) {
				if b.Severity == lint.Error {
					before[placeOf(b)] = true
				}
			}
		}
		if !before[placeOf(a)] {
			return fmt.Sprintf("%s %s of %s", a.Severity, a.Rule, a.Object)
		}
	}
	return ""
}

// place is what tells one finding from another, whatever its words.
type place struct {
	rule   string
	object manifest.ID
	field  string
}

func placeOf(f lint.Finding) place { return place{f.Rule, f.Object, f.Field} }

// flaw is something by which the API server refuses an object.
type flaw struct {
	object manifest.ID
	what   string
}

// flaws are those that an edit can bring about without making the YAML wrong.
func flaws(stream *manifest.Stream) []flaw {
	var out []flaw
	for _, w := range inventory.New(lifecycle.Release{}, stream.Objects()).Workloads {
		for _, list := range []string{"containers", "initContainers"} {
			for _, c := range manifest.ListAt(w.Spec, list) {
				for _, m := range manifest.ListAt(c, "volumeMounts") {
					name := manifest.StringAt(m, "name")
					if !slices.ContainsFunc(w.Volumes, func(v *inventory.Volume) bool { return v.Name == name }) {
						out = append(out, flaw{w.Object.ID, fmt.Sprintf("a mount without its volume %q", name)})
					}
				}
			}
		}
		if selector := manifest.MapAt(w.Object.Fields, "spec", "selector"); selector != nil && w.Object.Group() == "apps" && !inventory.Selects(selector, w.Labels) {
			out = append(out, flaw{w.Object.ID, "a selector that misses its own pods"})
		}
	}
	return out
}

// newFlaw returns a flaw of after that before had not, or "".
func newFlaw(before, after *manifest.Stream) string {
	old := map[flaw]bool{}
	for _, f := range flaws(before) {
		old[f] = true
	}
	for _, f := range flaws(after) {
		if !old[f] {
			return fmt.Sprintf("%s with %s", f.object, f.what)
		}
	}
	return ""
}
