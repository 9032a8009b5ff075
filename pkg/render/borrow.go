package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
)

// BorrowDependencies puts into dir/charts what dir's Chart.yaml asks for and
// another folder of the same chart has in its charts/, such as the work tree
// that dir is an older revision of. It takes those dependencies that both ask
// for, and lock, alike. A file:// dependency whose folder is there is not
// borrowed: Load reads it from that folder, as it is at the same revision.
func BorrowDependencies(dir, from string) error {
	wanted, err := requirements(dir)
	if err != nil {
		return err
	}
	offered, err := requirements(from)
	if err != nil {
		return err
	}
	present, err := unpackedCharts(dir)
	if err != nil {
		return err
	}
	there, err := unpackedCharts(from)
	if err != nil {
		return err
	}
	for name, want := range wanted {
		if present[name] != "" || there[name] == "" || offered[name] != want {
			continue
		}
		if strings.HasPrefix(want.repository, fileScheme) && isChart(localPath(dir, want.repository)) {
			continue
		}
		if err := copyChart(there[name], filepath.Join(dir, "charts", filepath.Base(there[name]))); err != nil {
			return fmt.Errorf("copy %s: %w", there[name], err)
		}
	}
	return nil
}

// requirement is what a chart asks for by one name.
type requirement struct{ constraint, repository, locked string }

func requirements(dir string) (map[string]requirement, error) {
	out := map[string]requirement{}
	for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
		var metadata chart.Metadata
		if err := readYAML(filepath.Join(dir, name), &metadata); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, d := range metadata.Dependencies {
			if d != nil {
				out[d.Name] = requirement{constraint: d.Version, repository: d.Repository}
			}
		}
	}
	for _, name := range []string{"Chart.lock", "requirements.lock"} {
		var lock chart.Lock
		if err := readYAML(filepath.Join(dir, name), &lock); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, d := range lock.Dependencies {
			if d == nil {
				continue
			}
			if r, ok := out[d.Name]; ok {
				r.locked = d.Version
				out[d.Name] = r
			}
		}
	}
	return out, nil
}

// unpackedCharts are the paths of the charts, folders and archives, in a
// chart's charts/, by their names.
func unpackedCharts(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "charts"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := map[string]string{}
	for _, e := range entries {
		path := filepath.Join(dir, "charts", e.Name())
		if loaded, err := loader.Load(path); err == nil && loaded.Metadata != nil {
			out[loaded.Name()] = path
		}
	}
	return out, nil
}

// copyChart copies a folder or an archive.
func copyChart(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(to, os.DirFS(from))
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}
