package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// A chart sees its files wherever it names them: in a template, in its values,
// in the user's. One that does not name them is rendered without.
func TestFiles(t *testing.T) {
	for name, c := range map[string]struct {
		template, values string
		user             map[string]any
		want             string
		reads            bool
	}{
		"template":    {template: `{{ .Files.Get "note.txt" }}`, want: "hello", reads: true},
		"by index":    {template: `{{ (index . "Files").Get "note.txt" }}`, want: "hello", reads: true},
		"values":      {template: `{{ tpl .Values.t . }}`, values: `t: '{{ .Files.Get "note.txt" }}'`, want: "hello", reads: true},
		"user values": {template: `{{ tpl (first .Values.t) . }}`, user: map[string]any{"t": []any{`{{ .Files.Get "note.txt" }}`}}, want: "hello", reads: true},
		"not named":   {template: `{{ $root := deepCopy . }}{{ $root.Release.Name }}ProFiles`, want: "rProFiles"},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := loader.LoadFiles([]*loader.BufferedFile{
				{Name: "Chart.yaml", Data: []byte("apiVersion: v2\nname: c\nversion: 1.0.0\n")},
				{Name: "values.yaml", Data: []byte(c.values)},
				{Name: "note.txt", Data: []byte("hello")},
				{Name: "README.md", Data: []byte("Files")},
				{Name: "templates/x.yaml", Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {x: " + c.template + "}\n")},
			})
			require.NoError(t, err)
			r, err := newChart("c", loaded).Renderer(Options{Values: c.user})
			require.NoError(t, err)
			assert.Equal(t, c.reads, r.readsFiles)
			rendering, err := r.Render(t.Context(), lifecycle.Inputs{Release: lifecycle.Release{Name: "r"}, Revision: 1})
			require.NoError(t, err)
			assert.Equal(t, c.want, rendering.Stream.Objects()[0].StringAt("data", "x"))
		})
	}
}
