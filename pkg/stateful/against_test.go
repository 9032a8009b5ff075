package stateful_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// repository is a git work tree with charts.
type repository struct {
	*testing.T
	dir string
}

func newRepository(t *testing.T) *repository {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	r := &repository{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r *repository) git(args ...string) {
	r.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(r, err, "%s", out)
}

func (r *repository) path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func (r *repository) write(name, text string) {
	r.Helper()
	require.NoError(r, os.MkdirAll(filepath.Dir(r.path(name)), 0o755))
	require.NoError(r, os.WriteFile(r.path(name), []byte(text), 0o644))
}

func (r *repository) commit() {
	r.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message=x")
}

func (r *repository) against(ref, name string) *report.Report {
	r.Helper()
	out, err := stateful.CompareAgainst(r.Context(), ref, r.path(name), stateful.LintOptions{})
	require.NoError(r, err)
	return out
}

func rulesOf(r *report.Report) []string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, f.Rule)
	}
	return out
}

const storeChart = "apiVersion: v2\nname: store\nversion: 1.0.0\n"

// claimHelper is a template of another chart that says how large a claim is.
func claimHelper(size string) string {
	return "{{- define \"claim\" }}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n" +
		"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: " + size + "}}}\n{{- end }}\n"
}

// TestAgainstWithChartsBeside: what a chart takes from its repository is as old
// as the chart.
func TestAgainstWithChartsBeside(t *testing.T) {
	r := newRepository(t)
	r.write("library/common/Chart.yaml", "apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n")
	r.write("library/common/templates/_claim.tpl", claimHelper("20Gi"))
	r.write("charts/store/Chart.yaml", storeChart)
	r.write("charts/store/templates/a.yaml", `{{ include "claim" . }}`)
	require.NoError(t, os.MkdirAll(r.path("charts/store/charts"), 0o755))
	require.NoError(t, os.Symlink("../../../library/common", r.path("charts/store/charts/common")))
	r.commit()
	assert.Empty(t, rulesOf(r.against("main", "charts/store")))
	r.git("switch", "--quiet", "--create=topic")
	r.write("library/common/templates/_claim.tpl", claimHelper("10Gi"))
	r.commit()
	got := r.against("main", "charts/store")
	assert.Equal(t, []string{"size-shrinks"}, rulesOf(got))
	assert.Equal(t, r.path("charts/store"), got.Charts[0].Path)
}

// TestAgainstWithFetchedDependencies: git knows nothing of what helm dependency
// build has put into charts/.
func TestAgainstWithFetchedDependencies(t *testing.T) {
	r := newRepository(t)
	dependencies := "dependencies:\n- {name: db, version: 1.x.x, repository: 'https://example.com'}\n"
	r.write(".gitignore", "charts/store/charts\n")
	r.write("charts/store/Chart.yaml", storeChart+dependencies)
	r.write("charts/store/templates/a.yaml", `{{ include "claim" . }}`)
	r.write("charts/store/templates/_claim.tpl", claimHelper("20Gi"))
	r.commit()
	r.write("charts/store/templates/_claim.tpl", claimHelper("10Gi"))
	r.write("charts/store/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.2.3\n")
	assert.Equal(t, []string{"size-shrinks"}, rulesOf(r.against("main", "charts/store")))

	// The new version asks for another one: the old one is not to be had.
	r.write("charts/store/Chart.yaml", storeChart+"dependencies:\n- {name: db, version: 2.x.x, repository: 'https://example.com'}\n")
	r.write("charts/store/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 2.0.0\n")
	_, err := stateful.CompareAgainst(t.Context(), "main", r.path("charts/store"), stateful.LintOptions{})
	require.ErrorContains(t, err, "the old version: ")
	require.ErrorContains(t, err, "db")
	linted, err := stateful.Lint(t.Context(), []string{r.path("charts")}, stateful.LintOptions{Against: "main", Rules: []*lint.Rule{}})
	require.NoError(t, err)
	assert.Empty(t, linted.Charts[0].Error)
	assert.Contains(t, linted.Charts[0].Note, "not compared with commit ")
}

func TestAgainstLeavesNothingBehind(t *testing.T) {
	r := newRepository(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	r.write("a/Chart.yaml", storeChart)
	r.commit()
	r.against("main", "a")
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestAgainstANewChart(t *testing.T) {
	r := newRepository(t)
	r.write("a/Chart.yaml", storeChart)
	r.commit()
	r.write("b/Chart.yaml", storeChart)
	got := r.against("main", "b")
	assert.Equal(t, "a new chart: there is no older version to compare it with", got.Charts[0].Note)
	linted, err := stateful.Lint(t.Context(), []string{r.dir}, stateful.LintOptions{Against: "main"})
	require.NoError(t, err)
	require.Len(t, linted.Charts, 1, "only the new chart differs")
	assert.Equal(t, got.Charts[0].Note, linted.Charts[0].Note)
}
