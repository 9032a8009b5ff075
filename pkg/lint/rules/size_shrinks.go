package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// SizeShrinks finds claims that a new version of the chart makes smaller.
var SizeShrinks = &lint.Rule{
	Name:           "size-shrinks",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "the new version of the chart asks for a smaller volume",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkSizeShrinks,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`spec.resources.requests.storage: Forbidden: field can not be less than …`"},
			{Where: lint.AtRollback, What: "`spec.resources.requests.storage: Forbidden: field can not be less than …`"},
		},
		Why: "The new version of the chart asks for a smaller volume than the old one, and claims never shrink. `helm upgrade` is refused for everybody who has " +
			"installed with the old default.\n\n" +
			"The other way round, a version that makes the claim larger cannot be rolled back: the rollback would make it smaller.",
		Before: claimOfSize("8Gi"),
		Next:   claimOfSize("5Gi"),
		After:  claimOfSize("8Gi"),
		Remedy: "The size stays, or grows. Who wants a smaller volume makes a new claim and copies the data.",
		Blind:  "The claims of a StatefulSet's templates, which cannot change at all (`immutable-field-changed`), and claims that have been grown by hand.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#11359", What: "a claim was expanded by an upgrade, and the release cannot be rolled back any more"},
		},
	},
}

func claimOfSize(size string) string {
	return `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: ` + size + `
`
}

// claimSize is where a claim asks for its size.
var claimSize = manifest.Path{"spec", "resources", "requests", "storage"}

// shrinks reports whether a claim is refused because it would become smaller.
func shrinks(r refusal) bool {
	return r.object.Kind == "PersistentVolumeClaim" &&
		slices.ContainsFunc(r.event.Verdict.Fields, func(field string) bool { return fieldPath(field).HasPrefix(claimSize) })
}

func checkSizeShrinks(p *lint.Pass) {
	if !p.Rehearsal.TwoVersions {
		return
	}
	for _, r := range refusals(p) {
		if !shrinks(r) {
			continue
		}
		out := r.report(p.Rehearsal, claimSize)
		out.Derives = nil
		old, next := show(valueOf(r.object, claimSize)), show(valueOf(p.Rehearsal.Upgraded(r.object), claimSize))
		out.Message = fmt.Sprintf("the claim asks for %s in the old version and for %s in the new one; claims do not shrink", old, next)
		if r.event.Step == lifecycle.Rollback {
			out.Severity = lint.Warning
			out.Message = fmt.Sprintf("the new version makes the claim grow from %s to %s; a rollback would shrink it again, which claims do not do", old, next)
		} else if size, ok := valueOf(r.object, claimSize).(string); ok {
			out.Commands = keepValue(p, valueOf(p.Rehearsal.Upgraded(r.object), claimSize), size, sizeKey())
		}
		p.Report(out)
	}
}

func valueOf(o *manifest.Object, path manifest.Path) any {
	v, _ := manifest.Lookup(o.Fields, path...)
	return v
}
