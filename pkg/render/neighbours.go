package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"sigs.k8s.io/yaml"
)

// Neighbours is what a chart folder takes from outside of itself.
type Neighbours struct {
	// Name is the chart's own, Library says that it is a library chart.
	Name    string
	Library bool
	// Folders are those of its file:// dependencies, and what symbolic links in
	// it lead to. They need not exist.
	Folders []string
	// Fetched are the names of the other dependencies, which come from a
	// registry or lie in charts/.
	Fetched []string
}

// NeighboursOf reads a chart folder's Chart.yaml, or requirements.yaml, and its
// symbolic links.
func NeighboursOf(dir string) (*Neighbours, error) {
	var metadata chart.Metadata
	if err := readYAML(filepath.Join(dir, "Chart.yaml"), &metadata); err != nil {
		return nil, err
	}
	var requirements chart.Metadata // has the dependencies of a chart with apiVersion v1
	if err := readYAML(filepath.Join(dir, "requirements.yaml"), &requirements); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := &Neighbours{Name: metadata.Name, Library: strings.EqualFold(metadata.Type, "library")}
	for _, d := range append(metadata.Dependencies, requirements.Dependencies...) {
		if d == nil {
			continue
		}
		path, local := strings.CutPrefix(d.Repository, "file://")
		switch {
		case !local:
			out.Fetched = append(out.Fetched, d.Name)
		case filepath.IsAbs(path):
			out.Folders = append(out.Folders, filepath.Clean(path))
		default:
			out.Folders = append(out.Folders, filepath.Join(dir, path))
		}
	}
	links, err := links(dir)
	if err != nil {
		return nil, fmt.Errorf("look for symbolic links in %s: %w", dir, err)
	}
	out.Folders = append(out.Folders, links...)
	slices.Sort(out.Folders)
	out.Folders = slices.Compact(out.Folders)
	return out, nil
}

// links are the targets of the symbolic links below a folder, which Helm
// follows.
func links(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink == 0 {
			return err
		}
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		out = append(out, target)
		return nil
	})
	return out, err
}

func readYAML(name string, into any) error {
	text, err := readRegular(name)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
