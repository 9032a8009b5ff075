package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// selectorOfTheLive is a Deployment whose selector an upgrade makes of $live.
func selectorOfTheLive(app string) string {
	app = `{{ if .Release.IsUpgrade }}{{ $live := lookup "apps/v1" "Deployment" .Release.Namespace "web" }}` + app + `{{ else }}web{{ end }}`
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: '" + app + "'}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: web}]}\n"
}

func TestLookupInImmutableField(t *testing.T) {
	const live = `{{- $live := lookup "v1" "PersistentVolumeClaim" .Release.Namespace "data" }}
`
	const head = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 8Gi}}\n"
	check(t, rules.LookupInImmutableField, []scenario{
		{
			name:     "volumeName",
			template: live + head + "  {{- with $live }}\n  volumeName: {{ .spec.volumeName }}\n  {{- end }}\n",
			want:     []string{"error PersistentVolumeClaim/data spec.volumeName"},
		},
		{
			name:     "volumeName, only asked for at an upgrade",
			template: "{{- $live := dict }}{{ if .Release.IsUpgrade }}{{ $live = lookup \"v1\" \"PersistentVolumeClaim\" .Release.Namespace \"data\" }}{{ end }}\n" + head + "  {{- with $live }}\n  volumeName: {{ .spec.volumeName }}\n  {{- end }}\n",
			want:     []string{"error PersistentVolumeClaim/data spec.volumeName"},
		},
		{
			name:     "found in a list",
			template: head + "{{- range (lookup \"v1\" \"PersistentVolumeClaim\" .Release.Namespace \"\").items }}\n  volumeName: {{ .spec.volumeName }}\n{{- end }}\n",
			want:     []string{"error PersistentVolumeClaim/data spec.volumeName"},
		},
		{
			name: "claim template",
			template: `{{- $class := dig "spec" "storageClassName" "" (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "data-db-0") }}
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      {{- if $class }}
      storageClassName: {{ $class }}
      {{- end }}
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`,
			want: []string{"error StatefulSet/db spec.volumeClaimTemplates[0].spec.storageClassName"},
		},
		{
			name:     "an upgrade takes for granted what lookup finds",
			template: selectorOfTheLive("{{ $live.spec.selector.matchLabels.app }}"),
			want:     []string{"warning Deployment/web"},
		},
		{
			name:     "an upgrade that knows what to do where lookup finds nothing",
			template: selectorOfTheLive(`{{ dig "spec" "selector" "matchLabels" "app" "web" $live }}`),
		},
		{
			name:     "an upgrade that refuses to go on without the live object",
			template: selectorOfTheLive(`{{ if not $live }}{{ fail "where is it?" }}{{ end }}web`),
		},
		{
			name:     "an upgrade that makes something else of what lookup finds",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  since: {{ if .Release.IsUpgrade }}{{ (lookup \"v1\" \"ConfigMap\" .Release.Namespace \"a\").data.since }}{{ else }}now{{ end }}\n",
		},
		{
			name:     "the default of the field is no change",
			template: live + head + "  {{- with $live }}\n  volumeMode: {{ .spec.volumeMode }}\n  {{- end }}\n",
		},
		{
			name:     "a label may change",
			template: live + "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  labels: {volume: '{{ dig \"spec\" \"volumeName\" \"\" $live }}'}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 8Gi}}\n",
		},
		{
			name:     "a Service address is filled in again",
			template: "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  {{- with lookup \"v1\" \"Service\" .Release.Namespace \"web\" }}\n  clusterIP: {{ .spec.clusterIP }}\n  {{- end }}\n  ports: [{port: 80}]\n",
		},
		{
			name:     "lookup keeps what is random",
			template: "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nimmutable: true\ndata:\n  p: {{ dig \"data\" \"p\" (randAlphaNum 8 | b64enc) (lookup \"v1\" \"Secret\" .Release.Namespace \"s\") }}\n",
		},
		{
			name:     "a hook is made anew",
			template: live + "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {helm.sh/hook: pre-install}\nspec:\n  volumeName: '{{ dig \"spec\" \"volumeName\" \"\" $live }}'\n",
		},
		{
			name:     "told from the revision, not from lookup",
			template: head + "  {{- if .Release.IsInstall }}\n  volumeName: first\n  {{- end }}\n",
		},
	})
}

func TestProvisionedVolumeOnBareManifests(t *testing.T) {
	const claim = "kind: PersistentVolumeClaim\napiVersion: v1\nmetadata:\n  name: data\nspec:\n  volumeName: "
	const text = claim + "pvc-0b9c9a1e-52f6-4a3c-9d5b-7a2f6c1d8e90\n---\n" + claim + "by-hand\n"
	out, findings, err := fix.PostRender([]byte(text), fix.Options{Rules: []*lint.Rule{rules.LookupInImmutableField}, Select: fix.Safe()})
	require.NoError(t, err)
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Warning, findings[0].Severity)
	assert.Equal(t, text, string(out), "a post-renderer does not know what the previous revision carried")

	out, _, err = fix.PostRender([]byte(text), fix.Options{Rules: []*lint.Rule{rules.LookupInImmutableField}, Select: fix.All()})
	require.NoError(t, err)
	assert.Equal(t, "kind: PersistentVolumeClaim\napiVersion: v1\nmetadata:\n  name: data\nspec: {}\n---\n"+claim+"by-hand\n", string(out))
}
