package render

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

// Chart is a chart's files, read once. It can be rendered any number of times.
type Chart struct {
	// Name and Version are those of Chart.yaml.
	Name, Version string
	// Library says that the chart is a library chart, which cannot be
	// rendered.
	Library bool

	path  string
	files []*loader.BufferedFile

	mu     sync.Mutex
	loaded *chart.Chart // as Load has read it, for the first that asks
}

// Load reads a chart folder or a chart archive (.tgz).
func Load(path string) (*Chart, error) {
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("load chart: there is no file or folder %q", path)
		}
		return nil, fmt.Errorf("load chart: %w", err)
	}
	loaded, err := loader.Load(path)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", explainLoad(path, err))
	}
	c := &Chart{
		Name:    loaded.Name(),
		Version: loaded.Metadata.Version,
		Library: strings.EqualFold(loaded.Metadata.Type, "library"),
		path:    path,
		loaded:  loaded,
	}
	for _, f := range loaded.Raw {
		c.files = append(c.files, &loader.BufferedFile{Name: f.Name, Data: f.Data})
	}
	return c, nil
}

// explainLoad says what to do about the commonest mistake: a folder that is no
// chart.
func explainLoad(path string, err error) error {
	info, statErr := os.Stat(path)
	if statErr != nil || !info.IsDir() {
		return err
	}
	if _, statErr := os.Stat(filepath.Join(path, "Chart.yaml")); errors.Is(statErr, os.ErrNotExist) {
		return fmt.Errorf("%s holds no Chart.yaml, so it is not a chart", path)
	}
	return err
}

const notesFile = "NOTES.txt"

// prepared returns a chart object of its own, for Helm changes the one it
// renders, with the dependencies that values enable. Notes may be left out.
func (c *Chart) prepared(values map[string]any, notes bool) (*chart.Chart, error) {
	loaded, err := c.fresh(notes)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	if err := c.checkDependencies(loaded); err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return nil, fmt.Errorf("dependencies: %w", err)
	}
	return loaded, nil
}

func (c *Chart) fresh(notes bool) (*chart.Chart, error) {
	files := c.files
	if !notes {
		files = slices.DeleteFunc(slices.Clone(files), func(f *loader.BufferedFile) bool { return strings.HasSuffix(f.Name, notesFile) })
		return loader.LoadFiles(files)
	}
	c.mu.Lock()
	loaded := c.loaded
	c.loaded = nil
	c.mu.Unlock()
	if loaded != nil {
		return loaded, nil
	}
	return loader.LoadFiles(files)
}

// checkDependencies does what helm does before it renders (helm v3.22.0,
// pkg/action/package.go, CheckDependencies): every dependency of Chart.yaml
// must be in charts/, enabled or not.
func (c *Chart) checkDependencies(loaded *chart.Chart) error {
	present := map[string]bool{}
	for _, d := range loaded.Dependencies() {
		present[d.Metadata.Name] = true
	}
	var missing []string
	for _, d := range loaded.Metadata.Dependencies {
		if !present[d.Name] {
			missing = append(missing, d.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("charts/ lacks the dependencies %s of Chart.yaml: run `helm dependency build %s` first", strings.Join(missing, ", "), c.path)
}
