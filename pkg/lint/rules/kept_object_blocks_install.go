package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// KeptObjectBlocksInstall finds kept objects that the next release of another
// name stumbles over.
var KeptObjectBlocksInstall = &lint.Rule{
	Name:           "kept-object-blocks-install",
	Step:           lint.StepReinstall,
	Severity:       lint.Info,
	Title:          "a kept object whose name lacks the release name blocks the install of another release",
	NeedsRehearsal: true,
	Check:          checkKeptObjectBlocksInstall,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtInstall, What: "`exists and cannot be imported into the current release: invalid ownership metadata`"},
		},
		Why: "`helm.sh/resource-policy: keep` leaves an object behind at uninstall, with the name of its release written on it. An install under another release " +
			"name then wants an object of the same name, finds it owned by somebody else, and is refused before anything is created: `exists and cannot be " +
			"imported into the current release: invalid ownership metadata`.\n\n" +
			"An install under the old name, in the same namespace, takes the object over, which is what keeping it is for.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: wiki-data
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
		Remedy: "With the release's name in its own, each release has an object of its own. Who is stuck already can use `helm install --take-ownership`, or change " +
			"the annotations `meta.helm.sh/release-name` and `meta.helm.sh/release-namespace` by hand.",
		Blind: "Names that the user's own values give are the user's choice. Definitions and Namespaces are left out: there can only be one of a name, and it is meant to be shared.",
		Incidents: []lint.Incident{
			{Ref: "kubewarden/adm-controller#1829", What: "the same refusal over definitions that were kept: they belong to the release of the old name"},
		},
	},
}

func checkKeptObjectBlocksInstall(p *lint.Pass) {
	var kept []*manifest.Object
	for _, o := range p.Objects {
		if o.Hook == nil && !inList(o) && honouredByUninstall(o.Annotation(manifest.ResourcePolicyAnnotation)) &&
			!oneOfAKind(o) && ignoresRelease(p, o) && !chosenByUser(p, o.Name) && !madeOnce(p, o) {
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return
	}
	kept = byWorth(p, kept)
	names := "this object, and its name does"
	if len(kept) > 1 {
		names = enumerateObjects(kept) + ", and their names do"
	}
	p.Report(lint.Report{
		Object:  kept[0],
		Path:    manifest.Path{"metadata", "name"},
		Related: kept[1:],
		Message: fmt.Sprintf("uninstall keeps %s not carry the release name: a release of another name cannot be installed after it (%s) without --take-ownership", names, ownershipError),
		Breaks:  []string{"install under another name, after an uninstall (Helm 3 and 4)"},
	})
}
