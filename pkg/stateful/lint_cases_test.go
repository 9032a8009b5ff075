package stateful_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// TestCasesThatDoNotRender: the chart's own values may be incomplete where a
// ci/*-values.yaml completes them; a case that somebody wrote may not fail.
func TestCasesThatDoNotRender(t *testing.T) {
	const (
		needy    = "password: {{ required \"DEMAND\" .Values.password | quote }}"
		complete = "password: secret\n"
	)
	tests := map[string]struct {
		cases     map[string]string
		demand    string // what the chart says when there is no password
		wantError string
		wantNote  string
		wantFound []string // the cases of the finding
	}{
		"no case is complete":                       {wantError: "set password"},
		"a case completes the values":               {cases: map[string]string{"a": complete}, wantNote: "does not render with its default values: ", wantFound: []string{"ci/a-values.yaml"}},
		"a case fails, the others go on":            {cases: map[string]string{"a": complete, "b": "password: null\n"}, wantError: "with ci/b-values.yaml: ", wantNote: "does not render", wantFound: []string{"ci/a-values.yaml"}},
		"no case, but the chart says what it lacks": {demand: "set .Values.password", wantNote: "set .Values.password", wantFound: []string{"--set password=value-of-yours-1"}},
		"no case but an incomplete one":             {cases: map[string]string{"b": "other: 1\n"}, wantError: "set password"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{
				"Chart.yaml":       "apiVersion: v2\nname: needy\nversion: 1.0.0\n",
				"templates/a.yaml": "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  labels: {" + strings.ReplaceAll(needy, "DEMAND", cmp.Or(test.demand, "set password")) + "}\n",
				"values.yaml":      "password: ''\n",
			}
			for name, text := range test.cases {
				files["ci/"+name+"-values.yaml"] = text
			}
			for name, text := range files {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			r, err := stateful.Lint(t.Context(), []string{dir}, stateful.LintOptions{Probe: true})
			require.NoError(t, err)
			require.Len(t, r.Charts, 1)
			if test.wantError == "" {
				assert.Empty(t, r.Charts[0].Error)
			}
			assert.Contains(t, r.Charts[0].Error, test.wantError)
			assert.LessOrEqual(t, strings.Count(r.Charts[0].Error, "set password"), 1, "the same is said once")
			assert.Contains(t, r.Charts[0].Note, test.wantNote)
			if test.wantFound == nil {
				assert.Empty(t, r.Findings)
				return
			}
			require.NotEmpty(t, r.Findings)
			assert.Equal(t, test.wantFound, r.Findings[0].Cases)
		})
	}
}
