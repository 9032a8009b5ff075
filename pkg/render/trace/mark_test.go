package trace

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

func TestMarks(t *testing.T) {
	places := make([]*place, 100_000)
	for _, n := range []int{0, 1, 1<<bits - 1, 1 << bits, 99_999} {
		places[n] = &place{offset: n, action: true}
		mark := encode(n)
		assert.Len(t, mark, markSize)
		assert.Equal(t, mark, marksPattern().FindString("a"+mark+"b"))
		got := read("a"+mark+"b"+mark, places)
		assert.Equal(t, &printed{text: "ab", spans: []span{{1, places[n]}, {2, places[n]}}}, got)
	}
}

func TestOtherCharactersOfThePlanesStay(t *testing.T) {
	for _, text := range []string{"\U000F0001", "\U00100001", "\U00100001\U000F8000", "\U00100000\U000F0001", "\xf4", "\xf4\x80\x80\x80\xf3"} {
		assert.Equal(t, text, read(text, nil).text)
	}
}

func TestEndOfCommand(t *testing.T) {
	tests := map[string]string{
		`include "x" . }}`:                    `include "x" .`,
		`include "x" .}}`:                     `include "x" .`,
		`include "x" . -}}`:                   `include "x" .`,
		"include \"x\" .\n\t-}}":              `include "x" .`,
		`include "x" . | quote }}`:            `include "x" .`,
		`include "x" .|quote }}`:              `include "x" .`,
		`include "x" .) }}`:                   `include "x" .`,
		`include (print "}}" '}' "\") |") -1`: `include (print "}}" '}' "\") |") -1`,
		"include `}}\\` . }}":                 "include `}}\\` .",
		`tpl (f (g "a" | h) "b") . | x`:       `tpl (f (g "a" | h) "b") .`,
		`include "`:                           `include "`,
	}
	for text, want := range tests {
		assert.Equal(t, want, text[:endOfCommand(text, 0)], text)
	}
}

// texts are templates that do something with texts.
var texts = []string{
	"a: 1\n{{ include \"d\" . | nindent 2 }}\n",
	"{{- if include \"d\" . | trim | eq \"k: v\" -}} x {{- else if include \"d\" . }}{{ with (include \"d\" .) }}{{ . | len }}{{ end }}{{ end }}",
	"{{ $x := include \"d\" . }}{{ $x | sha256sum }}{{ $y := tpl \"{{ . }}\" 1 }}{{ $y | len }}",
	"{{ include \"d\" . | trim | indent 1 | trim | upper }}",
	"{{ range splitList \"\\n\" (include \"d\" .) }}{{- . -}}{{ end }}",
	"{{ (include \"d\" . | fromYaml).k }}{{ template \"d\" (include \"d\" .) }}",
	"{{ define \"e\" }} \n {{ print \"\" }} {{ include \"d\" . }} \n {{ end }}[{{ include \"e\" . | trim }}]{{ include \"e\" . | len }}",
	"{{ \"}}\" }}{{ `a|)` | quote }}{{/* } */}}{{ '}' }}",
	"a {{- -3 -}} b {{-3}}",
	"{{ (include \"d\" .) | indent 3 }}{{ ((include \"d\" .) | trim) | len }}{{ ((include \"d\" .) | trim) }}{{ (include \"d\" . | fromYaml).x }}",
	"{{- template \"d\" (include \"d\" .) | len -}} x {{ template \"d\" }}{{template \"d\" 1}}",
	"{{ block \"z\" . }}{{ include \"d\" . | b64enc }}{{ end }}",
}

func TestMarkedPrintsTheSame(t *testing.T) {
	for _, text := range texts {
		assert.True(t, printsTheSame(t, text), "does not render: %s", text)
	}
}

// FuzzMark: whatever a template does with texts, it prints the same with marks
// as without.
func FuzzMark(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if marksPattern().MatchString(text) || strings.Count(text, "range")+strings.Count(text, "define")+strings.Count(text, "until")+strings.Count(text, "seq") > 3 {
			return // marked already, or slow
		}
		for _, word := range []string{"rand", "uuid", "gen", "now", "ago", "date", "crypt", "encrypt", "shuffle", "repeat", "Template", "unixEpoch", "htmlDate", "htpasswd", "\\x", "\\u", "\\U"} {
			if strings.Contains(text, word) {
				return // not the same twice, slow, or able to write marks
			}
		}
		printsTheSame(t, text)
	})
}

// printsTheSame compares what a template prints with and without marks, and
// reports whether it prints anything: false where it does not render.
func printsTheSame(t *testing.T, text string) bool {
	t.Helper()
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}}
	c.Templates = []*chart.File{
		{Name: "templates/x.yaml", Data: []byte(text)},
		{Name: "templates/_d.tpl", Data: []byte("{{ define \"d\" }}\n  k: {{ \"v\" }}\n{{ end }}")},
	}
	want, err := engine.Render(c, chartutil.Values{"Values": map[string]any{}})
	if err != nil {
		return false
	}
	m := NewMarks().Mark(c, func(string) bool { return true })
	got, err := engine.Render(m.Chart, chartutil.Values{"Values": map[string]any{}})
	require.NoError(t, err)
	name := "c/templates/x.yaml"
	assert.Equal(t, want[name], read(got[name], m.marks.all()).text)
	return true
}
