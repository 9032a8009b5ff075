package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const commented = `{{- /* helm-stateful:ignore one the first line */ -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  # helm-stateful:ignore two above, with a comment between

  # why
  name: data
spec:
  volumeName: x # helm-stateful:ignore three on the line
  storageClassName: y
{{/* helm-stateful:ignore four */}}
# helm-stateful:ignore-file five everywhere
# helm-stateful:ignored six
`

func TestCommented(t *testing.T) {
	directives := Commented("templates/a.yaml", []byte(commented))
	require.Len(t, directives, 5)
	at := func(rule string, line int) Finding {
		return Finding{Rule: rule, Template: &Template{Path: "templates/a.yaml", Line: line}}
	}
	tests := []struct {
		finding Finding
		reason  string // "" is not ignored
	}{
		{at("one", 2), "the first line"},
		{at("one", 3), ""},
		{at("two", 8), "above, with a comment between"},
		{at("two", 9), ""},
		{at("three", 10), "on the line"},
		{at("three", 11), ""},
		{at("four", 13), ""}, // no reason
		{at("five", 0), "everywhere"},
		{at("five", 9), "everywhere"},
		{at("one", 0), ""},
		{Finding{Rule: "five", Template: &Template{Path: "templates/b.yaml"}}, ""},
		{Finding{Rule: "five"}, ""},
	}
	for _, test := range tests {
		findings := []Finding{test.finding}
		SetAside(findings, directives)
		if test.reason == "" {
			assert.Nil(t, findings[0].Ignored, "%s %v", test.finding.Rule, test.finding.Template)
			continue
		}
		require.NotNil(t, findings[0].Ignored, "%s %v", test.finding.Rule, test.finding.Template)
		assert.Equal(t, test.reason, findings[0].Ignored.Reason)
		assert.Equal(t, IgnoredByComment, findings[0].Ignored.Source)
	}
	assert.Equal(t, "templates/a.yaml:5", directives[1].Place)
	assert.Contains(t, directives[3].Mistake, "write helm-stateful:ignore RULE REASON")
}

func FuzzCommented(f *testing.F) {
	f.Add([]byte(commented))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, d := range Commented("a", text) {
			if (d.Rule == "" || d.Reason == "") && d.Mistake == "" {
				t.Fatalf("%q has neither a rule and a reason nor a mistake", text)
			}
		}
	})
}
