package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestVersionInImmutableField(t *testing.T) {
	const label = " StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.v"
	check(t, rules.VersionInImmutableField, []scenario{
		{name: "chart version", template: claimSet("db", "v: {{ .Chart.Version }}"), want: []string{"error" + label}},
		{name: "image tag from the values", values: "image: {tag: 8.0.1}\n", template: claimSet("db", "v: {{ .Values.image.tag }}"), want: []string{"error" + label}},
		{name: "version of an operator", values: "operatorVersion: v1.2.0\n", template: claimSet("db", "v: {{ .Values.operatorVersion }}"), want: []string{"error" + label}},
		{
			name:     "selector",
			template: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {v: \"{{ .Chart.Version }}\"}}\n  template:\n    metadata: {labels: {v: \"{{ .Chart.Version }}\"}}\n    spec: {containers: [{name: web, image: web}]}\n",
			want:     []string{"error Deployment/web spec.selector.matchLabels.v"},
		},
		{name: "revision", template: claimSet("db", "v: r{{ .Release.Revision }}"), want: []string{"error" + label}},
		{name: "chart name alone", template: claimSet("db", "v: {{ .Chart.Name }}")},
		{name: "on the pods", template: deployment("app: web, v: \"{{ .Chart.Version }}\"", "", "")},
		{name: "a version that is none of ours", values: "tlsMinVersion: \"1.2\"\nport: \"8080\"\n", template: claimSet("db", "v: \"{{ .Values.tlsMinVersion }}-{{ .Values.port }}\"")},
		{name: "a Job is another rule's", template: migration("", "{{ .Chart.Version }}")},
	})
}

func TestVersionNamesWhatItComesFrom(t *testing.T) {
	findings := found(t, rules.VersionInImmutableField, claimSet("db", "v: {{ .Values.image.tag }}"), "image: {tag: 8.0.1}\n")
	require.Len(t, findings, 1)
	assert.Equal(t, []string{"image tag"}, findings[0].Derives)
	assert.Contains(t, findings[0].Verdict, `StatefulSet.apps "db" is invalid: spec.volumeClaimTemplates: Invalid value: `)
	assert.Equal(t, []string{"upgrade to the next version (Helm 3 and 4)"}, findings[0].Breaks)
}
