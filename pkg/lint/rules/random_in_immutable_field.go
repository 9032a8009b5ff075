package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// RandomInImmutableField finds frozen fields, and names of objects that hold
// data, which are new at every rendering.
var RandomInImmutableField = &lint.Rule{
	Name:           "random-in-immutable-field",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "a field that cannot change, or the name of an object that holds data, is random",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkRandomInImmutableField,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`… is invalid: … field is immutable`"},
			{Where: lint.InClaims, What: "there is one more after each upgrade"},
			{Where: lint.InApplication, What: "it comes up empty after an upgrade that passed"},
		},
		Why: "A template is rendered anew at every upgrade, and `randAlphaNum`, `uuidv4`, `now` and the like answer differently each time. In the name of a claim " +
			"or a StatefulSet, every upgrade therefore makes a new, empty one, and deletes the old one or leaves it behind, unused and paid for. In a field that " +
			"the API server has frozen, every upgrade is refused.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-{{ randAlphaNum 5 | lower }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Remedy: "The name is made of the release's name alone. Before a live release is upgraded to that, its data has to be moved, or the name that its claim has now " +
			"be made a value: a changed name starts empty once more.",
		Blind: "Values that look random to a person but are the same each time. Of the time it sees what `now` and `ago` answer: a day passes between two renderings, " +
			"and the year turns.",
		Incidents: []lint.Incident{
			{Ref: "mckinsey/agents-at-scale-marketplace#435", What: "the time stood in a claim's name: a new volume at every upgrade, eight of them in one namespace"},
		},
	},
}

func checkRandomInImmutableField(p *lint.Pass) {
	name := manifest.Path{"metadata", "name"}
	for _, o := range p.Objects {
		if o.Hook == nil && losesData(o) && p.Rehearsal.Random(o, name) && !p.Rehearsal.Stabilised(o, name) {
			p.Report(lint.Report{
				Object:  o,
				Path:    name,
				Message: fmt.Sprintf("the name of this %s is random, or made of the time: every upgrade leaves the old one behind or deletes it, and makes a new, empty one", o.Kind),
				Breaks:  []string{upgradeAnyHelm},
				Derives: []string{string(lifecycle.FromChance)},
			})
		}
	}
	for _, r := range refusals(p) {
		if d := r.because(p.Rehearsal, lifecycle.FromChance); d != nil {
			out := r.report(p.Rehearsal, d.Path)
			out.Message = fmt.Sprintf("the value is random or made of the time, %s at first and %s the next time; the field cannot change", show(d.Before), show(d.After))
			p.Report(out)
		}
	}
}

const upgradeAnyHelm = "upgrade (Helm 3 and 4)"

// losesData reports whether an object under another name has lost its data.
func losesData(o *manifest.Object) bool {
	switch o.Group() + "/" + o.Kind {
	case "/PersistentVolumeClaim", "/PersistentVolume", "apps/StatefulSet":
		return true
	}
	return false
}
