package rules_test

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
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

// TestVersionLabelsOfABareStream: a stream tells only what labels look like.
func TestVersionLabelsOfABareStream(t *testing.T) {
	set := func(selector, labels string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  selector: {matchLabels: {" + selector + "}}\n  template: {metadata: {labels: {app: db, chart: db-1.0.0}}}\n" +
			"  volumeClaimTemplates: [{metadata: {name: data, labels: {" + labels + "}}}]\n"
	}
	const claims, selector = `warning StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels["helm.sh/chart"]`, "warning StatefulSet/db spec.selector.matchLabels.chart"
	tests := []struct {
		name, text string
		want       string
		fixed      string // the text after all fixes, "" where nothing is fixed
	}{
		{"in a claim template", set("app: db", "app: db, helm.sh/chart: db-1.0.0"), claims, set("app: db", "app: db")},
		{"in a selector", set("app: db, chart: db-1.0.0", "app: db"), selector, set("app: db", "app: db")},
		{"all that a selector has", set("chart: db-1.0.0", "app: db"), selector, ""},
		{"no version", set("app: db, chart: db", "helm.sh/chart: db"), "", ""},
		{"another label", set("app: db, protocol: v1.2", "app: db"), "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, findings, err := fix.PostRender([]byte(test.text), fix.Options{Rules: []*lint.Rule{rules.VersionInImmutableField}, Select: fix.All()})
			require.NoError(t, err)
			if test.want == "" {
				assert.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			assert.Equal(t, test.want, findings[0].Severity.String()+" "+findings[0].Object.String()+" "+findings[0].Field)
			assert.Equal(t, test.fixed != "", findings[0].Fixed)
			assertSameObjects(t, []byte(cmp.Or(test.fixed, test.text)), out)
		})
	}
}
