package render

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// revisions are what a release lives through, from the second rendering on.
var revisions = map[string]lifecycle.Inputs{
	"later":    {Revision: 1, Elapsed: 26 * time.Hour},
	"upgrade":  {Revision: 2, Elapsed: 26 * time.Hour, Upgrade: true, Lookup: fakeCluster{}},
	"blindly":  {Revision: 2, Elapsed: 26 * time.Hour, Upgrade: true},
	"again":    {Revision: 1, Lookup: fakeCluster{}},
	"next":     {Revision: 3, Upgrade: true, Lookup: fakeCluster{}, NextVersion: true, NextImages: true},
	"images":   {Revision: 1, NextImages: true},
	"sibling":  {Release: lifecycle.Release{Name: "sibling-zq", Namespace: "elsewhere-zq"}, Revision: 1},
	"revision": {Revision: 7},
}

// outcome is a rendering, or why there is none.
func outcome(t *testing.T, r *Renderer, in lifecycle.Inputs) string {
	t.Helper()
	out, err := r.Render(t.Context(), in)
	if err != nil {
		return "error: " + err.Error()
	}
	text := string(out.Stream.Bytes())
	if out.Demand != nil {
		text += "demand: " + out.Demand.Error()
	}
	return text
}

// rendererOf is a renderer of a folder that has seen nothing.
func rendererOf(t *testing.T, dir string) *Renderer {
	t.Helper()
	c, err := Load(dir)
	require.NoError(t, err)
	r, err := c.Renderer(Options{})
	require.NoError(t, err)
	return r
}

// TestSteady: a renderer that remembers what templates printed for the first
// revision prints what one does that has seen nothing.
func TestSteady(t *testing.T) {
	charts := map[string]struct {
		files map[string]string
		// varying are the templates that are executed for each revision; "all" where
		// one changes what others read.
		varying []string
	}{
		"nothing varies":         {map[string]string{"b": "b: {{ .Release.Name }}"}, nil},
		"a revision":             {map[string]string{"b": "b: {{ .Release.Revision }}", "c": "c: {{ .Chart.Version }}"}, []string{"b"}},
		"an upgrade in a helper": {map[string]string{"_h": `{{ define "h" }}{{ .Release.IsUpgrade }}{{ end }}`, "b": `b: {{ include "h" . }}`, "c": "c: c"}, []string{"b"}},
		"the time":               {map[string]string{"b": `b: {{ now | date "2006-01-02T15" }}`}, []string{"b"}},
		"the cluster":            {map[string]string{"b": `b: {{ lookup "v1" "Secret" "ns" "s" | toJson }}`}, []string{"b"}},
		"another template":       {map[string]string{"b": `b: {{ include (print $.Template.BasePath "/c.yaml") . | sha256sum }}`, "c": "c: {{ .Release.Revision }}"}, []string{"b", "c"}},
		"values in a template":   {map[string]string{"b": `b: {{ tpl .Values.text . }}`, "c": "c: c"}, []string{"b"}},
		"an error at an upgrade": {map[string]string{"b": `b: {{ if .Release.IsUpgrade }}{{ fail "no" }}{{ end }}`, "c": "c: c"}, []string{"b"}},
		"notes at an upgrade":    {map[string]string{"NOTES.txt": `{{ if .Release.IsUpgrade }}{{ fail "no" }}{{ end }}`, "c": "c: c"}, []string{"NOTES.txt"}},
		"a value set for others": {map[string]string{"z": `{{ $_ := set .Values "b" "set" }}z: z`, "b": "b: {{ .Values.b }}{{ .Release.Revision }}"}, []string{"all"}},
		"a value set at an upgrade": {map[string]string{"z": `{{ if .Release.IsUpgrade }}{{ $_ := set .Values.deep "b" "set" }}{{ end }}z: z`,
			"b": "b: {{ .Values.deep.b }}"}, []string{"z"}},
		"a list changed at an upgrade": {map[string]string{"z": `{{ if .Release.IsUpgrade }}{{ $_ := set (index .Values.list 0) "b" "set" }}{{ end }}z: z`,
			"b": "b: {{ (index .Values.list 0).b }}"}, []string{"z"}},
		"values merged at an upgrade": {map[string]string{"z": `{{ if .Release.IsUpgrade }}{{ $_ := merge (dict) .Values.deep .Values.other }}{{ end }}z: z`,
			"b": "b: {{ .Values.deep | toJson }}"}, []string{"z"}},
		"a name set at an upgrade": {map[string]string{"z": `{{ if .Release.IsUpgrade }}{{ $_ := set .Release "Name" "set" }}{{ end }}z: z`,
			"b": "b: {{ .Release.Name }}"}, []string{"z"}},
		"something set for an error": {map[string]string{"z": `{{ if .Release.IsUpgrade }}{{ $_ := set .Values "b" "set" }}{{ end }}z: z`,
			"b": `b: {{ if eq (.Values.b | default "") "set" }}{{ fail "it is set" }}{{ end }}`}, []string{"z"}},
	}
	for name, test := range charts {
		files := map[string]string{"values.yaml": "text: '{{ .Release.Revision }}'\ndeep: {a: {x: 1}}\nother: {a: {y: 2}}\nlist: [{a: 1}]\nimage: example.com/a:1.0\n"}
		for file, text := range test.files {
			if file != "NOTES.txt" {
				file += ".yaml"
				text = "kind: A\n" + text
			}
			files["templates/"+file] = text
		}
		delete(files, "templates/_h.yaml")
		if helper, ok := test.files["_h"]; ok {
			files["templates/_h.tpl"] = helper
		}
		t.Run(name, func(t *testing.T) {
			dir := write(t, files)
			fresh := func() *Renderer { return rendererOf(t, dir) }
			used := fresh()
			install := outcome(t, used, lifecycle.Inputs{Revision: 1})
			for range 2 {
				for step, in := range revisions {
					assert.Equal(t, outcome(t, fresh(), in), outcome(t, used, in), step)
				}
			}
			assert.Equal(t, install, outcome(t, used, lifecycle.Inputs{Revision: 1}))
			s := used.steady.Load()
			if len(test.varying) == 1 && test.varying[0] == "all" {
				assert.Nil(t, s)
				return
			}
			want := map[string]bool{}
			for _, file := range test.varying {
				if file != "NOTES.txt" {
					file += ".yaml"
				}
				want["demo/templates/"+file] = true
			}
			require.NotNil(t, s)
			assert.Equal(t, want, s.varying)
		})
	}
}

// TestSteadyIsPrinted: what is known is taken from where it is kept, and only there
// where it is of the same release and version.
func TestSteadyIsPrinted(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"templates/b.yaml": "kind: A\nb: {{ .Release.Revision }}\n",
		"templates/c.yaml": "kind: A\nc: {{ .Values.none }}\n",
	}, Options{})
	require.NoError(t, err)
	outcome(t, r, lifecycle.Inputs{Revision: 1})
	r.steady.Load().files["demo/templates/c.yaml"] = "kind: A\nc: kept\n"
	for step, in := range revisions {
		text := outcome(t, r, in)
		assert.Equal(t, step != "next" && step != "images" && step != "sibling", strings.Contains(text, "c: kept"), step)
		assert.Contains(t, text, fmt.Sprint("b: ", in.Revision), step)
	}
}

// TestSteadyCharts compares all fixtures that print the same twice.
func TestSteadyCharts(t *testing.T) {
	folders, err := os.ReadDir("../../testdata/charts")
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	compared := 0
	for _, folder := range folders {
		renderer := func() *Renderer {
			c, err := Load(filepath.Join("../../testdata/charts", folder.Name()))
			if err != nil {
				return nil
			}
			r, err := c.Renderer(Options{})
			if err != nil {
				return nil
			}
			return r
		}
		used := renderer()
		if used == nil {
			continue
		}
		first := outcome(t, used, lifecycle.Inputs{Revision: 1})
		if first != outcome(t, renderer(), lifecycle.Inputs{Revision: 1}) {
			continue // by chance
		}
		for step, in := range revisions {
			assert.Equal(t, outcome(t, renderer(), in), outcome(t, used, in), "%s %s", folder.Name(), step)
			compared++
		}
	}
	assert.Greater(t, compared, 200)
}

func TestSameMaps(t *testing.T) {
	shared := map[string]any{"a": 1}
	loop := map[string]any{}
	loop["itself"] = loop
	for name, test := range map[string]struct {
		a, b any
		want bool
	}{
		"equal":           {map[string]any{"a": []any{1, "x", nil}}, map[string]any{"a": []any{1, "x", nil}}, true},
		"shared":          {map[string]any{"a": shared, "b": shared}, map[string]any{"a": map[string]any{"a": 1}, "b": map[string]any{"a": 1}}, true},
		"loop":            {loop, loop, true},
		"another value":   {map[string]any{"a": 1}, map[string]any{"a": 2}, false},
		"another type":    {map[string]any{"a": 1}, map[string]any{"a": "1"}, false},
		"a key more":      {map[string]any{"a": 1, "b": nil}, map[string]any{"a": 1}, false},
		"another key":     {map[string]any{"a": nil}, map[string]any{"b": nil}, false},
		"an item more":    {[]any{1, 2}, []any{1}, false},
		"another item":    {[]any{1, 2}, []any{1, 3}, false},
		"a map and not":   {map[string]any{}, []any{}, false},
		"a list and not":  {[]any{}, map[string]any{}, false},
		"deep in a list":  {[]any{map[string]any{"a": 1}}, []any{map[string]any{"a": 2}}, false},
		"below one shown": {map[string]any{"a": shared, "b": shared}, map[string]any{"a": map[string]any{"a": 1}, "b": map[string]any{"a": 2}}, false},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, sameMaps(test.a, test.b)) })
	}
}
