package fix

import (
	"fmt"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// judge says whether fixes have done what they are for, and no harm.
type judge struct {
	before  *manifest.Stream
	rules   []*lint.Rule
	cluster lifecycle.Cluster // may be nil
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
	if object, message := j.refused(stream); object != nil {
		for _, f := range fixed {
			if slices.ContainsFunc(f.Targets(), func(o *manifest.Object) bool { return o.ID == object.ID }) {
				blamed = append(blamed, f)
			}
		}
		if len(blamed) > 1 {
			blamed = nil // one of them is enough
		}
		return blamed, fmt.Sprintf("the fix is withdrawn: the API server would refuse %s: %s", object, message)
	}
	return nil, ""
}

// refused returns the first object that was changed and that a cluster takes no
// longer, and what it says. The cluster, which takes long to set up, is only asked
// about what it may refuse.
func (j judge) refused(stream *manifest.Stream) (*manifest.Object, string) {
	if j.cluster == nil {
		return nil, ""
	}
	before := j.before.Objects()
	for i, after := range stream.Objects() {
		if after.Document == before[i].Document || harmless(before[i].Fields, after.Fields) {
			continue
		}
		if message := refusal(j.cluster, after); message != "" && refusal(j.cluster, before[i]) == "" {
			return after, message
		}
	}
	return nil, ""
}

// refusal is what a cluster says to an object that it does not take, or "".
func refusal(cluster lifecycle.Cluster, o *manifest.Object) string {
	fields := o.Fields
	if o.Namespace == "" && !cluster.ClusterScoped(o.APIVersion, o.Kind) {
		fields = maps.Clone(fields)
		metadata := maps.Clone(manifest.MapAt(o.Fields, "metadata"))
		if metadata == nil {
			metadata = map[string]any{}
		}
		metadata["namespace"] = anyNamespace
		fields["metadata"] = metadata
	}
	for _, mode := range lifecycle.Modes() {
		if v := cluster.Clone().Create(mode, fields); v.Refused {
			return v.Message
		}
	}
	return ""
}

// anyNamespace stands for the release's, which a stream does not tell.
const anyNamespace = "default"

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
