package render

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// at is the place of a text that stands once in a file: path:line:column.
func at(t *testing.T, files map[string]string, file, needle string) Origin {
	t.Helper()
	text := files[file]
	require.Equal(t, 1, strings.Count(text, needle), "%q in %s", needle, file)
	before, _, _ := strings.Cut(text, needle)
	return Origin{
		Path:   file,
		Line:   1 + strings.Count(before, "\n"),
		Column: 1 + len([]rune(before[strings.LastIndex(before, "\n")+1:])),
		Exact:  true,
		Action: strings.HasPrefix(needle, "{{"),
	}
}

// originOf renders a chart and traces one field of its only ConfigMap.
func originOf(t *testing.T, files map[string]string, field manifest.Path) Origin {
	t.Helper()
	r, err := renderer(t, files, Options{})
	require.NoError(t, err)
	in := lifecycle.Inputs{Release: lifecycle.Release{Name: "r", Namespace: "n"}, Revision: 1}
	rendering, err := r.Render(t.Context(), in)
	require.NoError(t, err)
	origins, err := r.Origins(t.Context(), rendering.Inputs)
	require.NoError(t, err)
	for _, o := range rendering.Stream.Objects() {
		if o.Kind == "ConfigMap" {
			origin, ok := origins.Of(o, field)
			require.True(t, ok)
			alone, err := r.Origins(t.Context(), rendering.Inputs, o.Source)
			require.NoError(t, err)
			same, ok := alone.Of(o, field)
			require.True(t, ok)
			assert.Equal(t, origin, same, "the other templates do not matter")
			origin.Text = ""
			return origin
		}
	}
	require.Fail(t, "no ConfigMap")
	return Origin{}
}

const plainMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"

func TestOrigins(t *testing.T) {
	const file, helpers = "templates/x.yaml", "templates/_helpers.tpl"
	data := func(keys ...any) manifest.Path { return append(manifest.Path{"data"}, keys...) }
	tests := map[string]struct {
		files  map[string]string
		field  manifest.Path
		in, is string // the file and the text in it
	}{
		"a key of the text":                     {map[string]string{file: plainMap + "data:\n  a: 1\n  b: {{ .Release.Name }}\n"}, data("b"), file, "b: {{"},
		"the whole object":                      {map[string]string{file: plainMap}, nil, file, "kind: ConfigMap"},
		"a field that is not there":             {map[string]string{file: plainMap + "data:\n  a: {}\n"}, data("a", "b", "c"), file, "a: {}"},
		"a quoted key":                          {map[string]string{file: plainMap + "data:\n  \"a b\": 1\n"}, data("a b"), file, `"a b"`},
		"a flow map":                            {map[string]string{file: plainMap + "data: {a: 1, b: 2}\n"}, data("b"), file, "b: 2"},
		"an item of a list":                     {map[string]string{file: plainMap + "data:\n  l:\n  - a: 1\n  - b: 2\n"}, data("l", 1), file, "b: 2"},
		"a key in an item of a list":            {map[string]string{file: plainMap + "data:\n  l:\n  - a: 1\n    c: 2\n"}, data("l", 0, "c"), file, "c: 2"},
		"an item that an action prints":         {map[string]string{file: plainMap + "data:\n  l:\n  - {{ .Release.Name | quote }}\n"}, data("l", 0), file, "{{ .Release"},
		"after a line that is trimmed":          {map[string]string{file: plainMap + "data:\n  {{- if true }}\n  a: 1\n  {{- end }}\n  {{- /* no */}}\n  b: 1\n"}, data("b"), file, "b: 1"},
		"a key inside of with on one line":      {map[string]string{file: plainMap + "data:\n  {{- with .Release }}{{ print \"\" }} {{ end }}\n  {{ with .Release.Name }}a: {{ . }}{{ end }}\n"}, data("a"), file, "a: {{"},
		"toYaml":                                {map[string]string{file: plainMap + "data:\n  {{- toYaml (dict \"a\" 1 \"b\" 2) | nindent 2 }}\n  c: 1\n"}, data("b"), file, "{{- toYaml"},
		"after toYaml":                          {map[string]string{file: plainMap + "data:\n  {{- toYaml (dict \"a\" 1 \"b\" 2) | nindent 2 }}\n  c: 1\n"}, data("c"), file, "c: 1"},
		"a key from a range":                    {map[string]string{file: plainMap + "data:\n  {{- range $k, $v := dict \"a\" 1 \"b\" 2 }}\n  {{ $k }}: {{ $v }}\n  {{- end }}\n"}, data("b"), file, "{{ $k }}"},
		"a key that is put together":            {map[string]string{file: plainMap + "data:\n  {{ include \"k\" . }}-{{ .Release.Name }}: 1\n", helpers: `{{ define "k" }}key{{ end }}`}, data("key-r"), file, `{{ include`},
		"a quoted key with an action":           {map[string]string{file: plainMap + "data:\n  \"a-{{ .Release.Name }}\": 1\n"}, data("a-r"), file, `"a-`},
		"include":                               {map[string]string{file: plainMap + "{{ include \"d\" . }}\n", helpers: "{{- define \"d\" -}}\ndata:\n  a: 1\n{{- end -}}"}, data("a"), helpers, "a: 1"},
		"include with nindent":                  {map[string]string{file: plainMap + "data:\n  {{- include \"d\" . | nindent 2 }}\n", helpers: "{{- define \"d\" }}\na: 1\nb: 1\n{{- end }}"}, data("b"), helpers, "b: 1"},
		"include with trim and indent":          {map[string]string{file: plainMap + "data:\n{{ include \"d\" . | trim | indent 2 }}\n", helpers: "{{- define \"d\" }}\n\n  {{ if true }}\n  {{ end }}a: 1\nb: 1\n{{ print \"\" }}\n{{ end }}"}, data("b"), helpers, "b: 1"},
		"the whole object by include":           {map[string]string{file: `{{ include "d" . }}`, helpers: "{{ define \"d\" }}" + plainMap + "{{ end }}"}, nil, helpers, "kind: ConfigMap"},
		"an action in an include":               {map[string]string{file: plainMap + "data: {{ include \"d\" . | nindent 2 }}\n", helpers: "{{ define \"d\" -}}\na: 1\n{{ toYaml (dict \"b\" 1) }}\n{{- end }}"}, data("b"), helpers, "{{ toYaml"},
		"template":                              {map[string]string{file: plainMap + "data:\n{{ template \"d\" . }}\n", helpers: "{{ define \"d\" }}  a: 1{{ end }}"}, data("a"), helpers, "a: 1"},
		"block":                                 {map[string]string{file: plainMap + "data:\n{{ block \"d\" . }}  a: 1{{ end }}\n"}, data("a"), file, "a: 1"},
		"tpl of a value":                        {map[string]string{file: plainMap + "data:\n  {{- tpl .Values.d . | nindent 2 }}\n", "values.yaml": "d: |\n  a: 1\n  b: {{ .Release.Name }}\n"}, data("b"), file, "{{- tpl"},
		"a value that includes by tpl":          {map[string]string{file: plainMap + "data:\n  {{- tpl .Values.d . | nindent 2 }}\n", "values.yaml": "d: '{{ include \"d\" . }}'\n", helpers: "{{ define \"d\" }}a: 1{{ end }}"}, data("a"), helpers, "a: 1"},
		"a value's text after what it includes": {map[string]string{file: plainMap + "data:\n  {{- tpl .Values.d . | nindent 2 }}\n", "values.yaml": "d: |\n  x: {{ include \"d\" . }}\n  a: 1\n", helpers: "{{ define \"d\" }}x{{ .Release.Name }}{{ end }}"}, data("a"), file, "{{- tpl"},
		"text after what an action prints":      {map[string]string{file: plainMap + "data:\n  {{- toYaml (dict \"b\" 1) | nindent 2 }}\n  {{ print \"a\" }}: 1\n"}, data("a"), file, "{{ print"},
		"include in parentheses":                {map[string]string{file: plainMap + "data:\n{{ (include \"d\" .) | indent 2 }}\n  s: {{ (include \"d\" .) | sha256sum }}\n", helpers: "{{ define \"d\" }}a: {{ .Release.Name }}{{ end }}"}, data("a"), helpers, "a: {{"},
		"a helper that prints values":           {map[string]string{file: plainMap + "data:\n  {{- include \"d\" (dict \"a\" 1) | nindent 2 }}\n", helpers: "{{ define \"d\" }}\n{{ if true }}\n{{ include \"e\" . }}\n{{ end }}{{ end }}{{ define \"e\" }}{{ toYaml . }}{{ end }}"}, data("a"), file, "{{- include"},
		"a key that a template prints":          {map[string]string{file: plainMap + "data:\n  {{- if true }}\n  {{ template \"d\" . -}}: 1\n  {{- end }}\n", helpers: "{{ define \"d\" -}}\n{{ if true -}} a {{- end }}{{ end }}"}, data("a"), file, "{{ template"},
		"a variable":                            {map[string]string{file: "{{ $d := include \"d\" . }}" + plainMap + "data:\n  {{- $d | nindent 2 }}\n", helpers: "{{ define \"d\" }}a: 1{{ end }}"}, data("a"), file, "{{- $d"},
		"fromYaml":                              {map[string]string{file: plainMap + "data:\n  {{- $d := include \"d\" . | fromYaml }}\n  a: {{ $d.b.c }}\n", helpers: "{{ define \"d\" }}b:\n  c: {{ .Release.Name }}{{ end }}"}, data("a"), file, "a: {{"},
		"fromYaml and back":                     {map[string]string{file: plainMap + "data:\n  {{- include \"d\" . | fromYaml | toYaml | nindent 2 }}\n", helpers: "{{ define \"d\" }}b:\n  c: {{ .Release.Name }}{{ end }}"}, data("b", "c"), file, "{{- include"},
		"a checksum of another template":        {map[string]string{file: plainMap + "data:\n  s: {{ include (print $.Template.BasePath \"/y.yaml\") . | sha256sum }}\n  a: 1\n", "templates/y.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: y\n"}, data("s"), file, "s: {{"},
		"a condition on a text":                 {map[string]string{file: plainMap + "data:\n  {{- if eq (include \"d\" .) \"a: r\" }}\n  a: 1\n  {{- else if (include \"d\" . | contains \"zz\") }}\n  a: 2\n  {{- end }}\n", helpers: "{{ define \"d\" }}a: {{ .Release.Name }}{{ end }}"}, data("a"), file, "a: 1"},
		"trunc":                                 {map[string]string{file: plainMap + "data:\n  {{ include \"d\" . | trunc 4 }}: 1\n", helpers: "{{ define \"d\" }}{{ .Release.Name }}abcdef{{ end }}"}, data("rabc"), file, "{{ include"},
		"a range over lines of a text":          {map[string]string{file: plainMap + "data:\n  {{- range splitList \"\\n\" (include \"d\" .) }}\n  {{ . | replace \":\" \"\" }}: 1\n  {{- end }}\n", helpers: "{{ define \"d\" }}a:\nb:{{ end }}"}, data("b"), file, "{{ . | replace"},
		"strings with braces and quotes":        {map[string]string{file: plainMap + "data:\n  a: {{ include \"d\" (dict \"x\" \"}} | \\\" )\" `y`  '}') | quote -}}\n  {{/* | */ -}}\n  {{ nindent 2 \"b: 1\" }}\n", helpers: "{{ define \"d\" }}{{ .x }}{{ end }}"}, data("b"), file, "{{ nindent"},
		"numbers that begin with a minus":       {map[string]string{file: plainMap + "data:\n  a: {{-3}}\n  b: {{ -4 }}\n  c: 1\n"}, data("c"), file, "c: 1"},
		"lines that end in CR LF":               {map[string]string{file: strings.ReplaceAll(plainMap+"data:\n  a: 1\n  b: 1\n", "\n", "\r\n")}, data("b"), file, "b: 1"},
		"characters before a key":               {map[string]string{file: plainMap + "data: {ä: 1, b: 2}\n"}, data("b"), file, "b: 2"},
		"anchors and merged maps":               {map[string]string{file: plainMap + "x: &x\n  a: 1\ndata:\n  <<: *x\n"}, data("a"), file, "a: 1"},
		"the second document of a template":     {map[string]string{file: "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  a: \"\"\n---\n# more\n" + plainMap + "data:\n  b: 1\n"}, data("b"), file, "b: 1"},
		"an item of a List":                     {map[string]string{file: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: x\n  data:\n    b: 1\n"}, data("b"), file, "b: 1"},
		"random values":                         {map[string]string{file: plainMap + "data:\n  a: {{ randAlphaNum 9 | quote }}\n"}, data("a"), file, "a: {{"},
		"a random name":                         {map[string]string{file: strings.Replace(plainMap, "name: x", "name: {{ randAlpha 9 | lower }}", 1) + "data:\n  b: 1\n"}, data("b"), file, "b: 1"},
		"an icon of a private plane":            {map[string]string{file: plainMap + "data:\n  \U000F0001: 1\n  b: \U00100001\n  c: 1\n"}, data("c"), file, "c: 1"},
		"a sub chart":                           {map[string]string{"charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "charts/sub/" + file: plainMap}, nil, "charts/sub/" + file, "kind: ConfigMap"},
		"a sub chart in a folder of a name":     {map[string]string{"charts/folder/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "charts/folder/" + file: plainMap}, nil, "charts/folder/" + file, "kind: ConfigMap"},
		"a sub chart under an alias":            {map[string]string{"Chart.yaml": chartYAML + "dependencies:\n- name: sub\n  alias: other\n  version: 1.0.0\n", "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n", "charts/sub/" + file: plainMap}, nil, "charts/sub/" + file, "kind: ConfigMap"},
		"a library chart":                       {map[string]string{"charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n", "charts/lib/" + helpers: "{{ define \"d\" }}" + plainMap + "{{ end }}", file: `{{ include "d" . }}`}, nil, "charts/lib/" + helpers, "kind: ConfigMap"},
		"notes that demand what is not there":   {map[string]string{file: plainMap, "templates/NOTES.txt": "{{ if .Release.IsUpgrade }}{{ fail \"no\" }}{{ end }}"}, nil, file, "kind: ConfigMap"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, at(t, test.files, test.in, test.is), originOf(t, test.files, test.field))
		})
	}
}

// TestGuesses: a chart that notices the marks all the same gets no exact lines.
func TestGuesses(t *testing.T) {
	measured := plainMap + "data:\n  {{- if eq (tpl .Values.t .) \"4\" }}\n  a: 1\n  {{- end }}\n  b: 1\n"
	files := map[string]string{
		"templates/x.yaml":       measured,
		"templates/_helpers.tpl": `{{ define "d" }}four{{ end }}`,
		"values.yaml":            "t: '{{ include \"d\" . | len }}'\n",
	}
	for key, needle := range map[string]string{"a": "a: 1", "b": "b: 1"} {
		want := at(t, files, "templates/x.yaml", needle)
		want.Exact = false
		assert.Equal(t, want, originOf(t, files, manifest.Path{"data", key}))
	}
}

func TestTemplatePath(t *testing.T) {
	dir := tree(t, map[string]string{
		"app/Chart.yaml":                          metadata("app", "1.0.0", "db 1.0.0 file://../db other"),
		"db/Chart.yaml":                           metadata("db", "1.0.0"),
		"db/charts/engine-1/Chart.yaml":           metadata("engine", "1.0.0"),
		"db/charts/engine-1/templates/claim.yaml": plainMap,
	})
	chart, err := LoadBelow(dir, filepath.Join(dir, "app"))
	require.NoError(t, err)
	for name, want := range map[string]string{
		"app/templates/x.yaml":                                 "templates/x.yaml",
		"app/charts/unknown/templates/x.yaml":                  "charts/unknown/templates/x.yaml",
		"app/charts/other/templates/x.yaml":                    "../db/templates/x.yaml",
		"app/charts/other/charts/engine/templates/claim.yaml":  "../db/charts/engine-1/templates/claim.yaml",
		"app/charts/other/charts/engine/templates/a/b/c.yaml":  "../db/charts/engine-1/templates/a/b/c.yaml",
		"app/charts/other/charts/charts/charts/x/templates/tt": "../db/charts/charts/charts/x/templates/tt",
	} {
		assert.Equal(t, want, chart.TemplatePath(name))
	}
	text, ok := chart.Template("../db/charts/engine-1/templates/claim.yaml")
	assert.True(t, ok)
	assert.Equal(t, plainMap, text)
}

func TestTemplateText(t *testing.T) {
	files := map[string]string{
		"templates/x.yaml":               plainMap,
		"charts/folder/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/folder/templates/y.yaml": "# y\n",
	}
	chart, err := Load(write(t, files))
	require.NoError(t, err)
	for _, name := range []string{"templates/x.yaml", "charts/folder/templates/y.yaml"} {
		text, ok := chart.Template(name)
		assert.True(t, ok)
		assert.Equal(t, files[name], text)
	}
	_, ok := chart.Template("templates/z.yaml")
	assert.False(t, ok)
}
