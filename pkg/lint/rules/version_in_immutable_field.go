package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// VersionInImmutableField finds frozen fields that carry a version.
var VersionInImmutableField = &lint.Rule{
	Name:           "version-in-immutable-field",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "a field that cannot change carries the version of the chart, the application or an image",
	NeedsRehearsal: true,
	Check:          checkVersionInImmutableField,
	Doc: lint.Doc{
		Why: "A selector and a claim template are frozen from the day a workload is created. A label such as `helm.sh/chart` or `app.kubernetes.io/version` in one of them " +
			"makes the upgrade to the very next version fail, although nothing about the storage has changed: `spec.volumeClaimTemplates: field is immutable`. " +
			"It mostly comes with a helper that prints all common labels; selectors and claim templates need the one that prints the stable ones. " +
			"Taking the label out is itself refused once on a live release: the StatefulSet has to be deleted with `kubectl delete --cascade=orphan` before the upgrade.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:1.0.0
  volumeClaimTemplates:
  - metadata:
      name: data
      labels:
        helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:1.0.0
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`,
		Blind: "Versions that reach a field by a way that the rehearsal does not vary: a value under a key that does not speak of a version or a tag. " +
			"The Job case is `job-changes-on-upgrade`.",
		Incidents: []lint.Incident{
			{Ref: "helm/charts#7803", What: "charts that could be installed but never upgraded"},
			{Ref: "groundhog2k/helm-charts#191", What: "the same years later"},
		},
	},
}

func checkVersionInImmutableField(p *lint.Pass) {
	for _, r := range refusals(p) {
		if isJob(r.object) || keepsRollingUpdate(r.event) || r.because(p.Rehearsal, lifecycle.FromChance, lifecycle.FromLookup) != nil {
			continue
		}
		if d := r.because(p.Rehearsal, lifecycle.FromChartVersion, lifecycle.FromImageTag, lifecycle.FromRevision); d != nil {
			out := r.report(p.Rehearsal, d.Path)
			out.Message = fmt.Sprintf("the field cannot change, and it comes from the %s: %s becomes %s", strings.Join(out.Derives, " and the "), show(d.Before), show(d.After))
			p.Report(out)
		}
	}
}

func isJob(o *manifest.Object) bool { return o.Kind == "Job" && o.Group() == "batch" }
