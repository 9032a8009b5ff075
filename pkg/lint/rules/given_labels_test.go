package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestLabelsForAllInFrozenFields(t *testing.T) {
	const set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: NAME, labels: {app: NAME, LABELS}}\nspec:\n  serviceName: db\n  selector: {matchLabels: {app: NAME, SELECTOR}}\n" +
		"  template: {metadata: {labels: {app: NAME, LABELS}}, spec: {containers: [{name: db, image: db}]}}\n" +
		"  volumeClaimTemplates: [{metadata: {name: data, labels: {app: NAME, CLAIM}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n---\n"
	const common = "{{ range $k, $v := .Values.commonLabels }}{{ $k }}: {{ $v }}{{ end }}"
	database := func(name, selector, claim string) string {
		return withWords(set, "NAME", name, "LABELS", common, "SELECTOR", selector, "CLAIM", claim)
	}
	tests := map[string]struct {
		template, values string
		want             []string
	}{
		"in claim templates, one finding for all": {database("db", "", common) + database("log", "", common), "commonLabels: {}\n", []string{
			"warning StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.label-of-yours",
		}},
		"in a selector":          {database("db", common, ""), "commonLabels: {}\n", []string{"warning StatefulSet/db spec.selector.matchLabels.label-of-yours"}},
		"on a hook":              {withWords(database("db", common, common), "metadata: {name: db,", "metadata: {name: db, annotations: {helm.sh/hook: post-install},"), "commonLabels: {}\n", nil},
		"where they may change":  {database("db", "", ""), "commonLabels: {}\n", nil},
		"a chart's own labels":   {database("db", "", common), "commonLabels: {team: a}\n", nil},
		"labels for claims only": {database("db", "", "{{ range $k, $v := .Values.persistence.labels }}{{ $k }}: {{ $v }}{{ end }}"), "persistence: {labels: {}}\n", nil},
		"extra labels for claims only": {database("db", "", "{{ range $k, $v := .Values.server.persistentVolume.extraLabels }}{{ $k }}: {{ $v }}{{ end }}"),
			"server: {persistentVolume: {extraLabels: {}}}\n", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range probed(t, rules.VersionInImmutableField, test.template, test.values) {
				got = append(got, f.Severity.String()+" "+f.Object.String()+" "+f.Field)
				assert.Equal(t, []string{"--set commonLabels.label-of-yours=value-1"}, f.Cases)
			}
			assert.Equal(t, test.want, got)
		})
	}
	findings := probed(t, rules.VersionInImmutableField, tests["in claim templates, one finding for all"].template, "commonLabels: {}\n")
	require.Len(t, findings, 1)
	require.Len(t, findings[0].Related, 1)
	assert.Equal(t, lint.Warning, findings[0].Severity)
}

func TestLabelsForPodsInFrozenFields(t *testing.T) {
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web, SELECTOR}}\n" +
		"  template: {metadata: {labels: {app: web, LABELS}}, spec: {containers: [{name: web, image: web}]}}\n"
	const podLabels = "{{ range $k, $v := .Values.web.podLabels }}{{ $k }}: {{ $v }}{{ end }}"
	inSelector := withWords(deployment, "SELECTOR", podLabels, "LABELS", podLabels)

	findings := probed(t, rules.VersionInImmutableField, inSelector, "web: {podLabels: {}}\n")
	require.Len(t, findings, 1)
	assert.Equal(t, "spec.selector.matchLabels.label-of-yours", findings[0].Field)
	assert.Equal(t, []string{"--set web.podLabels.label-of-yours=value-1"}, findings[0].Cases)
	assert.Empty(t, probed(t, rules.VersionInImmutableField, withWords(deployment, "SELECTOR", "", "LABELS", podLabels), "web: {podLabels: {}}\n"), "on the pods alone they may change")
}
