package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

func TestVarying(t *testing.T) {
	const helpers = `{{ define "chance" }}{{ if .Values.none }}{{ randAlpha 3 }}{{ end }}{{ end }}{{ define "steady" }}{{ .Release.Name }}{{ end }}
{{ define "all" }}{{ toJson . }}{{ end }}
{{ define "calls" }}{{ template "chance" . }}{{ end }}{{ define "loops" }}{{ if .Values.none }}{{ template "loops" . }}{{ end }}{{ end }}
{{ define "one" }}{{ if .Values.none }}{{ template "two" . }}{{ end }}{{ .Release.Revision }}{{ end }}{{ define "two" }}{{ template "one" . }}{{ end }}`
	for text, want := range map[string]bool{
		`{{ randAlphaNum 8 }}`:                                                  true,
		`{{ "ecdsa" | genPrivateKey | quote }}`:                                 true,
		`{{ if .Values.none }}{{ now }}{{ end }}`:                               true,
		`{{ range .Values.none }}x{{ else }}{{ uuidv4 }}{{ end }}`:              true,
		`{{ if .Values.none }}{{ lookup "v1" "Secret" "" "a" }}{{ end }}`:       true,
		`{{ (dict "a" (now | ago)).a }}`:                                        true,
		`{{ keys .Values | first }}`:                                            true,
		`{{ .Release.IsUpgrade }}`:                                              true,
		`{{ not $.Release.IsInstall }}`:                                         true,
		`{{ (.Release).Revision }}`:                                             true,
		`{{ $r := .Release }}{{ $r.Name }}`:                                     true,
		`{{ toYaml .Release }}`:                                                 true,
		`{{ index .Release "Revision" }}`:                                       true,
		`{{ (index . "Release").Name }}`:                                        true,
		`{{ include "chance" . }}`:                                              true,
		`{{ include "calls" . }}`:                                               true,
		`{{ template "calls" . }}`:                                              true,
		`{{ include (printf "%s" "chance") . }}`:                                true,
		`{{ include "two" . }}`:                                                 true, // after "one", which calls it
		`{{ tpl "{{ .Release.Revision }}" . }}`:                                 true,
		`{{ tpl "{{ include \"calls\" . }}" . }}`:                               true,
		`{{ tpl "{{ define \"own\" }}own{{ end }}{{ include \"own\" . }}" . }}`: true, // Helm's own tpl, which does not say
		`{{ . }}`:                      true,
		`{{ toJson $ }}`:               true,
		`{{ $ | toYaml | sha256sum }}`: true,
		`{{ $all := . }}{{ with .Values }}{{ $all }}{{ end }}`:                         true,
		`{{ with $ }}{{ . | toJson }}{{ end }}`:                                        true,
		`{{ range . }}x{{ end }}`:                                                      true,
		`{{ omit . "Values" | toYaml }}`:                                               true,
		`{{ printf "%v" (dict "all" $) }}`:                                             true,
		`{{ (default . .Values.none) | toJson }}`:                                      true,
		`{{ include "all" . }}`:                                                        true,
		`{{ template "all" . }}`:                                                       true,
		`{{ tpl "{{ toJson . }}" . }}`:                                                 true,
		`{{ include "all" .Values }}{{ tpl "{{ toJson . }}" .Values }}`:                false,
		`{{ with .Values }}{{ toJson . }}{{ end }}{{ range .Values }}{{ . }}{{ end }}`: false,
		`{{ $all := . }}{{ $all.Values | toJson }}{{ include "steady" $all }}{{ $_ := set . "a" 1 }}{{ $_ := unset . "a" }}`: false,
		`{{ hasKey . "Values" }}{{ (get $ "Values") | toJson }}{{ if . }}{{ end }}{{ with . }}{{ .Values }}{{ end }}`:        false,
		`{{ .Release.Name }}-{{ .Release.Namespace }}-{{ $.Release.Service }}`:                                               false,
		`{{ .Values.revision }}{{ .Values.keys }}{{ "now" }}{{ .Chart.Version }}`:                                            false,
		`{{ include "steady" . }}{{ template "steady" . }}{{ include "loops" . }}`:                                           false,
		`{{ tpl "{{ .Release.Name }}" . }}{{ tpl "randAlpha" . }}`:                                                           false,
		`{{ if .Values.none }}{{ include "chance" . }}{{ end }}`:                                                             false, // nobody comes by
		`{{ toYaml .Values.global }}{{ .Files.Get "a" }}{{ .Capabilities }}`:                                                 false,
	} {
		t.Run(text, func(t *testing.T) {
			c := &chart.Chart{Metadata: &chart.Metadata{Name: "c", Version: "1.0.0"}, Templates: []*chart.File{
				{Name: "templates/_h.tpl", Data: []byte(helpers)},
				{Name: "templates/z.yaml", Data: []byte("{{ randAlpha 3 }}")},
				{Name: "templates/y.yaml", Data: []byte(`{{ include "one" . }}`)}, // which Helm executes before it
				{Name: "templates/it.yaml", Data: []byte(text)},
			}}
			e := engine.New(nil)
			for range 2 {
				got, err := e.Render(c, values("one"), engine.Options{Client: noCluster{}})
				require.NoError(t, err)
				assert.Equal(t, want, got.Varying["c/templates/it.yaml"])
				assert.True(t, got.Varying["c/templates/z.yaml"])
				assert.True(t, got.Apart)
			}
		})
	}
}

func TestApart(t *testing.T) {
	for text, want := range map[string]bool{
		`{{ $_ := set (dict) "a" 1 }}`:                   true,
		`{{ $_ := set .Values "a" 2 }}`:                  true, // for the caller to see
		`{{ $_ := set $ "mine" 1 }}`:                     false,
		`{{ $_ := set . "Values" (dict "a" 2) }}`:        false,
		`{{ $_ := set . "Chart" (dict) }}`:               false,
		`{{ $_ := unset . "Files" }}`:                    false,
		`{{ $_ := set .Subcharts "sub" (dict) }}`:        false,
		`{{ $_ := set .Release "Name" "other" }}`:        false,
		`{{ $_ := set .Subcharts.sub "Values" "none" }}`: false,
		`{{ $_ := set . "mine" 1 }}{{ fail "then" }}`:    false,
		`{{ fail "at once" }}`:                           true,
	} {
		t.Run(text, func(t *testing.T) {
			got, _ := engine.New(nil).Render(chartOf(text), values("one"), engine.Options{Client: noCluster{}})
			assert.Equal(t, want, got.Apart)
		})
	}
}
