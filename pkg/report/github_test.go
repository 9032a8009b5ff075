package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// many is a report with n findings of each severity, the mildest first.
func many(n int) *Report {
	var findings []lint.Finding
	for _, s := range []lint.Severity{lint.Info, lint.Warning, lint.Error} {
		for i := range n {
			findings = append(findings, lint.Finding{
				Rule: "one", Severity: s, Step: lint.StepInstall, ChartPath: "x", Fingerprint: fmt.Sprint(s, i),
				Object: manifest.ID{Kind: "Secret", Name: fmt.Sprintf("s%d", i)}, Message: s.String() + " of many",
			})
		}
	}
	return New([]Chart{{Chart: "x", Path: "x"}}, findings)
}

func TestGitHubTakesTenOfAKind(t *testing.T) {
	var summary bytes.Buffer
	got := written(t, GitHub{Summary: &summary}, many(12))
	for _, kind := range []string{"::error ", "::warning ", "::notice "} {
		assert.Equal(t, 10, strings.Count(got, kind), kind)
	}
	assert.True(t, strings.HasPrefix(got, "::error "), "the worst come first")
	assert.Contains(t, got, "12 errors, 12 warnings, 12 info in 1 chart\n6 more than the 10 of a kind that GitHub shows: see the summary of the job\n")
	assert.Equal(t, 36, strings.Count(summary.String(), "of many"), "the summary has all")

	assert.NotContains(t, written(t, GitHub{}, many(10)), "more than")
	assert.Contains(t, written(t, GitHub{}, many(11)), "3 more than the 10 of a kind that GitHub shows\n")
}

func TestGitHubEscapes(t *testing.T) {
	a := annotation{kind: "error", title: "a: b, c", text: "100%\r\n::error::", at: place{Path: "charts/a,b:c/x.yaml", Line: 2, Column: 4}}
	assert.Equal(t, "::error file=charts/a%2Cb%3Ac/x.yaml,line=2,col=4,title=a%3A b%2C c::100%25%0D%0A::error::", a.String())
}

func TestGitHubSummaryMayFail(t *testing.T) {
	require.ErrorContains(t, GitHub{Summary: full{}}.Write(&bytes.Buffer{}, sample()), "write summary of the step: write Markdown: no space left")
}

// FuzzAnnotation: whatever a chart is called, one annotation is one line and
// one command.
func FuzzAnnotation(f *testing.F) {
	f.Add(hostile, hostile, hostile)
	f.Add("a%0Ab", "::", "%25")
	f.Fuzz(func(t *testing.T, path, title, text string) {
		line := annotation{kind: "error", title: title, text: text, at: place{Path: path}}.String()
		assert.NotContains(t, line, "\n")
		assert.NotContains(t, line, "\r")
		head, data, found := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		require.True(t, found)
		assert.NotContains(t, strings.ReplaceAll(head, "%3A", ""), ":")
		unescape := strings.NewReplacer("%0A", "\n", "%0D", "\r", "%3A", ":", "%2C", ",", "%25", "%")
		assert.Equal(t, text, unescape.Replace(data))
		assert.True(t, strings.HasSuffix(unescape.Replace(head), "title="+title))
	})
}
