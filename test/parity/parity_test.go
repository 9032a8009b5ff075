package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/render"
)

const charts = "../../testdata/charts"

// helm3 is the real binary, which make test builds.
func helm3(t *testing.T) string {
	t.Helper()
	if bin := os.Getenv("HELM3_BIN"); bin != "" {
		return bin
	}
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	bin := filepath.Join(cache, "helm-stateful", "tools", "helm-v3.22.0", "helm")
	require.FileExists(t, bin, "run the tests by make test, or make tools first")
	return bin
}

// TestFixturesRenderAsHelmTemplate compares every chart of testdata byte for
// byte, those that fail too.
func TestFixturesRenderAsHelmTemplate(t *testing.T) {
	helm := helm3(t)
	for _, pattern := range []string{charts + "/*/Chart.yaml", charts + "/broken/*/Chart.yaml"} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		for _, file := range found {
			chart := filepath.Dir(file)
			t.Run(filepath.Base(chart), func(t *testing.T) {
				want := []verdict{equal, equalButRandom}
				if filepath.Base(filepath.Dir(chart)) == "broken" {
					want = []verdict{failBoth}
				}
				got, detail := compare(t.Context(), helm, chart, nil, render.ValueFlags{})
				assert.Contains(t, want, got, detail)
			})
		}
	}
}

func TestFlagsRenderAsHelmTemplate(t *testing.T) {
	helm := helm3(t)
	chart := charts + "/parity"
	file := filepath.Join(t.TempDir(), "value")
	require.NoError(t, os.WriteFile(file, []byte("from a file\n"), 0o644))
	tests := map[string]struct {
		args  []string
		flags render.ValueFlags
	}{
		"--values":      {[]string{"-f", chart + "/ci/indexer-values.yaml"}, render.ValueFlags{Files: []string{chart + "/ci/indexer-values.yaml"}}},
		"--set":         {[]string{"--set", "indexer.enabled=true"}, render.ValueFlags{Set: []string{"indexer.enabled=true"}}},
		"--set-string":  {[]string{"--set-string", "extra=1"}, render.ValueFlags{Strings: []string{"extra=1"}}},
		"--set-json":    {[]string{"--set-json", `extra={"a":[1,2]}`}, render.ValueFlags{JSON: []string{`extra={"a":[1,2]}`}}},
		"--set-file":    {[]string{"--set-file", "extra=" + file}, render.ValueFlags{SetFiles: []string{"extra=" + file}}},
		"--set-literal": {[]string{"--set-literal", "extra=a,b"}, render.ValueFlags{Literals: []string{"extra=a,b"}}},
		"wrong --set":   {[]string{"--set", "extra"}, render.ValueFlags{Set: []string{"extra"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, detail := compare(t.Context(), helm, chart, test.args, test.flags)
			want := equal
			if name == "wrong --set" {
				want = failBoth
			}
			assert.Equal(t, want, got, detail)
		})
	}
}

// TestCompareSeesADifference proves that the comparison can fail.
func TestCompareSeesADifference(t *testing.T) {
	got, detail := compare(t.Context(), helm3(t), charts+"/claim-deleted-with-release", []string{"--namespace", "other", "--set", "persistence.size=77Gi"}, render.ValueFlags{})
	assert.Equal(t, different, got, detail)
	assert.Contains(t, detail, "77Gi")
}
