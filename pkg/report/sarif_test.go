package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/conform"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

func TestSARIFIsValid(t *testing.T) {
	for name, r := range map[string]*Report{"everything": everything(), "nothing": New(nil, nil)} {
		for _, format := range []SARIF{{Rules: someRules, Version: "v1.2.3", Dir: "/home/me"}, {}} {
			require.NoError(t, conform.SARIF([]byte(written(t, format, r))), name)
		}
	}
}

// TestSARIFValidationBites: the check above is no good if it lets all pass.
func TestSARIFValidationBites(t *testing.T) {
	good := written(t, SARIF{Rules: someRules}, everything())
	for what, change := range map[string][2]string{
		"a level that there is not": {`"level": "error"`, `"level": "fatal"`},
		"a field that there is not": {`"columnKind"`, `"columnSort"`},
		"a line before the first":   {`"startLine": 28`, `"startLine": 0`},
		"no message":                {`"message": {`, `"properties": {`},
		"no version":                {`"version": "2.1.0"`, `"version": "3"`},
	} {
		require.Contains(t, good, change[0])
		assert.Error(t, conform.SARIF([]byte(strings.Replace(good, change[0], change[1], 1))), what)
	}
}

func TestSARIFResults(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, SARIF{Rules: someRules, Version: "v1.2.3", Dir: "/home/me"}.Write(&b, everything()))
	var log sarifLog
	require.NoError(t, json.Unmarshal(b.Bytes(), &log))
	run := log.Runs[0]
	assert.Equal(t, "1.2.3", run.Tool.Driver.SemanticVersion)
	assert.False(t, run.Invocations[0].ExecutionSuccessful)
	assert.Len(t, run.Invocations[0].Notifications, 4, "two charts that failed, one with a note, one note of the run")

	rule := run.Tool.Driver.Rules[0]
	assert.Equal(t, "https://github.com/helm-stateful/helm-stateful/blob/main/docs/rules/one.md", rule.HelpURI)
	assert.Equal(t, RuleMarkdown(someRules[0]), rule.Help.Markdown)
	assert.Equal(t, "note", run.Tool.Driver.Rules[1].DefaultConfiguration.Level)

	require.Len(t, run.Results, len(everything().Findings))
	fixed, ignored, baselined, exact, gone := run.Results[1], run.Results[3], run.Results[4], run.Results[5], run.Results[7]
	assert.Equal(t, []string{"pass", "none"}, []string{fixed.Kind, fixed.Level})
	assert.Equal(t, []sarifSuppression{{Kind: "inSource", Justification: "a cache"}}, ignored.Suppressions)
	assert.Equal(t, "unchanged", baselined.BaselineState)
	assert.Equal(t, "external", baselined.Suppressions[0].Kind)
	assert.NotNil(t, exact.Suppressions, "empty says not suppressed, missing says nothing")
	assert.Empty(t, exact.Suppressions)
	at := exact.Locations[0].Physical
	assert.Equal(t, sarifArtifact{URI: "charts/e%20f/templates/pvc.yaml", URIBaseID: "%SRCROOT%"}, at.Artifact)
	assert.Equal(t, 28, at.Region.StartLine)
	assert.Equal(t, 3, at.Region.StartColumn)
	assert.Contains(t, at.Region.Snippet.Text, "volumeName: {{")
	assert.Equal(t, "PersistentVolumeClaim/data#spec.volumeName", exact.Locations[0].Logical[0].FullyQualifiedName)
	assert.Equal(t, "00ff00ff00ff00ff", exact.PartialFingerprints["helmStateful/v1"])
	assert.Equal(t, 0, *exact.RuleIndex)
	assert.Nil(t, gone.RuleIndex, "a rule that is not listed has no index")
}

func TestSARIFOfAVersionThatIsNone(t *testing.T) {
	for version, want := range map[string]string{"dev": "", "0.1.0-dev+269300d0da0c.dirty": "0.1.0-dev+269300d0da0c.dirty", "v2.0.0": "2.0.0", "1.2": ""} {
		assert.Equal(t, want, SARIF{Version: version}.driver().SemanticVersion, version)
	}
}

func TestSARIFLevels(t *testing.T) {
	assert.Equal(t, []string{"error", "warning", "note"}, []string{sarifLevel(lint.Error), sarifLevel(lint.Warning), sarifLevel(lint.Info)})
}
