package render

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
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

// FuzzIgnored: whatever a .helmignore says, a folder is read as Helm reads it.
func FuzzIgnored(f *testing.F) {
	f.Add("# what is left out\n*.bak\n/docs/\n!a.bak\n")
	f.Add("\ufeffdocs/*/b\r\n[a-z]\n\\#c")
	f.Add("*\n!Chart.yaml\n\\!b\n .x \n")
	dir := f.TempDir()
	for _, name := range []string{"a.bak", "docs/a.bak", "docs/x/b", "templates/a.yaml", "templates/_a.tpl", "templates/.x", "[a", "!b", "#c", " d", "Chart.yaml"} {
		require.NoError(f, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(f, os.WriteFile(filepath.Join(dir, name), []byte(chartYAML), 0o644))
	}
	real, err := realPath(dir)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, rules string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".helmignore"), []byte(rules), 0o644))
		want, err := loader.LoadDir(dir)
		if err != nil {
			return // no Chart.yaml is left, or Helm cannot read the rules
		}
		got, err := readFolder(real, reach{}, newBudget())
		require.NoError(t, err)
		var names, wanted []string
		for _, file := range got {
			names = append(names, file.Name)
		}
		for _, file := range want.Raw {
			wanted = append(wanted, file.Name)
		}
		assert.Equal(t, wanted, names)
	})
}
