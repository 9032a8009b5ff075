// Package linear_test is a package of its own, so that nothing else allocates in its
// process.
package linear_test

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/madeup"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// TestLinear lints each chart under testdata many times over in one release: copies
// of all that it renders, once with labels and references of their own, once with
// other names alone. What is done for each object with each other one shows in what
// is allocated, which is nearly the same in every run; time is not.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	const few, times = 100, 4 // objects, and how many times as many
	charts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "charts", "*", "Chart.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, charts)
	for _, file := range charts {
		text, err := stateful.Template(t.Context(), filepath.Dir(file), stateful.LintOptions{})
		documents := madeup.Documents(string(text))
		if err != nil || len(documents) == 0 {
			continue // it wants values
		}
		for _, same := range []madeup.Sameness{madeup.Nothing, madeup.AllButNames} {
			t.Run(filepath.Base(filepath.Dir(file))+" in "+same.String(), func(t *testing.T) {
				allocated := func(copies int) float64 { return allocatedByLint(t, madeup.Many(documents, copies, same)) }
				copies := max(4, few/len(documents))
				allocated(1) // what is made once
				assert.Less(t, allocated(times*copies), 1.2*times*allocated(copies))
			})
		}
	}
}

// allocatedByLint counts the bytes for a chart of one template, with its plan and in
// all formats, and for the manifests alone.
func allocatedByLint(t *testing.T, text string) float64 {
	t.Helper()
	chart := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(chart, "templates"), 0o755))
	for name, content := range madeup.ChartOf(text) {
		require.NoError(t, os.WriteFile(filepath.Join(chart, name), []byte(content), 0o644))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found, err := stateful.Lint(t.Context(), []string{chart}, stateful.LintOptions{Workers: 1, Plan: true})
	require.NoError(t, err)
	for _, format := range []report.Format{
		report.Text{Rules: rules.All()}, report.JSON{}, report.SARIF{Rules: rules.All()}, report.JUnit{Rules: rules.All()}, report.GitHub{Rules: rules.All()},
		report.GitLab{}, report.Markdown{Rules: rules.All()}, report.HTML{Rules: rules.All()},
	} {
		require.NoError(t, format.Write(io.Discard, found))
	}
	_, err = stateful.LintStream(strings.NewReader(text), stateful.LintOptions{})
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}
