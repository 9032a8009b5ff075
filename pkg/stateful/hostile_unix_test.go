//go:build unix

package stateful_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPipesAndDevices: nobody ever writes to these pipes, and the device has no
// end.
func TestPipesAndDevices(t *testing.T) {
	dir := t.TempDir()
	want := map[string]string{"good": ""}
	paths := []string{writeHostile(t, dir, "good", nil)}
	for _, file := range []string{"Chart.yaml", "values.yaml", ".helmignore", ".helm-stateful.yaml", "templates/a.yaml", "charts/a.tgz", "ci/a-values.yaml"} {
		for kind, make := range map[string]func(string) error{
			"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o644) },
			"device": func(path string) error { return os.Symlink("/dev/zero", path) },
		} {
			name := kind + "-" + filepath.Base(file)
			chart := writeHostile(t, dir, name, nil)
			path := filepath.Join(chart, file)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			_ = os.Remove(path)
			require.NoError(t, make(path))
			want[name] = map[string]string{"pipe": "is no regular file", "device": "link " + file}[kind]
			paths = append(paths, chart)
		}
	}
	pipe := filepath.Join(dir, "pipe.tgz")
	require.NoError(t, syscall.Mkfifo(pipe, 0o644))
	want["pipe.tgz"] = "is neither a folder nor a regular file"
	lintHostile(t, dir, append(paths, pipe), want)
}
