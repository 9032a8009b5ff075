package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// claimSet is a StatefulSet under a name, with labels on its claim template.
func claimSet(name, templateLabels string) string {
	return `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: "` + name + `"}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
  - metadata: {name: data, labels: {` + templateLabels + `}}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`
}

func TestRandomInImmutableField(t *testing.T) {
	const random = "{{ randAlpha 5 | lower }}"
	check(t, rules.RandomInImmutableField, []scenario{
		{
			name:     "label of a claim template",
			template: claimSet("db", "id: "+random),
			want:     []string{"error StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.id"},
		},
		{
			name:     "selector",
			template: "{{ $id := " + `randAlpha 5` + " }}\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {id: {{ $id }}}}\n  template:\n    metadata: {labels: {id: {{ $id }}}}\n    spec: {containers: [{name: web, image: web}]}\n",
			want:     []string{"error Deployment/web spec.selector.matchLabels.id"},
		},
		{
			name:     "a Secret that says it never changes",
			template: "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nimmutable: true\nstringData: {p: " + random + "}\n",
			want:     []string{"error Secret/s stringData.p"},
		},
		{
			name:     "the time, to the second, in a claim's name",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: 'data-{{ now | date \"20060102150405\" }}'}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
			want:     []string{"error PersistentVolumeClaim/data-20251231225900 metadata.name"},
		},
		{
			name:     "the month in a claim template",
			template: claimSet("db", "since: '{{ now | date \"2006-01\" }}'"),
			want:     []string{"error StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.since"},
		},
		{
			name:     "the time in the pods of a Job",
			template: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {metadata: {annotations: {at: '{{ now | unixEpoch }}'}}, spec: {restartPolicy: Never, containers: [{name: j, image: j}]}}}\n",
			want:     []string{"error Job/j spec.template.metadata.annotations.at"},
		},
		{
			name:     "the time in the name of a Job, and in pods that may change",
			template: strings.Replace(deployment("app: web", "", ""), "metadata: {labels:", "metadata: {annotations: {at: '{{ now }}'}, labels:", 1) + "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: 'j-{{ now | unixEpoch }}'}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j}]}}}\n",
		},
		{
			name:     "how long ago now is",
			template: claimSet("db", "age: {{ now | ago }}"),
		},
		{
			name:     "a label that may change",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {id: " + random + "}}\n",
		},
		{
			name:     "a pod template may change",
			template: deployment("app: web, id: "+random, "", ""),
		},
		{
			name:     "the name of a Job",
			template: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j-" + random + "}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j}]}}}\n",
		},
		{
			name:     "kept by lookup",
			template: "{{ $s := lookup \"v1\" \"Secret\" .Release.Namespace \"s\" }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nimmutable: true\ndata: {p: {{ dig \"data\" \"p\" (randAlphaNum 8 | b64enc) $s }}}\n",
		},
	})
}
