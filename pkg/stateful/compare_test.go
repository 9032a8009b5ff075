package stateful_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// versionOf writes one version of a chart.
func versionOf(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files["Chart.yaml"] = storeChart
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

func comparison(t *testing.T, old, next map[string]string, o stateful.LintOptions) *report.Report {
	t.Helper()
	r, err := stateful.Compare(t.Context(), versionOf(t, old), versionOf(t, next), o)
	require.NoError(t, err)
	return r
}

// switched is a claim of a size, where persistence is on.
func switched(size string) string {
	return "{{- if .Values.persistence.enabled }}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, annotations: {helm.sh/resource-policy: keep}}\n" +
		"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: " + size + "}}}\n{{- end }}\n"
}

const off, on = "persistence: {enabled: false}\n", "persistence: {enabled: true}\n"

// TestCompareUnderValuesCases: an upgrade is played under each case that both
// versions have, with the old one's values.
func TestCompareUnderValuesCases(t *testing.T) {
	old := map[string]string{"values.yaml": off, "templates/a.yaml": switched("20Gi"), "ci/on-values.yaml": on, "ci/too-values.yaml": on, "ci/gone-values.yaml": on}
	next := map[string]string{"values.yaml": off, "templates/a.yaml": switched("10Gi"), "ci/on-values.yaml": off, "ci/too-values.yaml": on, "ci/new-values.yaml": on}
	r := comparison(t, old, next, stateful.LintOptions{})
	require.Equal(t, []string{"size-shrinks"}, rulesOf(r))
	assert.Equal(t, []string{"ci/on-values.yaml", "ci/too-values.yaml"}, r.Findings[0].Cases)
	assert.Empty(t, r.Charts[0].Note)

	delete(old, "ci/on-values.yaml")
	delete(old, "ci/too-values.yaml")
	assert.Empty(t, rulesOf(comparison(t, old, next, stateful.LintOptions{})), "nobody has persistence on")
	assert.Equal(t, []string{"size-shrinks"}, rulesOf(comparison(t, old, next, stateful.LintOptions{Values: map[string]any{"persistence": map[string]any{"enabled": true}}})))
	probed := comparison(t, old, next, stateful.LintOptions{Probe: true})
	require.Equal(t, []string{"size-shrinks"}, rulesOf(probed))
	assert.Equal(t, "--set persistence.enabled=true", probed.Findings[0].Case)
}

// TestCompareUnderValuesThatOneVersionRefuses: a new required value is given by
// the new version's case, and a case that neither renders is told of.
func TestCompareUnderValuesThatOneVersionRefuses(t *testing.T) {
	const demand = "{{ $_ := required \"give a host\" .Values.host }}\n"
	old := map[string]string{"values.yaml": off, "templates/a.yaml": switched("20Gi"), "ci/a-values.yaml": on, "ci/b-values.yaml": on}
	next := map[string]string{"values.yaml": off + "host: here\n", "templates/a.yaml": demand + switched("10Gi"),
		"ci/a-values.yaml": on, "ci/b-values.yaml": on + "host: ''\n"}
	r := comparison(t, old, next, stateful.LintOptions{})
	assert.Equal(t, []string{"ci/a-values.yaml", "ci/b-values.yaml"}, r.Findings[0].Cases)

	next["values.yaml"], next["ci/a-values.yaml"] = off, on+"host: here\n"
	_, err := stateful.Compare(t.Context(), versionOf(t, old), versionOf(t, next), stateful.LintOptions{})
	require.ErrorContains(t, err, "the new version: ")

	next["templates/a.yaml"] = "{{ if .Values.persistence.enabled }}" + demand + "{{ end }}\n" + switched("10Gi")
	r = comparison(t, old, next, stateful.LintOptions{})
	assert.Equal(t, []string{"ci/a-values.yaml"}, r.Findings[0].Cases)
	assert.Contains(t, r.Charts[0].Note, "not compared with ci/b-values.yaml: the new version: ")
	assert.Contains(t, r.Charts[0].Note, "give a host")
}

// TestCompareTellsWhatIsNew: a finding that the old version has under the same
// kind of values is no news.
func TestCompareTellsWhatIsNew(t *testing.T) {
	claim := "{{- if .Values.persistence.enabled }}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data-{{ .Release.Name }}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n{{- end }}\n"
	careless := func(values string) map[string]string {
		return map[string]string{"values.yaml": values, "templates/a.yaml": claim}
	}
	o := stateful.LintOptions{Probe: true}
	assert.Empty(t, rulesOf(comparison(t, careless(on), careless(on), o)))
	assert.Empty(t, rulesOf(comparison(t, careless(off), careless(off), o)), "a probe shows it in both")
	assert.Equal(t, []string{"claim-deleted-with-release"}, rulesOf(comparison(t, careless(off), careless(on), o)), "everybody has it now")
}
