package render

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLinksToNowhere: a chart taken out of its repository has links that lead
// nowhere. Those to prose are left out, for others the chart is refused.
func TestLinksToNowhere(t *testing.T) {
	tests := map[string]string{ // the link and the error that it makes
		"README.md":           "",
		"LICENSE":             "",
		"templates/README.md": "link templates/README.md: ",
		"values.yaml":         "link values.yaml: ",
		"files/LICENSE":       "link files/LICENSE: ",
	}
	for link, want := range tests {
		t.Run(link, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte(chartYAML), 0o644))
			require.NoError(t, os.Symlink("../nowhere", filepath.Join(dir, link)))
			_, err := Load(dir)
			if want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, err, "no such file")
		})
	}
}
