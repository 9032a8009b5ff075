package report

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

func TestFrameOf(t *testing.T) {
	tests := []struct {
		text   string
		column int
		want   string
	}{
		{"  volumeName: x", 3, "volumeName"},
		{"  {{- toYaml .Values.x | nindent 2 }} # y", 3, "{{- toYaml .Values.x | nindent 2 }}"},
		{`"a key": x`, 1, `"a key"`},
		{"- name: x", 3, "name"},
		{"{a: 1, b: 2}", 8, "b"},
		{"[a, b]", 5, "b"},
		{"äöü: x", 1, "äöü"},
		{"key", 1, "key"},
		{": x", 1, ": x"},
		{"short", 99, ""},
		{"unknown: 1", 0, "unknown"},
		{"{{ open", 1, "{{ open"},
	}
	for _, tt := range tests {
		got := frameOf(&lint.Finding{Template: &lint.Template{Line: 1, Column: tt.column, Text: tt.text}})
		require.NotNil(t, got)
		assert.Equal(t, tt.want, got.At, tt.text)
		assert.Equal(t, tt.text, got.Before+got.At+got.Further)
	}
	assert.Nil(t, frameOf(&lint.Finding{}))
	assert.Nil(t, frameOf(&lint.Finding{Template: &lint.Template{Line: 3}}), "a file alone has no line to show")
}

func FuzzFrame(f *testing.F) {
	f.Add("  volumeName: {{ .x }}", 3, 20)
	f.Add("{{", 1, 1)
	f.Add("\"", 1, 3)
	f.Add("ä{{}}", 2, 4)
	f.Fuzz(func(t *testing.T, text string, column, width int) {
		if !utf8.ValidString(text) || text == "" {
			return
		}
		frame := frameOf(&lint.Finding{Template: &lint.Template{Line: 1, Column: column, Text: text}})
		assert.Equal(t, text, frame.Before+frame.At+frame.Further)
		if width < 10 || width > 1000 {
			return
		}
		cut := frame.fit(width)
		assert.LessOrEqual(t, utf8.RuneCountInString(cut.Before+cut.At+cut.Further), width)
	})
}

func TestWrapped(t *testing.T) {
	assert.Equal(t, "a bb\n  ccc\n  dddddddddd\n  e", wrapped("a bb ccc dddddddddd\ne\n", 8, 2, "  "))
	assert.Equal(t, "", wrapped("", 8, 2, "  "))
}
