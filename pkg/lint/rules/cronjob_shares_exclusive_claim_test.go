package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// archive is a CronJob that mounts a claim, with further lines of its pods' spec.
func archive(claim, pod string) string {
	return `---
apiVersion: batch/v1
kind: CronJob
metadata: {name: archive}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          ` + pod + `
          volumes:
          - name: data
            persistentVolumeClaim: {claimName: ` + claim + `}
`
}

func TestCronJobSharesExclusiveClaim(t *testing.T) {
	const field = " CronJob/archive spec.jobTemplate.spec.template.spec.volumes[0].persistentVolumeClaim.claimName"
	near := func(label string) string {
		return "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: " + label + "}}}]}}"
	}
	const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template: {metadata: {labels: {app: db}}, spec: {}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce]}
`
	check(t, rules.CronJobSharesExclusiveClaim, []scenario{
		{name: "a Deployment holds it", template: mounted("[ReadWriteOnce]", "", "") + archive("data", ""), want: []string{"warning" + field}},
		{
			name:     "one cause, two CronJobs",
			template: mounted("[ReadWriteOnce]", "", "") + archive("data", "") + strings.ReplaceAll(archive("data", ""), "archive", "tasks"),
			want:     []string{"warning" + field},
		},
		{name: "ReadWriteOncePod", template: mounted("[ReadWriteOncePod]", "", "") + archive("data", near("web")), want: []string{"error" + field}},
		{name: "a StatefulSet's second pod holds it", template: set + archive("data-db-1", ""), want: []string{"warning" + field}},
		{name: "near other pods", template: mounted("[ReadWriteOnce]", "", "") + archive("data", near("other")), want: []string{"warning" + field}},
		{name: "near the holder", template: mounted("[ReadWriteOnce]", "", "") + archive("data", near("web"))},
		{name: "both on one node", template: mounted("[ReadWriteOnce]", "", "nodeName: a") + archive("data", "nodeName: a")},
		{name: "shared by its modes", template: mounted("[ReadWriteMany]", "", "") + archive("data", "")},
		{name: "another claim", template: mounted("[ReadWriteOnce]", "", "") + archive("other", "")},
		{name: "nobody holds it", template: mounted("[ReadWriteOnce]", "replicas: 0", "") + archive("data", "")},
	})
}
