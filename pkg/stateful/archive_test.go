package stateful_test

import (
	"archive/tar"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// packChart writes a chart folder as helm package does.
func packChart(t *testing.T, dir, archive string) {
	t.Helper()
	f, err := os.Create(archive)
	require.NoError(t, err)
	zipped := gzip.NewWriter(f)
	w := tar.NewWriter(zipped)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(filepath.Dir(dir), path)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: 0o644, Size: int64(len(text))}); err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}))
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	require.NoError(t, f.Close())
}
