package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func known() []Finding {
	findings := []Finding{
		{Rule: "one", Chart: "db", Object: claim("data"), Field: "spec.volumeName", Manifest: Position{Line: 3}},
		{Rule: "two", Chart: "db", Object: claim("data")},
		{Rule: "one", Chart: "web", Object: claim("cache"), Ignored: &Ignore{Reason: "x"}},
		{Rule: "one", Object: claim("bare")},
	}
	for i := range findings {
		findings[i].Fingerprint = findings[i].fingerprint()
	}
	return findings
}

func written(t *testing.T, b *Baseline) string {
	t.Helper()
	var text strings.Builder
	_, err := b.WriteTo(&text)
	require.NoError(t, err)
	return text.String()
}

func TestBaseline(t *testing.T) {
	text := written(t, NewBaseline(known(), nil, nil))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	require.Len(t, lines, 4, text)
	assert.True(t, slices.IsSorted(lines[1:]), text)
	assert.Regexp(t, `(?m)^[0-9a-f]{16} db one # PersistentVolumeClaim/data spec\.volumeName$`, text)
	assert.Regexp(t, `(?m)^[0-9a-f]{16} - one # PersistentVolumeClaim/bare$`, text)

	b, err := ReadBaseline("f", strings.NewReader(text))
	require.NoError(t, err)
	assert.Equal(t, text, written(t, b), "what is read is what was written")

	findings := append(known(), Finding{Rule: "one", Chart: "db", Fingerprint: "ffffffffffffffff"})
	findings[0].Manifest.Line = 99
	b.Mark(findings)
	var baselined []bool
	for _, f := range findings {
		baselined = append(baselined, f.Baselined)
	}
	assert.Equal(t, []bool{true, true, false, true, false}, baselined, "lines do not matter, ignored and new ones are not in it")
}

func TestBaselineGone(t *testing.T) {
	findings := known()
	b := NewBaseline(findings, nil, nil)
	all := func(string) bool { return true }
	assert.Empty(t, b.Gone("db", findings[:2], all))
	gone := b.Gone("db", findings[:1], all)
	require.Len(t, gone, 1)
	assert.Equal(t, "two", gone[0].Rule)
	assert.Empty(t, b.Gone("db", findings[:1], func(rule string) bool { return rule != "two" }), "a rule that was not applied")
	assert.Empty(t, b.Gone("other", nil, all), "a chart that the baseline does not know")
}

func TestBaselineKeepsWhatWasNotLookedAt(t *testing.T) {
	findings := known()
	older := NewBaseline(findings, nil, nil)
	b := NewBaseline(findings[1:2], older, func(e BaselineEntry) bool { return e.Chart != "db" })
	var rules []string
	for _, e := range b.Entries() {
		rules = append(rules, e.Chart+" "+e.Rule)
	}
	slices.Sort(rules)
	assert.Equal(t, []string{"- one", "db two"}, rules)
}

func TestMalformedBaseline(t *testing.T) {
	for _, text := range []string{"x", "<<<<<<< HEAD", "e38da415f67fe75c db", "e38da415f67fe75c db one two", "E38DA415F67FE75C db one"} {
		_, err := ReadBaseline("f", strings.NewReader("# header\n\n"+text+"\n"))
		require.ErrorContains(t, err, "f:3: ", text)
	}
}

func FuzzReadBaseline(f *testing.F) {
	f.Add("# a\ne38da415f67fe75c db one # x\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ReadBaseline("f", strings.NewReader(text))
		if err != nil {
			return
		}
		again, err := ReadBaseline("f", strings.NewReader(written(t, b)))
		require.NoError(t, err)
		assert.Equal(t, written(t, b), written(t, again))
	})
}

// FuzzNewBaseline: a baseline of any findings knows them once it is read again,
// whatever charts and objects are called.
func FuzzNewBaseline(f *testing.F) {
	f.Add("db", "ConfigMap", "a", "", "data.x")
	f.Add("", strings.Repeat("x", 1<<17), "", "", "")
	f.Add("a chart", "A\nB", "#", "n s", "a\r\n\x85b")
	f.Fuzz(func(t *testing.T, chart, kind, name, namespace, field string) {
		finding := Finding{Rule: "one", Chart: chart, Object: manifest.ID{Kind: kind, Name: name, Namespace: namespace}, Field: field}
		finding.Fingerprint = finding.fingerprint()
		b, err := ReadBaseline("f", strings.NewReader(written(t, NewBaseline([]Finding{finding}, nil, nil))))
		require.NoError(t, err)
		require.Len(t, b.Entries(), 1)
		findings := []Finding{finding}
		b.Mark(findings)
		assert.True(t, findings[0].Baselined)
		assert.Empty(t, b.Gone(chart, findings, func(string) bool { return true }))
		assert.Len(t, b.Gone(chart, nil, func(string) bool { return true }), 1, "it is missed in its chart")
	})
}
