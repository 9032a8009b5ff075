package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// JobChangesOnUpgrade finds Jobs that the next version changes, which a Job
// does not allow.
var JobChangesOnUpgrade = &lint.Rule{
	Name:           "job-changes-on-upgrade",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "an upgrade changes a Job, and Jobs cannot change",
	NeedsRehearsal: true,
	Check:          checkJobChangesOnUpgrade,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`… with kind Job: … spec.template: … field is immutable`"},
		},
		Why: "The upgrade changes a Job, and Kubernetes lets nobody change the pod template of a Job, not even of one that has finished long ago. So `helm upgrade` " +
			"to the next version is refused: `spec.template: … field is immutable`.\n\n" +
			"All it takes is an image tag or a version label in a Job that is an ordinary object of the release.",
		Before: `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/app:{{ .Chart.Version }}
`,
		After: `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: post-install,post-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: registry.example.com/app:{{ .Chart.Version }}
`,
		Remedy: "The Job is a hook, which Helm deletes and creates anew. A Job that carries the revision in its name serves as well: every upgrade has one of its own. " +
			"`ttlSecondsAfterFinished` removes a finished Job in time for most upgrades, but not for one that comes soon.",
		Blind: "Jobs that something else deletes between two upgrades, and versions that reach the Job by a value whose key does not speak of a version or a tag.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#7725", What: "another image tag in a Job, and the upgrade is refused"},
			{Ref: "cockroachdb/helm-charts#39", What: "the Job that initialises the cluster stops every upgrade"},
			{Ref: "temporalio/helm-charts#554", What: "so does the Job that sets up the schema"},
			{Ref: "volcano-sh/volcano#3496", What: "and the one that makes a webhook's certificate, from 1.8 to 1.9"},
		},
	},
}

func checkJobChangesOnUpgrade(p *lint.Pass) {
	for _, r := range refusals(p) {
		if !isJob(r.object) || len(r.changes) == 0 || r.because(p.Rehearsal, lifecycle.FromLookup) != nil {
			continue
		}
		change := r.changes[0]
		out := r.report(p.Rehearsal, change.Path)
		out.Message = fmt.Sprintf("%s becomes %s, and a Job's pod template cannot change", show(change.Before), show(change.After))
		if len(out.Derives) > 0 {
			out.Message += fmt.Sprintf(" (it comes from the %s)", strings.Join(out.Derives, " and the "))
		}
		if seconds, ok := manifest.IntAt(r.object.Fields, "spec", "ttlSecondsAfterFinished"); ok {
			out.Severity = lint.Warning
			out.Message += fmt.Sprintf("; an upgrade is refused while the Job runs and for %d seconds after", seconds)
		}
		p.Report(out)
	}
}
