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
	Title:          "a kept object's name does not carry the release name, so that no other release can be installed after it",
	NeedsRehearsal: true,
	Check:          checkKeptObjectBlocksInstall,
	Doc: lint.Doc{
		Why: "`helm.sh/resource-policy: keep` leaves an object behind when its release is uninstalled, with Helm's marks of ownership on it: the release's name and namespace. " +
			"The next install under the same name takes it over. One under another name renders an object of the same name, finds it owned by somebody else, and is refused before anything is created: " +
			"`exists and cannot be imported into the current release: invalid ownership metadata`. With the release name in the object's name each release has its own. " +
			"Otherwise `helm install --take-ownership`, or a change of the object's annotations by hand, is the way out.",
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
		Blind: "Names that the user's own values give are the user's choice. Definitions and Namespaces are left out: there can only be one of a name, and it is meant to be shared.",
		Incidents: []lint.Incident{
			{Ref: "kubewarden/adm-controller#1829", What: "kept definitions cannot be taken over by a release of another name: invalid ownership metadata"},
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
		names = enumerate(namesOf(kept)) + ", and their names do"
	}
	p.Report(lint.Report{
		Object:  kept[0],
		Path:    manifest.Path{"metadata", "name"},
		Related: kept[1:],
		Message: fmt.Sprintf("uninstall keeps %s not carry the release name: a release of another name cannot be installed after it (%s) without --take-ownership", names, ownershipError),
		Breaks:  []string{"install under another name, after an uninstall (Helm 3 and 4)"},
	})
}
