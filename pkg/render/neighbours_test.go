package render_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/render"
)

func TestNeighboursOf(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "charts", "app")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "charts"), 0o755))
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("Chart.yaml", `apiVersion: v2
name: app
version: 1.0.0
type: Library
dependencies:
- {name: lib, version: 1.x.x, repository: "file://../lib"}
- {name: redis, version: 1.x.x, repository: "https://example.com"}
- {name: bundled, version: 1.x.x}
`)
	write("requirements.yaml", "dependencies:\n- {name: old, version: 1.x.x, repository: 'file:///srv/old'}\n")
	require.NoError(t, os.Symlink("../../common", filepath.Join(dir, "charts", "common")))

	got, err := render.NeighboursOf(dir)
	require.NoError(t, err)
	root := filepath.Dir(dir)
	assert.Equal(t, &render.Neighbours{
		Name:    "app",
		Library: true,
		Folders: []string{"/srv/old", filepath.Join(root, "common"), filepath.Join(root, "lib")},
		Fetched: []string{"redis", "bundled"},
	}, got)

	_, err = render.NeighboursOf(root)
	require.ErrorIs(t, err, os.ErrNotExist)
	write("Chart.yaml", "name: [")
	_, err = render.NeighboursOf(dir)
	require.ErrorContains(t, err, "Chart.yaml: ")
}
