package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func finding(rule, chart, path, values string) lint.Finding {
	return lint.Finding{
		Rule: rule, Severity: lint.Error, Step: lint.StepUpgrade, Chart: chart, ChartPath: path, Case: values, Cases: []string{values},
		Object: manifest.ID{APIVersion: "v1", Kind: "Secret", Namespace: "prod", Name: "s"}, Message: "a \"quoted\" <word> & more",
		Fingerprint: rule + chart,
	}
}

// through is what another process reads of a report.
func through(t *testing.T, r *Report) *Report {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, JSON{}.Write(&b, r))
	out, err := Read(&b)
	require.NoError(t, err)
	return out
}

// printed is a report in each format.
func printed(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, JSON{}.Write(&b, r))
	require.NoError(t, Text{}.Write(&b, r))
	return b.String()
}

func merged(t *testing.T, reports ...*Report) *Report {
	t.Helper()
	out, err := Merge(reports...)
	require.NoError(t, err)
	return out
}

func TestMergeOfPartsIsTheWhole(t *testing.T) {
	charts := []Chart{{Chart: "a", Version: "1.0.0", Path: "c/a"}, {Chart: "x", Path: "c/a/x", Error: "broken"}, {Chart: "a-b", Path: "c/a-b", Note: "left out"}, {Chart: "z", Path: "c/z"}}
	findings := []lint.Finding{finding("one", "a", "c/a", "default"), finding("two", "a", "c/a", "default"), finding("one", "z", "c/z", "default")}
	whole := New(charts, findings)
	left := New([]Chart{charts[0], charts[3]}, findings)
	right := New(charts[1:3], nil)
	assert.Equal(t, printed(t, whole), printed(t, merged(t, through(t, right), through(t, left))))
	assert.Equal(t, printed(t, whole), printed(t, merged(t, through(t, whole))))
	assert.Equal(t, printed(t, whole), printed(t, merged(t, whole, whole, right)), "what comes twice counts once")
}

// TestReadGivesBackWhatWasWritten: no format may need more of a finding than
// JSON carries.
func TestReadGivesBackWhatWasWritten(t *testing.T) {
	r := everything()
	again := through(t, r)
	for name, format := range formats() {
		assert.Equal(t, written(t, format, r), written(t, format, again), name)
	}
}

func TestMergeOfTwoRunsOfAChart(t *testing.T) {
	one := New([]Chart{{Chart: "a", Version: "1.0.0", Path: "a"}}, []lint.Finding{finding("one", "a", "a", "default")})
	mild := finding("one", "a", "a", "flags")
	mild.Severity = lint.Info
	two := New([]Chart{{Chart: "a", Version: "1.0.0", Path: "a", Error: "too slow"}}, []lint.Finding{mild, finding("two", "a", "a", "flags")})
	got := merged(t, one, two)
	require.Len(t, got.Findings, 2)
	assert.Equal(t, []string{"default", "flags"}, got.Findings[0].Cases)
	assert.Equal(t, Summary{Error: 2}, got.Summary)
	assert.Equal(t, []Chart{{Chart: "a", Version: "1.0.0", Path: "a", Error: "too slow"}}, got.Charts)
}

func TestMergeOfStreams(t *testing.T) {
	bare := New(nil, []lint.Finding{{Rule: "one", Severity: lint.Info, Fingerprint: "x"}})
	got := merged(t, bare, bare)
	assert.Equal(t, bare, got)
}

func TestMergeKeepsCountsAndNotes(t *testing.T) {
	r := sample()
	got := merged(t, through(t, r), through(t, r))
	assert.Equal(t, r.Notes, got.Notes)
	set := finding("one", "a", "a", "default")
	set.Ignored = &lint.Ignore{Reason: "a cache", Source: lint.IgnoredByConfig}
	known := finding("two", "a", "a", "default")
	known.Baselined = true
	whole := New([]Chart{{Chart: "a", Path: "a"}}, []lint.Finding{set, known})
	assert.Equal(t, Summary{Ignored: 1, Baselined: 1}, merged(t, through(t, whole), through(t, whole)).Summary)
}

func TestMergeOfDifferentChartsAtOnePath(t *testing.T) {
	_, err := Merge(New([]Chart{{Chart: "a", Path: "."}}, nil), New([]Chart{{Chart: "b", Path: "."}}, nil))
	require.EqualError(t, err, "the reports have two charts at the path ., a and b: lint them by paths that differ")
	failed := New([]Chart{{Chart: "charts", Path: ".", Error: "no Chart.yaml"}}, nil)
	assert.Equal(t, "a", merged(t, failed, New([]Chart{{Chart: "a", Path: "."}}, nil)).Charts[0].Chart)
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                    "not a JSON report: unexpected end of JSON input",
		`hello`:               "not a JSON report: invalid character",
		`[]`:                  "not a JSON report: json: cannot unmarshal array",
		`{}`:                  "not a report of helm-stateful: it has no schemaVersion",
		`{"schemaVersion":2}`: "the report has schemaVersion 2, and this helm-stateful reads 1: use the version that wrote it",
		`{"schemaVersion":1}`: "not a report of lint or compare: it has no charts or no findings",
		`{"schemaVersion":1,"charts":[],"findings":[{}]}`:                 "finding 1 has no rule or no severity",
		`{"schemaVersion":1,"charts":[],"findings":[{"severity":"bad"}]}`: `severity "bad" is none of error, warning, info`,
	} {
		_, err := Read(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"schemaVersion":1,"charts":[{"path":"a"}],"findings":[{"severity":"error","chartPath":"a","case":"x"}]}`))
	f.Add([]byte(`{"schemaVersion":1,"charts":[],"findings":[{"severity":"info","rule":"x"}],"notes":[{"place":"x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		again := New(r.Charts, r.Findings)
		var b bytes.Buffer
		require.NoError(t, JSON{}.Write(&b, again))
		_, err = Read(&b)
		require.NoError(t, err)
	})
}
