package stateful_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// placeOf writes the place of the first finding of a rule.
func placeOf(t *testing.T, findings []lint.Finding, rule string) string {
	t.Helper()
	for _, f := range findings {
		if f.Rule == rule {
			require.NotNil(t, f.Template)
			assert.True(t, f.Template.Exact)
			return fmt.Sprintf("%s:%d:%d %s", f.Template.Path, f.Template.Line, f.Template.Column, strings.TrimSpace(f.Template.Text))
		}
	}
	require.Fail(t, "no finding of "+rule)
	return ""
}

func TestFindingsArePlaced(t *testing.T) {
	tests := map[string]struct{ chart, rule, want string }{
		"a field":                           {"foreign-affinity", "foreign-affinity", "templates/statefulset.yaml:25:15 labelSelector:"},
		"the whole object":                  {"claim-deleted-with-release", "claim-deleted-with-release", "templates/pvc.yaml:3:1 kind: PersistentVolumeClaim"},
		"a field that only the upgrade has": {"grafana-volume-name-lookup", "lookup-in-immutable-field", "templates/pvc.yaml:27:3 volumeName: {{ . }}"},
		"a field of another values case":    {"matomo-cronjob-claim", "claim-not-found", `templates/cronjob.yaml:31:17 claimName: {{ include "matomo.fullname" . }}-data`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, placeOf(t, lintFixture(t, test.chart, "").Findings, test.rule))
		})
	}
}

func TestComparedFindingsArePlacedInTheNewVersion(t *testing.T) {
	dir := charts + "/../compare/immutable-field-changed"
	r, err := stateful.Compare(t.Context(), dir+"/old", dir+"/new", stateful.LintOptions{})
	require.NoError(t, err)
	assert.Equal(t, "templates/statefulset.yaml:10:3 podManagementPolicy: Parallel", placeOf(t, r.Findings, "immutable-field-changed"))
}

// TestPackedSubChart: a packed sub chart's template is named as an unpacked
// one's, with the archive that holds it, and reports point at that.
func TestPackedSubChart(t *testing.T) {
	for name, archive := range map[string]string{
		"as helm package names it": "charts/claim-deleted-with-release-1.0.0.tgz",
		"otherwise":                "charts/claim-deleted-with-release.tgz",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "charts"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte("apiVersion: v2\nname: parent\nversion: 1.0.0\n"), 0o644))
			packChart(t, filepath.Join(charts, "claim-deleted-with-release"), filepath.Join(dir, filepath.FromSlash(archive)))
			r, err := stateful.Lint(t.Context(), []string{dir}, stateful.LintOptions{})
			require.NoError(t, err)
			require.NotEmpty(t, r.Findings)
			assert.Equal(t, "charts/claim-deleted-with-release/templates/pvc.yaml:3:1 kind: PersistentVolumeClaim", placeOf(t, r.Findings, "claim-deleted-with-release"))
			assert.Equal(t, archive, r.Findings[0].Template.Archive)

			var text strings.Builder
			require.NoError(t, report.Text{}.Write(&text, r))
			assert.Contains(t, text.String(), "charts/claim-deleted-with-release/templates/pvc.yaml:3:1 (in "+archive+")")
			var annotations strings.Builder
			require.NoError(t, report.GitHub{Dir: dir}.Write(&annotations, r))
			assert.Contains(t, annotations.String(), "file="+archive+",line=1,title=claim-deleted-with-release::")
			assert.Contains(t, annotations.String(), "template: charts/claim-deleted-with-release/templates/pvc.yaml:3:1")
			var sarif strings.Builder
			require.NoError(t, report.SARIF{Dir: dir}.Write(&sarif, r))
			assert.Contains(t, sarif.String(), `"uri": "`+archive+`"`)
			assert.Contains(t, sarif.String(), `"exactLine": false`)
			assert.NotContains(t, sarif.String(), `"exactLine": true`)
			assert.Contains(t, sarif.String(), "Template: charts/claim-deleted-with-release/templates/pvc.yaml:3:1")
		})
	}
}
