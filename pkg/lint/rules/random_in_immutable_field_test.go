package rules_test

import (
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
