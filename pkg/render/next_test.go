package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

func TestRaised(t *testing.T) {
	for version, want := range map[string]string{
		"1.2.3": "1.2.4", "v1.9": "v1.10", "8.0-debian-11-r7": "8.0-debian-11-r8", "1.0.0-rc1": "1.0.0-rc2",
		"latest": "latest-2", "": "", "99999999999999999999": "999999999999999999991",
	} {
		assert.Equal(t, want, Raised(version))
	}
}

func TestNextVersionAndImages(t *testing.T) {
	files := map[string]string{
		"Chart.yaml": chartYAML + "appVersion: \"7.1\"\n",
		"values.yaml": `image: {repository: app, tag: 1.2.3}
sidecar: {image: "registry.example.com/side:2.0.1"}
operatorVersion: v1beta2-1.5.0
apiVersion: v1
port: "8080"
kubeVersion: 1.30.0
`,
		"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 3.0.0\n",
		"charts/sub/templates/s.yaml": "kind: Sub\nv: {{ .Chart.Version }}\n",
		"templates/a.yaml":            "kind: A\nv: {{ .Chart.Version }}/{{ .Chart.AppVersion }}\nt: {{ .Values.image.tag }} {{ .Values.sidecar.image }} {{ .Values.operatorVersion }}\no: {{ .Values.apiVersion }} {{ .Values.port }} {{ .Values.kubeVersion }}\n",
	}
	r, err := renderer(t, files, Options{})
	require.NoError(t, err)
	text := func(in lifecycle.Inputs) string {
		out, err := r.Render(t.Context(), in)
		require.NoError(t, err)
		return string(out.Stream.Bytes())
	}
	const others = "o: v1 8080 1.30.0"
	assert.Contains(t, text(lifecycle.Inputs{NextVersion: true}), "v: 1.0.1/7.2\nt: 1.2.3 registry.example.com/side:2.0.1 v1beta2-1.5.0\n"+others)
	assert.Contains(t, text(lifecycle.Inputs{NextVersion: true}), "v: 3.0.1")
	assert.Contains(t, text(lifecycle.Inputs{NextImages: true}), "v: 1.0.0/7.1\nt: 1.2.4 registry.example.com/side:2.0.2 v1beta2-1.5.1\n"+others)
	assert.Contains(t, text(lifecycle.Inputs{}), "v: 1.0.0/7.1\nt: 1.2.3 ", "the versions are put back")
}
