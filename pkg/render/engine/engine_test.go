package engine_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	helm "helm.sh/helm/v3/pkg/engine"
	"k8s.io/client-go/dynamic"

	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

// noCluster finds no kind.
type noCluster struct{}

func (noCluster) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	return nil, false, fmt.Errorf("asked for %s of %s", kind, apiVersion)
}

func chartOf(templates ...string) *chart.Chart {
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}, Files: []*chart.File{{Name: "a.txt", Data: []byte("file")}}}
	for i, text := range templates {
		c.Templates = append(c.Templates, &chart.File{Name: fmt.Sprintf("templates/%d.yaml", i), Data: []byte(text)})
	}
	sub := &chart.Chart{Metadata: &chart.Metadata{Name: "sub", Version: "2.0.0"}, Templates: []*chart.File{
		{Name: "templates/_s.tpl", Data: []byte(`{{ define "shared" }}sub {{ .Chart.Name }} {{ .Values.own }}{{ end }}{{ define "sub" }}of sub{{ end }}`)},
		{Name: "templates/s.yaml", Data: []byte(`{{ include "shared" . }} {{ .Values.global }} {{ .Template.Name }}`)},
		nil,
	}}
	library := &chart.Chart{Metadata: &chart.Metadata{Name: "library", Version: "3.0.0", Type: "library"}, Templates: []*chart.File{
		{Name: "templates/not.yaml", Data: []byte(`{{ syntax error`)},
		{Name: "templates/_is.tpl", Data: []byte(`{{ define "lib" }}lib {{ . }}{{ end }}`)},
	}}
	c.SetDependencies(sub, library)
	return c
}

func values(name string) chartutil.Values {
	return chartutil.Values{
		"Release":      map[string]any{"Name": name},
		"Capabilities": chartutil.DefaultCapabilities,
		"Chart":        chart.Metadata{Name: "c"},
		"Values": chartutil.Values{
			"a": 1, "global": map[string]any{"g": true}, "sub": map[string]any{"own": name},
			"template": `{{ .Release.Name }}{{ define "late" }}late{{ end }}{{ include "late" . }}`, "text": "no action <no value>", "blank": " ",
		},
	}
}

// templates are pairs: one that others may use, and one that uses it.
var templates = [][2]string{
	{"", "a: {{ .Values.a }} {{ .Release.Name }} {{ .Values.none }} {{ .Values.none.deep }}"},
	{`{{ define "d" }}first {{ . }}{{ end }}`, `{{ include "d" .Release.Name }}{{ template "d" 1 }}{{ include "lib" 2 }}{{ include "shared" . }}`},
	{`{{ define "d" }}first{{ end }}`, `{{ define "d" }}second{{ end }}{{ include "d" . }}`},
	{`{{ define "d" }}first{{ end }}`, `{{ define "d" }} {{/* blank */}} {{ end }}[{{ include "d" . }}]`},
	{`{{ define "c/templates/1.yaml" }}another{{ end }}`, `own`},
	{`{{ define "gotpl" }}root{{ end }}`, `{{ include "gotpl" . }} {{ tpl "x" . }}`},
	{`x`, `{{ tpl .Values.template . }}{{ tpl .Values.text . }}[{{ tpl .Values.blank . }}]{{ tpl "" . }}{{ tpl "{{ tpl .Values.template . }}" . }}`},
	{`x`, `{{ include (print $.Template.BasePath "/0.yaml") . | sha256sum }} {{ .Files.Get "a.txt" }} {{ .Subcharts.sub.Chart.Name }} {{ .Chart.IsRoot }}`},
	{`x`, `{{ required "give a name" .Values.name }}`},
	{`x`, `{{ fail "no: not so: ever" }}`},
	{`x`, `{{ lookup "v1" "Secret" "" "a" }}`},
	{`x`, `{{ getHostByName "example.com" }}{{ .Values.a.b.c }}`},
	{`x`, `{{ nosuchfunction 1 }}`},
	{`x`, "one\n{{ if }}"},
	{`{{ define "d" }}1{{ end }}{{ define "d" }}2{{ end }}`, `x`},
	{`x`, `{{ include "absent" . }}`},
	{`x`, `{{ template "absent" . }}`},
	{`{{ define "loop" }}{{ include "loop" . }}{{ end }}`, `{{ include "loop" . }}`},
	{`x`, `{{ (toYaml .Values | fromYaml).a }} {{ toToml .Values.sub }} {{ fromJson "{" }} {{ env "HOME" }}`},
	{`x`, `{{ set .Values "a" 2 }}{{ .Values.a }}`},
	{`x`, `{{ tpl "{{ .Values.a.b.c }}" . }}`},
	{`x`, `{{ tpl "{{ tpl \"{{ fail \\\"deep\\\" }}\" . }}" . }}`},
	{`x`, `{{ tpl "{{ if }}" . }}`},
	{`x`, `{{ tpl "{{ nosuchfunction }}" . }}`},
	{`x`, `{{ tpl "{{ include \"absent\" . }}" . }}`},
	{`{{ define "d" }}d{{ .Template.Name }}{{ end }}`, `{{ tpl "{{- include \"d\" . -}} {{ .Values.none }}" . }}{{ tpl "{{/* nothing */}}" . }}{{ tpl " }} " . }}`},
	{`{{ define "gotpl" }}root{{ end }}`, `{{ tpl "{{ .Values.a }}" . }}{{ include "gotpl" . }}`},
	{`x`, `{{ tpl "{{ $_ := set .Values \"a\" 3 }}" . }}{{ .Values.a }}`},
	{`x`, `{{ $a := fromYaml "a: {b: 1}" }}{{ $_ := set $a.a "b" 2 }}{{ $a }}{{ fromYaml "a: {b: 1}" }}{{ toYaml $a }}{{ fromYaml "- x" }}`},
}

// TestRenderIsHelms: the same texts and the same mistakes, the first time and
// again.
func TestRenderIsHelms(t *testing.T) {
	for i, pair := range templates {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			e := engine.New(nil)
			for _, name := range []string{"one", "two", "one"} {
				want, wantErr := helm.RenderWithClientProvider(chartOf(pair[0], pair[1]), values(name), noCluster{})
				got, err := e.Render(chartOf(pair[0], pair[1]), values(name), engine.Options{Client: noCluster{}})
				if wantErr != nil {
					require.EqualError(t, err, wantErr.Error())
					continue
				}
				require.NoError(t, err)
				require.Equal(t, want, got.Files)
			}
		})
	}
}

// TestEqualPartials: sub charts that bring the same partial, which others define
// anew in between, and mistakes in it.
func TestEqualPartials(t *testing.T) {
	for _, text := range []string{
		`{{ define "d" }}{{ .Chart.Name }}{{ end }}{{ define "e" }} {{ end }}`,
		`{{ define "d" }}{{ fail "no" }}{{ end }}{{ define "e" }}{{ end }}`,
		`{{ define "d" }}{{ .Values.a.b.c }}{{ end }}{{ define "e" }}{{ end }}text {{ .Release.Name }}`,
		`{{ define "d" }}{{ if }}{{ end }}`,
		`{{ nosuchfunction }}`,
		``,
	} {
		for _, use := range []string{`{{ include "d" . }}`, `{{ include "e" . }}`, `{{ include (print .Template.BasePath "/_p.tpl") . }}`, `{{ include "c/charts/one/templates/_p.tpl" . }}`} {
			made := func() *chart.Chart {
				with := func(name string, sub ...*chart.Chart) *chart.Chart {
					c := &chart.Chart{Metadata: &chart.Metadata{Name: name}, Templates: []*chart.File{
						{Name: "templates/_p.tpl", Data: []byte(text)},
						{Name: "templates/a.yaml", Data: []byte(use)},
					}}
					c.SetDependencies(sub...)
					return c
				}
				other := with("other")
				other.Templates[0].Data = []byte(`{{ define "d" }}other{{ end }}{{ define "e" }}other{{ end }}`)
				return with("c", with("one", with("deep")), other, with("two"))
			}
			e := engine.New(nil)
			for range 2 {
				want, wantErr := helm.RenderWithClientProvider(made(), values("one"), noCluster{})
				got, err := e.Render(made(), values("one"), engine.Options{Client: noCluster{}})
				if wantErr != nil {
					require.EqualError(t, err, wantErr.Error(), "%s %s", text, use)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, want, got.Files, "%s %s", text, use)
			}
		}
	}
}

func TestRenderSideBySide(t *testing.T) {
	e := engine.New(nil)
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			name := fmt.Sprint("release-", i)
			c := chartOf(templates[1][0], templates[1][1])
			want, wantErr := helm.RenderWithClientProvider(c, values(name), noCluster{})
			got, err := e.Render(c, values(name), engine.Options{Client: noCluster{}})
			assert.NoError(t, errors.Join(wantErr, err))
			assert.Equal(t, want, got.Files)
		})
	}
	group.Wait()
}

// TestChartsAreKeptApart: one engine renders charts that differ in a text, in a name
// or in how many templates they have.
func TestChartsAreKeptApart(t *testing.T) {
	e := engine.New(nil)
	charts := []func() *chart.Chart{
		func() *chart.Chart { return chartOf(`{{ define "d" }}1{{ end }}`, `{{ include "d" . }}`) },
		func() *chart.Chart { return chartOf(`{{ define "d" }}2{{ end }}`, `{{ include "d" . }}`) },
		func() *chart.Chart {
			return chartOf(`{{ define "d" }}1{{ end }}`, `{{ include "d" . }}`, `{{ define "d" }}3{{ end }}`)
		},
		func() *chart.Chart {
			c := chartOf(`{{ define "d" }}1{{ end }}`, `{{ include "d" . }}`)
			c.Templates[1].Name = "templates/other.yaml"
			return c
		},
		func() *chart.Chart { return chartOf(`{{ define "d" }}{{ fail "no" }}{{ end }}`, `{{ include "d" . }}`) },
	}
	for range 3 {
		for _, c := range charts {
			want, wantErr := helm.RenderWithClientProvider(c(), values("one"), noCluster{})
			got, err := e.Render(c(), values("one"), engine.Options{Client: noCluster{}})
			assert.Equal(t, wantErr == nil, err == nil)
			assert.Equal(t, len(want), len(got.Files))
			for name, text := range want {
				assert.Equal(t, text, got.Files[name], name)
			}
		}
	}
}

func TestRenderWhatIsWanted(t *testing.T) {
	c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}, Templates: []*chart.File{
		{Name: "templates/a.yaml", Data: []byte(`{{ include (print $.Template.BasePath "/b.yaml") . }}{{ include "n" . }}`)},
		{Name: "templates/b.yaml", Data: []byte(`b{{ define "n" }}n{{ end }}`)},
		{Name: "templates/c.yaml", Data: []byte(`{{ fail "nobody asks for it" }}`)},
	}}
	got, err := engine.New(nil).Render(c, values("one"), engine.Options{Client: noCluster{}, Wanted: func(template string) bool { return template == "c/templates/a.yaml" }})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"c/templates/a.yaml": "bn"}, got.Files)
}

func TestPanicIsAnError(t *testing.T) {
	_, err := engine.New(nil).Render(&chart.Chart{}, chartutil.Values{}, engine.Options{})
	require.ErrorContains(t, err, "rendering template failed")
}
