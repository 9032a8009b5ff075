package render

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

const chartYAML = "apiVersion: v2\nname: demo\nversion: 1.0.0\n"

// write makes a chart folder of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if _, ok := files["Chart.yaml"]; !ok {
		files["Chart.yaml"] = chartYAML
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func renderer(t *testing.T, files map[string]string, o Options) (*Renderer, error) {
	t.Helper()
	chart, err := Load(write(t, files))
	if err != nil {
		return nil, err
	}
	return chart.Renderer(o)
}

// rendered is the text of one rendering.
func rendered(t *testing.T, files map[string]string, o Options, in lifecycle.Inputs) (string, error) {
	t.Helper()
	r, err := renderer(t, files, o)
	if err != nil {
		return "", err
	}
	out, err := r.Render(t.Context(), in)
	if err != nil {
		return "", err
	}
	return string(out.Stream.Bytes()), nil
}

func TestValueFlagsMergeInHelmsOrder(t *testing.T) {
	dir := write(t, map[string]string{"a.yaml": "a: file\nb: {c: 1, d: 1}\n", "b.yaml": "b: {c: 2}\n", "text": "content"})
	got, err := ValueFlags{
		Files:    []string{filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml"), "-"},
		JSON:     []string{`j={"x":[1]}`},
		Set:      []string{"a=set,n=1", "l={x,y}"},
		Strings:  []string{"s=1"},
		SetFiles: []string{"f=" + filepath.Join(dir, "text")},
		Literals: []string{"lit=a,b=c"},
		Stdin:    strings.NewReader("stdin: yes"),
	}.Merge()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"a": "set", "n": int64(1), "l": []any{"x", "y"}, "s": "1", "f": "content", "lit": "a,b=c", "stdin": true,
		"b": map[string]any{"c": 2.0, "d": 1.0},
		"j": map[string]any{"x": []any{1.0}},
	}, got)
}

func TestValueFlagsErrors(t *testing.T) {
	dir := write(t, map[string]string{"bad.yaml": "a: [\n"})
	tests := map[string]struct {
		flags ValueFlags
		want  string
	}{
		"missing file":  {ValueFlags{Files: []string{"nowhere.yaml"}}, "--values nowhere.yaml: open nowhere.yaml: no such file"},
		"malformed":     {ValueFlags{Files: []string{filepath.Join(dir, "bad.yaml")}}, "bad.yaml: error converting YAML to JSON"},
		"address":       {ValueFlags{Files: []string{"https://example.com/values.yaml"}}, "download the file"},
		"no stdin":      {ValueFlags{Files: []string{"-"}}, "no standard input"},
		"bad set":       {ValueFlags{Set: []string{"a"}}, "--set a: "},
		"bad JSON":      {ValueFlags{JSON: []string{"a={"}}, "--set-json a={: "},
		"bad file":      {ValueFlags{SetFiles: []string{"a=nowhere"}}, "--set-file a=nowhere: "},
		"bad setstring": {ValueFlags{Strings: []string{"[=1"}}, "--set-string [=1: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := test.flags.Merge()
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestChartErrors(t *testing.T) {
	tests := map[string]struct {
		files   map[string]string
		options Options
		want    string
	}{
		"no chart":       {map[string]string{"Chart.yaml": "name: [\n"}, Options{}, "load chart: "},
		"library":        {map[string]string{"Chart.yaml": chartYAML + "type: library\n"}, Options{}, "library chart"},
		"dependency":     {map[string]string{"Chart.yaml": chartYAML + "dependencies: [{name: db, version: 1.0.0, repository: https://example.com}]\n"}, Options{}, "charts/ lacks the dependencies db of Chart.yaml: run `helm dependency build "},
		"kube version":   {map[string]string{"Chart.yaml": chartYAML + "kubeVersion: '<1.30.0'\n"}, Options{}, "--kube-version"},
		"wrong version":  {map[string]string{}, Options{KubeVersion: "new"}, "--kube-version new: "},
		"template error": {map[string]string{"templates/a.yaml": "{{ required \"name it\" .Values.name }}"}, Options{}, "demo/templates/a.yaml:1:3): name it"},
		"yaml error":     {map[string]string{"templates/a.yaml": "a: [\n"}, Options{}, "YAML parse error on demo/templates/a.yaml"},
		"schema":         {map[string]string{"values.schema.json": `{"required": ["name"]}`}, Options{}, "missing property 'name'"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := rendered(t, test.files, test.options, lifecycle.Inputs{Revision: 1})
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := Load(filepath.Join(t.TempDir(), "nowhere"))
	require.ErrorContains(t, err, "there is no file or folder")
	_, err = Load(t.TempDir())
	require.ErrorContains(t, err, "holds no Chart.yaml, so it is not a chart")
}

func TestSchemaReachesNoOtherFile(t *testing.T) {
	secret := write(t, map[string]string{"secret.json": `{"required": ["never"]}`})
	_, err := rendered(t, map[string]string{
		"values.schema.json": `{"allOf": [{"$ref": "file://` + secret + `/secret.json"}, {"$ref": "http://127.0.0.1:1/x.json"}, {"$ref": "#/$defs/here"}], "$defs": {"here": {"type": "object"}}}`,
	}, Options{}, lifecycle.Inputs{Revision: 1})
	require.NoError(t, err)
}

func TestLookup(t *testing.T) {
	files := map[string]string{"templates/a.yaml": `kind: A
one: {{ lookup "v1" "Secret" "ns" "s" | toJson }}
none: {{ lookup "v1" "Secret" "ns" "t" | toJson }}
cluster: {{ (lookup "v1" "Namespace" "ignored" "n").kind }}
list: {{ len ((lookup "v1" "Secret" "ns" "").items | default list) }}
unknown: {{ lookup "example.com/v9" "Thing" "" "x" | toJson }}
`}
	online, err := rendered(t, files, Options{}, lifecycle.Inputs{Revision: 1, Lookup: fakeCluster{}})
	require.NoError(t, err)
	assert.Equal(t, "---\n# Source: demo/templates/a.yaml\nkind: A\none: {\"kind\":\"Secret\"}\nnone: {}\ncluster: Namespace\nlist: 2\nunknown: {}\n", online)

	r, err := renderer(t, files, Options{})
	require.NoError(t, err)
	offline, err := r.Render(t.Context(), lifecycle.Inputs{Revision: 1})
	require.NoError(t, err)
	assert.Contains(t, string(offline.Stream.Bytes()), "one: {}\nnone: {}\ncluster: \nlist: 0\nunknown: {}")
	assert.Equal(t, []lifecycle.Query{
		{APIVersion: "v1", Kind: "Secret", Namespace: "ns", Name: "s"},
		{APIVersion: "v1", Kind: "Secret", Namespace: "ns", Name: "t"},
		{APIVersion: "v1", Kind: "Namespace", Name: "n"},
		{APIVersion: "v1", Kind: "Secret", Namespace: "ns"},
		{APIVersion: "example.com/v9", Kind: "Thing", Name: "x"},
	}, offline.Queries)
}

type fakeCluster struct{}

func (fakeCluster) Get(_, kind, namespace, name string) map[string]any {
	if (kind == "Secret" && namespace == "ns" && name == "s") || (kind == "Namespace" && namespace == "" && name == "n") {
		return map[string]any{"kind": kind}
	}
	return nil
}

func (fakeCluster) List(string, string, string) []map[string]any {
	return []map[string]any{{"kind": "Secret"}, {"kind": "Secret"}}
}

// TestRenderingsAreIndependent has a template that changes its values, which
// must not be seen by the next rendering.
func TestRenderingsAreIndependent(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"values.yaml":      "nested: {count: 1, list: [a]}\n",
		"templates/a.yaml": "kind: A\nn: {{ .Values.nested.count }}\n{{- $_ := set .Values.nested \"count\" 2 }}\n",
	}, Options{})
	require.NoError(t, err)
	for range 2 {
		out, err := r.Render(t.Context(), lifecycle.Inputs{Revision: 1})
		require.NoError(t, err)
		assert.Contains(t, string(out.Stream.Bytes()), "n: 1")
	}
}

// TestSubChartsComeInOrder: eight may stand in 40,320 orders.
func TestSubChartsComeInOrder(t *testing.T) {
	files := map[string]string{}
	for _, name := range strings.Split("hgfedcba", "") {
		for _, below := range []string{name, name + "/charts/z", name + "/charts/p"} {
			files["charts/"+below+"/Chart.yaml"] = "apiVersion: v2\nname: " + below[len(below)-1:] + "\nversion: 1.0.0\n"
		}
	}
	c, err := Load(write(t, files))
	require.NoError(t, err)
	var names []string
	for _, d := range c.loaded.Dependencies() {
		names = append(names, d.Name())
		assert.Equal(t, []string{"p", "z"}, []string{d.Dependencies()[0].Name(), d.Dependencies()[1].Name()})
	}
	assert.Equal(t, strings.Split("abcdefgh", ""), names)
}

// TestKeysAreCheap: in templates, in what tpl renders and in sub charts.
func TestKeysAreCheap(t *testing.T) {
	text, err := rendered(t, map[string]string{
		"values.yaml":                 "text: '{{ genPrivateKey \"rsa\" | quote }}'\n",
		"templates/a.yaml":            "kind: A\nown: {{ genPrivateKey \"rsa\" | quote }}\ntpl: {{ tpl .Values.text . }}\n",
		"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/templates/b.yaml": "kind: B\nsub: {{ genPrivateKey \"rsa\" | quote }}\n",
	}, Options{}, lifecycle.Inputs{Revision: 1})
	require.NoError(t, err)
	assert.Equal(t, 3, strings.Count(text, "BEGIN EC PRIVATE KEY"), text)
}

func TestInputsReachTemplates(t *testing.T) {
	text, err := rendered(t, map[string]string{
		"templates/a.yaml": "kind: A\nwho: {{ .Release.Name }}/{{ .Release.Namespace }}/{{ .Release.Revision }}/{{ .Release.IsUpgrade }}/{{ .Release.IsInstall }}/{{ .Release.Service }}\nkube: {{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ .Capabilities.HelmVersion.Version }}\n",
	}, Options{APIVersions: []string{"x/v1"}}, lifecycle.Inputs{Release: lifecycle.Release{Name: "rel", Namespace: "prod"}, Revision: 2, Upgrade: true})
	require.NoError(t, err)
	assert.Contains(t, text, "who: rel/prod/2/true/false/Helm\nkube: v1.37.0 true v3.22.0\n")
}

func TestNotesDoNotStopARehearsedUpgrade(t *testing.T) {
	files := map[string]string{
		"templates/NOTES.txt": "{{ if .Release.IsUpgrade }}{{ fail \"give the passwords\" }}{{ end }}",
		"templates/a.yaml":    "kind: A\n",
	}
	r, err := renderer(t, files, Options{})
	require.NoError(t, err)
	upgrade, err := r.Render(t.Context(), lifecycle.Inputs{Revision: 2, Upgrade: true})
	require.NoError(t, err)
	require.ErrorContains(t, upgrade.Demand, "give the passwords")
	install, err := r.Render(t.Context(), lifecycle.Inputs{Revision: 1})
	require.NoError(t, err)
	require.NoError(t, install.Demand)
	files["templates/NOTES.txt"] = "{{ fail \"always\" }}"
	_, err = rendered(t, files, Options{}, lifecycle.Inputs{Revision: 1})
	require.ErrorContains(t, err, "always")
}

func TestMentions(t *testing.T) {
	for text, want := range map[string]mentions{
		"":                     {},
		"{{ randAlphaNum 8 }}": {chance: true},
		"now":                  {chance: true},
		"x|now":                {chance: true},
		"{{ .Values.known }}{{ nowhere }}{{ my_now }}":  {},
		"{{ .Release.IsUpgrade }}":                      {upgrade: true},
		"{{ $.Release.Revision}}":                       {upgrade: true},
		"{{ get .Release \"IsUpgrade\" }}":              {upgrade: true},
		"{{ .Release | toJson }}":                       {upgrade: true},
		"{{ toJson $.Release}}":                         {upgrade: true},
		"kind: Release # {{ .Release.Name }}":           {},
		"Revision IsInstall {{ .Values.Revisions }}":    {},
		"{{ lookup \"v1\" }}":                           {lookup: true},
		"{{ (index . \"Files\").Get }}":                 {files: true},
		"{{ .Files }}{{ .X.IsInstall }}é{{lookup}} ago": {chance: true, upgrade: true, lookup: true, files: true},
		"{{ .ProFiles }}{{ .lookups }}{{ .uuidv4a }}":   {},
	} {
		assert.Equal(t, want, mentionsIn([]byte(text)), text)
	}
}

func TestSenses(t *testing.T) {
	tests := map[string]struct {
		template string
		want     lifecycle.Senses
	}{
		"nothing": {"kind: A", lifecycle.Senses{}},
		"random":  {"a: {{ randAlphaNum 8 }}", lifecycle.Senses{Chance: true}},
		"upgrade": {"a: {{ .Release.IsUpgrade }}", lifecycle.Senses{Upgrade: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := renderer(t, map[string]string{"templates/a.yaml": test.template}, Options{})
			require.NoError(t, err)
			assert.Equal(t, test.want, r.Feels())
		})
	}
}

func TestRenderEndsWithItsContext(t *testing.T) {
	r, err := renderer(t, map[string]string{"templates/a.yaml": "{{ range until 3000000 }}{{ end }}"}, Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.Render(ctx, lifecycle.Inputs{Revision: 1})
	require.ErrorIs(t, err, context.Canceled)
}
