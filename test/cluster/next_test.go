package cluster_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// nextVersion writes the chart's next version, as the rehearsal has it: the
// versions of it and its sub charts, and the image tags among the values.
func nextVersion(t *testing.T, chart string, r *render.Renderer) (path, values string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, filepath.Base(chart))
	require.NoError(t, os.CopyFS(path, os.DirFS(chart)))
	require.NoError(t, filepath.WalkDir(path, func(file string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(file) != "Chart.yaml" {
			return err
		}
		return raiseChart(file)
	}))
	tree := clone(r.Values().All)
	render.RaiseImages(tree)
	text, err := yaml.Marshal(tree)
	require.NoError(t, err)
	values = filepath.Join(dir, "values.yaml")
	require.NoError(t, os.WriteFile(values, text, 0o600))
	return path, values
}

func raiseChart(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var metadata map[string]any
	if err := yaml.Unmarshal(text, &metadata); err != nil {
		return err
	}
	for _, key := range []string{"version", "appVersion"} {
		if version, ok := metadata[key].(string); ok {
			metadata[key] = render.Raised(version)
		}
	}
	dependencies, _ := metadata["dependencies"].([]any)
	for _, d := range dependencies {
		d.(map[string]any)["version"] = ">=0.0.0-0"
	}
	if text, err = yaml.Marshal(metadata); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
