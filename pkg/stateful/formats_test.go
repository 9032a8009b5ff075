package stateful_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/conform"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// TestOutputsKeepToTheirSchemas holds what comes out for all charts of testdata
// against the schemas.
func TestOutputsKeepToTheirSchemas(t *testing.T) {
	entries, err := os.ReadDir(charts)
	require.NoError(t, err)
	var paths []string
	for _, e := range entries {
		if e.IsDir() {
			paths = append(paths, filepath.Join(charts, e.Name()))
		}
	}
	r, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{Plan: true})
	require.NoError(t, err)
	require.Positive(t, r.Failed(), "charts that fail are among them")
	require.Greater(t, len(r.Findings), 30)
	require.Greater(t, len(r.Plans), 10)

	var text bytes.Buffer
	require.NoError(t, report.JSON{}.Write(&text, r))
	require.NoError(t, conform.Report(text.Bytes()))
	back, err := report.Read(&text)
	require.NoError(t, err)
	assert.Equal(t, r.Plans, back.Plans)

	text.Reset()
	require.NoError(t, report.SARIF{Rules: rules.All(), Version: "1.0.0"}.Write(&text, r))
	require.NoError(t, conform.SARIF(text.Bytes()))

	text.Reset()
	require.NoError(t, report.WritePlan(&text, &r.Plans[0], "json"))
	require.NoError(t, conform.Plan(text.Bytes()))
}

func TestPlanOfLintIsThatOfPlan(t *testing.T) {
	path := filepath.Join(charts, "grafana-volume-name-lookup")
	r, err := stateful.Lint(t.Context(), []string{path}, stateful.LintOptions{Plan: true})
	require.NoError(t, err)
	plan, err := stateful.Plan(t.Context(), path, stateful.LintOptions{})
	require.NoError(t, err)
	assert.Equal(t, []report.Plan{*plan}, r.Plans)

	r, err = stateful.Lint(t.Context(), []string{path}, stateful.LintOptions{})
	require.NoError(t, err)
	assert.Empty(t, r.Plans, "nobody asked")
}
