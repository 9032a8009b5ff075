package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/conform"
)

func TestJSONKeepsToItsSchema(t *testing.T) {
	for _, r := range []*Report{everything(), New(nil, nil)} {
		require.NoError(t, conform.Report([]byte(written(t, JSON{}, r))))
	}
	var b bytes.Buffer
	for i := range everything().Plans {
		require.NoError(t, WritePlan(&b, &everything().Plans[i], "json"))
		require.NoError(t, conform.Plan(b.Bytes()))
	}
}

// TestSchemaBites takes away each field that must be there, and adds one that
// must not, in every object of a report.
func TestSchemaBites(t *testing.T) {
	good := written(t, JSON{}, everything())
	optional := map[string]bool{
		"version": true, "note": true, "error": true, "chart": true, "chartPath": true, "case": true, "cases": true, "related": true,
		"field": true, "verdict": true, "elsewhere": true, "breaks": true, "derives": true, "template": true, "fixable": true, "fixed": true,
		"unfixed": true, "ignored": true, "baselined": true, "namespace": true, "line": true, "column": true, "text": true, "place": true,
		"notes": true, "commands": true, "plans": true, "helm": true, "otherwise": true,
	}
	tried := 0
	var spoil func(value any, root any)
	spoil = func(value any, root any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				spoil(item, root)
			}
		case map[string]any:
			v["surprise"] = 1
			require.Error(t, conform.Report(encoded(t, root)), "a field too many in %v", v)
			delete(v, "surprise")
			for key, child := range v {
				if !optional[key] {
					delete(v, key)
					require.Error(t, conform.Report(encoded(t, root)), "without %s", key)
					v[key] = child
					tried++
				}
			}
			for _, child := range v {
				spoil(child, root)
			}
		}
	}
	var root map[string]any
	require.NoError(t, json.Unmarshal([]byte(good), &root))
	root["findings"] = root["findings"].([]any)[5:6]
	root["charts"] = root["charts"].([]any)[:1]
	root["plans"].([]any)[0].(map[string]any)["rows"] = root["plans"].([]any)[0].(map[string]any)["rows"].([]any)[:1]
	require.NoError(t, conform.Report(encoded(t, root)))
	spoil(root, root)
	assert.Greater(t, tried, 30)
	assert.Error(t, conform.Report([]byte(strings.Replace(good, `"severity": "error"`, `"severity": "fatal"`, 1))))
}

func encoded(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return text
}
