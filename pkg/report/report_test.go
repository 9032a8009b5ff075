package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func sample() *Report {
	r := sampleFindings()
	r.Notes = []Note{{Place: ".helm-stateful.yaml:3", Message: "nothing is ignored by this"}}
	return r
}

func sampleFindings() *Report {
	id := manifest.ID{APIVersion: "v1", Kind: "Secret", Namespace: "prod", Name: "s"}
	return New([]Chart{{Chart: "a", Version: "1.0.0", Path: "charts/a"}, {Chart: "b", Path: "charts/b", Error: "it does not\nrender"}, {Chart: "c", Path: "charts/c"}, {Chart: "d", Path: "charts/d", Note: "left out"}}, []lint.Finding{
		{Rule: "one", Severity: lint.Error, ChartPath: "charts/a", Case: "--set x=1", Object: id, Field: "data.p", Message: "bad", Verdict: "Forbidden", Elsewhere: "1.30 says no", Breaks: []string{"upgrade"}, Derives: []string{"random"}, Fixable: "safe", Template: &lint.Template{Path: "templates/s.yaml", Line: 3}},
		{Rule: "one", Severity: lint.Warning, ChartPath: "charts/a", Object: id, Message: "mended", Fixed: true, Fixable: "safe", Manifest: lint.Position{Line: 7}},
		{Rule: "two", Severity: lint.Info, ChartPath: "charts/a", Object: id, Message: "advice", Unfixed: "a key stands twice"},
		{Rule: "two", Severity: lint.Error, ChartPath: "charts/a", Object: id, Message: "known", Ignored: &lint.Ignore{Reason: "a cache", Source: lint.IgnoredByAnnotation}},
		{Rule: "two", Severity: lint.Error, ChartPath: "charts/c", Object: id, Message: "old", Baselined: true},
	})
}

func TestSummaryCountsWhatIsOpen(t *testing.T) {
	r := sample()
	assert.Equal(t, Summary{Error: 1, Info: 1, Ignored: 1, Baselined: 1}, r.Summary)
	assert.Equal(t, 1, r.Failed())
}

const text = `a 1.0.0  charts/a

error    one  templates/s.yaml:3
  Secret/s (namespace prod)  data.p
  bad
  shown by: --set x=1
  API server: Forbidden
  elsewhere: 1.30 says no
  breaks: upgrade
  derives from: random
  fix (safe): mend it
  helm stateful explain one

warning  one  manifest line 7
  Secret/s (namespace prod)
  mended
  fixed: mend it
  helm stateful explain one

info     two
  Secret/s (namespace prod)
  advice
  not fixed: a key stands twice
  helm stateful explain two

b  charts/b

failed  it does not
    render

d  charts/d

note     left out

note     .helm-stateful.yaml:3: nothing is ignored by this

1 error, 0 warnings, 1 info in 4 charts; 1 fixed; 1 ignored; 1 in the baseline; 1 could not be loaded or rendered
`

func TestText(t *testing.T) {
	var b bytes.Buffer
	format := Text{Rules: []*lint.Rule{{Name: "one", Fix: &lint.Fix{Title: "mend it"}}}}
	require.NoError(t, format.Write(&b, sample()))
	assert.Equal(t, text, b.String())

	b.Reset()
	format.Color = true
	require.NoError(t, format.Write(&b, sample()))
	assert.Contains(t, b.String(), "\x1b[")
	plain := b.String()
	for _, code := range []string{red, yellow, cyan, green, bold, dim, reset} {
		plain = strings.ReplaceAll(plain, code, "")
	}
	assert.Equal(t, text, plain, "colour adds nothing but colour")
}

func TestJSONHasListsWhereThereIsNothing(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, JSON{}.Write(&b, New(nil, nil)))
	var got map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	assert.Equal(t, []any{}, got["charts"])
	assert.Equal(t, []any{}, got["findings"])
	assert.InDelta(t, 1, got["schemaVersion"], 0)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
