package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// LookupGatesObject finds objects that exist only while lookup finds nothing.
var LookupGatesObject = &lint.Rule{
	Name:           "lookup-gates-object",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "the upgrade leaves out what the install has created, and Helm deletes it",
	NeedsRehearsal: true,
	Check:          checkLookupGatesObject,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "it passes, and a claim or a Secret is gone afterwards"},
			{Where: lint.InApplication, What: "it comes up empty after an upgrade that passed"},
		},
		Why: "`{{ if not (lookup …) }}` around an object looks careful: create it only where it is not there yet. But the first upgrade finds the object, so the " +
			"template leaves it out, and Helm deletes what a new revision no longer has: the claim with its data, or the Secret with the password.\n\n" +
			"The upgrade after that makes a new one. `{{ if .Release.IsInstall }}` does the same.",
		Before: `{{- $name := printf "%s-data" .Release.Name }}
{{- if not (lookup "v1" "PersistentVolumeClaim" .Release.Namespace $name) }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
{{- end }}
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Remedy: "The object is rendered always; Helm leaves a claim alone that has not changed. Take single values from `lookup` where they must stay, such as a " +
			"password. Or annotate the object with `helm.sh/resource-policy: keep`.",
		Blind: "Objects that come and go with the values, and a lookup of something that another release makes.",
		Incidents: []lint.Incident{
			{Ref: "rook/rook#16430", What: "storage classes that the template leaves out once `lookup` finds them are deleted by the upgrade"},
			{Ref: "helm/charts#5903", What: "Stolon makes its Secret at the install alone, and the first upgrade deletes it"},
		},
	},
}

func checkLookupGatesObject(p *lint.Pass) {
	for _, o := range p.Objects {
		if o.Hook != nil || isJob(o) || o.Kind == "Pod" || p.Rehearsal.Upgraded(o) != nil || !deletedByUpgrade(p.Rehearsal, o) {
			continue
		}
		if p.Rehearsal.Random(o, manifest.Path{"metadata", "name"}) {
			continue // another rule's
		}
		gate, derives := "a lookup that finds it", lifecycle.FromLookup
		if !p.Rehearsal.LooksUp() || p.Rehearsal.LeftOutBlindly(o) {
			gate, derives = ".Release.IsInstall or the like", lifecycle.FromRevision
			if !holdsData(o) {
				continue // meant for the install alone
			}
		}
		p.Report(lint.Report{
			Object:  o,
			Message: fmt.Sprintf("the install creates this %s and the first upgrade deletes it: %s leaves it out of revision 2", o.Kind, gate),
			Breaks:  []string{upgradeAnyHelm},
			Derives: []string{string(derives)},
		})
	}
}

func deletedByUpgrade(reh *lifecycle.Rehearsal, o *manifest.Object) bool {
	for _, play := range reh.Plays {
		for _, e := range play.Of(lifecycle.Upgrade) {
			if e.Action == lifecycle.Deleted && e.Object == o {
				return true
			}
		}
	}
	return false
}
