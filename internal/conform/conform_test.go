package conform

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSARIF(t *testing.T) {
	require.NoError(t, SARIF([]byte(`{"version": "2.1.0", "runs": []}`)))
	for what, text := range map[string]string{
		"no version":    `{"runs": []}`,
		"unknown field": `{"version": "2.1.0", "runs": [], "walks": []}`,
		"no tool":       `{"version": "2.1.0", "runs": [{"results": []}]}`,
		"no line 0": `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"},
			"locations": [{"physicalLocation": {"artifactLocation": {"uri": "x"}, "region": {"startLine": 0}}}]}]}]}`,
		"no URI": `{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "informationUri": "::"}}, "results": []}]}`,
		"text":   `no`,
	} {
		assert.Error(t, SARIF([]byte(text)), what)
	}
}

func TestPublished(t *testing.T) {
	plan := `"chart": {"chart": "x", "path": "x"}, "release": "r", "namespace": "n", "rows": []}`
	require.NoError(t, Plan([]byte(`{"schemaVersion": 1, `+plan)))
	assert.Error(t, Plan([]byte(`{"schemaVersion": 2, `+plan)), "another version")
	assert.Error(t, Plan([]byte(`{`+plan)), "no version")
	assert.Error(t, Plan([]byte(`{"schemaVersion": 1, "more": 1, `+plan)), "a field too many")
	assert.Error(t, Report([]byte(`{"schemaVersion": 1, `+plan)), "a plan is no report")
}
