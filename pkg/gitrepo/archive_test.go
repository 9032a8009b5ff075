package gitrepo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExtract(t *testing.T) {
	r := newRepo(t)
	r.write("charts/[a]/f", "old")
	require.NoError(t, os.Symlink("../[a]/f", filepath.Join(r.dir, "charts/[a]/inside")))
	require.NoError(t, os.Symlink("../../../f", filepath.Join(r.dir, "charts/[a]/outside")))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(r.dir, "charts/[a]/absolute")))
	r.commit(map[string]string{"charts/b/f": "beside"})
	r.git("tag", "old")
	r.commit(map[string]string{"charts/[a]/f": "new"})
	opened := r.open()

	dir := t.TempDir()
	require.NoError(t, opened.Extract(t.Context(), "old", "charts/[a]", dir))
	for _, name := range []string{"f", "inside"} {
		text, err := os.ReadFile(filepath.Join(dir, "charts/[a]", name))
		require.NoError(t, err)
		assert.Equal(t, "old", string(text))
	}
	for _, name := range []string{"charts/[a]/outside", "charts/[a]/absolute", "charts/b"} {
		_, err := os.Lstat(filepath.Join(dir, name))
		assert.ErrorIs(t, err, os.ErrNotExist, name)
	}
	assert.Error(t, opened.Extract(t.Context(), "old", "charts/nowhere", dir))
	assert.Error(t, opened.Extract(t.Context(), "nowhere", "charts/b", dir))

	for name, want := range map[string]bool{"charts/[a]": true, "charts/[a]/f": true, "charts/c": false, ".": true} {
		has, err := opened.Has(t.Context(), "old", name)
		require.NoError(t, err)
		assert.Equal(t, want, has, name)
	}
}
