package engine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	helm "helm.sh/helm/v3/pkg/engine"

	"github.com/helm-stateful/helm-stateful/internal/madeup"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

// FuzzRenderIsHelms: whatever templates do, Helm prints the same, or fails alike.
func FuzzRenderIsHelms(f *testing.F) {
	for i := range 256 {
		f.Add([]byte{byte(i), byte(i), 0, byte(i), 0, 221, 0, 0, 0, byte(i), 220, 0, 1, 251, 0, 0, byte(i), 225, 1, 2, 0, byte(255 - i), byte(i + 7), 0})
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		texts := madeup.Templates(bytes, 4)
		made := func() *chart.Chart { return chartOf(texts...) }
		e := engine.New(nil)
		for _, name := range []string{"one", "two", "one"} {
			before := time.Now().Hour()
			want, wantErr := helm.RenderWithClientProvider(made(), moreValues(name), noCluster{})
			got, err := e.Render(made(), moreValues(name), engine.Options{Client: noCluster{}})
			if time.Now().Hour() != before {
				return // the time is printed
			}
			if wantErr != nil {
				require.EqualError(t, err, wantErr.Error(), "%q", texts)
				continue
			}
			require.NoError(t, err, "%q", texts)
			require.Equal(t, want, got.Files, "%q", texts)
		}
	})
}

// TestMadeUpTemplates: they are templates, and most of them come to an end.
func TestMadeUpTemplates(t *testing.T) {
	const all = 300
	printed := 0
	for i := range all {
		bytes := make([]byte, 60)
		for j := range bytes {
			bytes[j] = byte(i*31+j*j*7+j*i) * byte(min(j%9, 1)) // every ninth ends something
		}
		texts := madeup.Templates(bytes, 4)
		got, err := engine.New(nil).Render(chartOf(texts...), moreValues("one"), engine.Options{Client: noCluster{}})
		if err != nil {
			require.NotContains(t, err.Error(), "parse error", "%q", texts)
			continue
		}
		for _, text := range got.Files {
			if len(text) > 20 {
				printed++
				break
			}
		}
	}
	assert.Greater(t, printed, all/3)
}

// moreValues are those that madeup's templates read.
func moreValues(name string) map[string]any {
	v := values(name)
	v["Release"] = map[string]any{"Name": name, "Revision": 1, "IsInstall": true, "IsUpgrade": false}
	v["Values"] = map[string]any{
		"a": 1, "deep": map[string]any{"b": "{{ .Values.a }}", "z": map[string]any{"x": 1}}, "list": []any{map[string]any{"i": "{{ .Release.Name }}"}, "x"},
		"text": "{{ .Release.Revision }}{{ .Values.a }}", "yaml": "k: [1, {l: m}]", "sub": map[string]any{"own": name},
	}
	return v
}
