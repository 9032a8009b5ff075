package sources_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// TestFileDependenciesRenderAsHelmBuildsThem: charts that depend on each other
// by file:// render, as they lie there, what Helm renders of a copy once helm
// dependency build has run in each.
func TestFileDependenciesRenderAsHelmBuildsThem(t *testing.T) {
	charts := filepath.Join("..", "..", "testdata", "sources")
	tests := map[string][]string{
		"defaults":          nil,
		"condition":         {"cache.enabled=true"},
		"tag":               {"tags.replicas=true"},
		"values of each":    {"tags.replicas=true", "replica.size=7Gi", "db.size=3Gi"},
		"condition and tag": {"cache.enabled=true", "tags.replicas=true"},
	}
	eachHelm(t, func(t *testing.T, h helm) {
		built := t.TempDir()
		require.NoError(t, os.CopyFS(built, os.DirFS(charts)))
		for _, name := range []string{"db", "cache", "app"} {
			h.run(t, "dependency", "build", filepath.Join(built, name))
		}
		for name, set := range tests {
			t.Run(name, func(t *testing.T) {
				args := []string{"template", "release-name", filepath.Join(built, "app"), "--namespace", "default"}
				for _, s := range set {
					args = append(args, "--set", s)
				}
				want, err := exec.CommandContext(t.Context(), h.bin, args...).Output()
				require.NoError(t, err)
				got := rendered(t, filepath.Join(charts, "app"), set)
				assert.Equal(t, documents(string(want)), documents(got))
			})
		}
	})
}

func rendered(t *testing.T, path string, set []string) string {
	t.Helper()
	values, err := render.ValueFlags{Set: set}.Merge()
	require.NoError(t, err)
	chart, err := render.Load(path)
	require.NoError(t, err)
	renderer, err := chart.Renderer(render.Options{Values: values})
	require.NoError(t, err)
	out, err := renderer.Render(t.Context(), lifecycle.Inputs{Release: lifecycle.Release{Name: "release-name", Namespace: "default"}, Revision: 1})
	require.NoError(t, err)
	return string(out.Stream.Bytes())
}

// documents are those of a stream, without the blank lines between them, which
// differ from Helm 3 to Helm 4.
func documents(text string) []string {
	var out []string
	for _, d := range strings.Split("\n"+text, "\n---\n") {
		if d = strings.TrimSpace(d); d != "" {
			out = append(out, d)
		}
	}
	return out
}

// TestFileDependenciesThatHelmRefuses: what helm dependency build refuses for
// its version is refused here too.
func TestFileDependenciesThatHelmRefuses(t *testing.T) {
	tests := map[string]string{ // the constraint on a chart of version 1.4.2-rc.1
		"^1.0.0":        "refused",
		"^1.0.0-0":      "taken",
		"1.4.2-rc.1":    "taken",
		"":              "",
		"*":             "refused",
		"not a version": "refused",
	}
	eachHelm(t, func(t *testing.T, h helm) {
		for constraint, want := range tests {
			t.Run(constraint, func(t *testing.T) {
				dir := t.TempDir()
				for name, text := range map[string]string{
					"db/Chart.yaml":  "apiVersion: v2\nname: db\nversion: 1.4.2-rc.1\n",
					"app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: db, version: '" + constraint + "', repository: 'file://../db'}]\n",
				} {
					require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
					require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
				}
				app := filepath.Join(dir, "app")
				_, ours := render.Load(app)
				theirs, err := exec.CommandContext(t.Context(), h.bin, "dependency", "build", app).CombinedOutput()
				t.Logf("%s\n%v", theirs, ours)
				assert.Equal(t, err == nil, ours == nil, "%s\n%v", theirs, ours)
				if want != "" {
					assert.Equal(t, want == "taken", ours == nil)
				}
			})
		}
	})
}
