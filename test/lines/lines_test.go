package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/render"
)

func TestFixturesAreTracedToTheLine(t *testing.T) {
	charts, err := filepath.Glob("../../testdata/charts/*/Chart.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, charts)
	m := &measure{misses: map[string]int{}, verbose: io.Discard}
	for _, chart := range charts {
		require.NoError(t, m.fieldsOf(t.Context(), filepath.Dir(chart)), chart)
		m.findingsOf(t.Context(), filepath.Dir(chart))
	}
	assert.Empty(t, m.wrong)
	assert.Empty(t, m.misses)
	assert.NotZero(t, m.values)
	assert.Equal(t, m.fields.all, m.fields.exact)
	assert.NotZero(t, m.findings.all)
	assert.Equal(t, m.findings.all, m.findings.exact)
}

// TestCheckSeesAWrongPlace proves that the check can fail.
func TestCheckSeesAWrongPlace(t *testing.T) {
	const text = "a: 1\n{{ toYaml .x }}\n  \"b\": c\nd-{{ .x }}: 1\n"
	tests := map[string]struct {
		origin   render.Origin
		key      string
		value    any
		compared bool
		err      string
	}{
		"a key":                {render.Origin{Line: 1, Column: 1}, "a", 1, true, ""},
		"another value":        {render.Origin{Line: 1, Column: 1}, "a", 2, true, "another value"},
		"another key":          {render.Origin{Line: 1, Column: 1}, "b", 1, false, "another key"},
		"another column":       {render.Origin{Line: 3, Column: 1}, "b", "c", false, "another key"},
		"a quoted key":         {render.Origin{Line: 3, Column: 3}, "b", "c", true, ""},
		"no such column":       {render.Origin{Line: 1, Column: 9}, "a", 1, false, "no such column"},
		"no such line":         {render.Origin{Line: 9, Column: 1}, "a", 1, false, "no such line"},
		"an action":            {render.Origin{Line: 2, Column: 1, Action: true}, "x", 1, false, ""},
		"no action":            {render.Origin{Line: 1, Column: 1, Action: true}, "a", 1, false, "no action"},
		"a key put together":   {render.Origin{Line: 4, Column: 1}, "d-e", 1, false, ""},
		"another put together": {render.Origin{Line: 4, Column: 1}, "e-d", 1, false, "another key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.origin.Text = text
			compared, err := check(test.origin, test.key, test.value)
			assert.Equal(t, test.compared, compared)
			if test.err == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.err)
		})
	}
}
