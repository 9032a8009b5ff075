package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// deployment has further lines in its spec and its container, under labels of
// its pods.
func deployment(labels, spec, container string) string {
	return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  ` + spec + `
  template:
    metadata: {labels: {` + labels + `}}
    spec:
      containers:
      - name: web
        image: web
        ` + container + `
`
}

func TestRefusedByAPIServer(t *testing.T) {
	check(t, rules.RefusedByAPIServer, []scenario{
		{
			name:     "a mount without its volume",
			template: deployment("app: web", "", "volumeMounts: [{name: data, mountPath: /data}]"),
			want:     []string{"error Deployment/web spec.template.spec.containers[0].volumeMounts[0].name"},
		},
		{
			name:     "a selector that misses its pods",
			template: deployment("app: other", "", ""),
			want:     []string{"error Deployment/web spec.template.metadata.labels"},
		},
		{
			name:     "Recreate with settings for a rolling update",
			template: deployment("app: web", "strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}", ""),
			want:     []string{"error Deployment/web spec.strategy.rollingUpdate"},
		},
		{
			name:     "a wrong type",
			template: deployment("app: web", "", "env: [{name: A, value: true}]"),
			want:     []string{"error Deployment/web"},
		},
		{
			name:     "the same object twice",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
			want:     []string{"error ConfigMap/a"},
		},
		{
			name:     "a claim template gives the volume",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: db, volumeMounts: [{name: data, mountPath: /data}]}]}\n  volumeClaimTemplates:\n  - metadata: {name: data}\n    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n",
		},
		{
			name:     "one bad label on all objects",
			template: labelled("a", "version: ${TAG}") + labelled("b", "version: ${TAG}") + labelled("c", "version: ${TAG}, tier: ${TAG}"),
			want:     []string{"error ConfigMap/a metadata.labels"},
		},
		{
			name:     "a bad label, and something else on one of them",
			template: labelled("a", "version: ${TAG}") + withWords(labelled("b", "version: ${TAG}"), "metadata: {", "metadata: {annotations: {'a b': c}, "),
			want:     []string{"error ConfigMap/a metadata.labels"},
		},
		{
			name:     "another bad label",
			template: labelled("a", "version: ${TAG}") + labelled("b", "version: ${OTHER}"),
			want:     []string{"error ConfigMap/a metadata.labels", "error ConfigMap/b metadata.labels"},
		},
		{
			name:     "a value that the user is to give",
			values:   "server: \"\"\n",
			template: deployment("app: web", "", "") + "      volumes: [{name: v, nfs: {path: /v, server: {{ .Values.server }}}}]\n",
			want:     []string{"info Deployment/web spec.template.spec.volumes[0].nfs.server"},
		},
		{
			name:     "a name that the user is to give",
			values:   "secret: \"\"\n",
			template: deployment("app: web", "", `env: [{name: A, valueFrom: {secretKeyRef: {name: {{ .Values.secret | quote }}, key: a}}}]`),
			want:     []string{"info Deployment/web spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.name"},
		},
		{
			name:     "a word in the place of a value",
			values:   "class: override_me\n",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], storageClassName: {{ .Values.class }}, resources: {requests: {storage: 1Gi}}}\n",
			want:     []string{"info PersistentVolumeClaim/a spec.storageClassName"},
		},
		{
			name:     "a word in the place of what a Secret holds",
			template: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: change-me}\n",
			want:     []string{"info Secret/a data.key"},
		},
		{
			name:     "a word that is meant",
			template: "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: settings!}\n",
			want:     []string{"error Secret/a"},
		},
		{
			name:     "a field that the template lacks",
			template: deployment("app: web", "", "") + "      volumes: [{name: v, nfs: {path: /v}}]\n",
			want:     []string{"error Deployment/web spec.template.spec.volumes[0].nfs.server"},
		},
		{
			name: "a definition whose schema repeats itself",
			template: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: as.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: A, plural: as}\n" +
				"  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, anyOf: [{required: [a]}, {required: [a]}], properties: {a: {type: string}}}}}}}]\n",
		},
		{
			name:     "a list of another kind that has an item twice",
			template: deployment("app: web", "", "ports: [{containerPort: 80}, {containerPort: 80}]"),
			want:     []string{"error Deployment/web"},
		},
		{name: "all is well", template: deployment("app: web", "", "")},
		{name: "a custom resource is not judged", template: "apiVersion: example.com/v1\nkind: Deployment\nmetadata: {name: a}\nspec: nonsense\n"},
		{name: "equal names in two namespaces", template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: other}\n"},
	})
}

func TestRefusalQuotesTheAPIServer(t *testing.T) {
	findings := found(t, rules.RefusedByAPIServer, deployment("app: web", "", "volumeMounts: [{name: data, mountPath: /data}]"), "")
	require.Len(t, findings, 1)
	assert.Equal(t, `Deployment.apps "web" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"`, findings[0].Verdict)
	assert.Equal(t, []string{"install (Helm 3 and 4)"}, findings[0].Breaks)
}

// TestProbesSpeakOfMountsAlone: a probe leaves values empty that a person would
// fill in, but a mount without its volume is the template's own mistake.
func TestProbesSpeakOfMountsAlone(t *testing.T) {
	for template, want := range map[string]int{
		deployment("app: web", "", "volumeMounts: [{name: data, mountPath: /data}]"): 1,
		labelled("a", "version: ${TAG}"):                                             0,
	} {
		rehearsal := rehearse(t, template, "")
		run := func(probe bool) []lint.Finding {
			return lint.Run(lint.Subject{Rehearsal: rehearsal, Probe: probe}, []*lint.Rule{rules.RefusedByAPIServer})
		}
		assert.Len(t, run(false), 1, template)
		assert.Len(t, run(true), want, template)
	}
}

// TestMadeUpValuesAreNotJudged: where a chart demands a value, one of the tool's
// own takes its place, and the API server may not like it.
func TestMadeUpValuesAreNotJudged(t *testing.T) {
	size := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ required \".Values.size\" .Values.size }}}}}\n"
	server := strings.ReplaceAll(deployment("app: web", "", ""), "image: web", `image: web:{{ required ".Values.size" .Values.size }}/`)
	for template, want := range map[string]int{
		size: 0, // no quantity
		server + "      nodeName: {{ required \".Values.size\" .Values.size }}_\n":                    0,
		strings.ReplaceAll(server, "name: web\n", "name: web\n        terminationMessagePolicy: x\n"): 1,
	} {
		assert.Len(t, probed(t, rules.RefusedByAPIServer, template, "size: \"\"\n"), want, template)
	}
}

// labelled is a ConfigMap.
func labelled(name, labels string) string {
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", labels: {" + strings.ReplaceAll(strings.ReplaceAll(labels, "$", "'$"), "}", "}'") + "}}\n"
}
