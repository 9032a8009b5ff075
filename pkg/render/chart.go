package render

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
	"github.com/helm-stateful/helm-stateful/pkg/render/keys"
	"github.com/helm-stateful/helm-stateful/pkg/render/trace"
)

// Chart is a chart's files, read once. It can be rendered any number of times.
type Chart struct {
	// Name and Version are those of Chart.yaml.
	Name, Version string
	// Library says that the chart is a library chart, which cannot be
	// rendered.
	Library bool

	path   string // as messages name it
	folder bool   // it was read from a folder
	files  []*loader.BufferedFile
	lacks  []string // dependencies of Chart.yaml that charts/ does not hold
	layout *layout

	loaded  *chart.Chart // as Load has read it; it is never changed
	engine  *engine.Engine
	marks   *trace.Marks
	schemas *schemas
	reader  *reader
	cache   *manifest.Cache
}

// Load reads a chart folder or a chart archive (.tgz). Dependencies that
// charts/ lacks and that Chart.yaml names by file:// are read from their
// folders, as if helm dependency build had packed them.
func Load(path string) (*Chart, error) { return LoadBelow("", path) }

// LoadBelow reads as Load does a chart that was found below the folder named.
// Its links and file:// dependencies may lead anywhere in that folder.
func LoadBelow(named, path string) (*Chart, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("load chart: there is no file or folder %q", path)
	}
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	if !info.IsDir() {
		return loadArchive(path, path)
	}
	real, err := realPath(path)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	resolver, err := newLocalResolver(real, named)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	read, err := resolver.folder(path, real, nil)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	c := newChart(path, read.loaded)
	c.folder = true
	return c, nil
}

// loadArchive reads a chart archive that messages call by name.
func loadArchive(name, path string) (*Chart, error) {
	loaded, err := readArchive(path)
	if err != nil {
		return nil, fmt.Errorf("load chart: %w", err)
	}
	return newChart(name, loaded), nil
}

// readArchive reads an archive as Helm does, but for the number of its files,
// which Helm does not bound.
func readArchive(path string) (*chart.Chart, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, cmp.Or(err, fmt.Errorf("%s is neither a folder nor a regular file", path))
	}
	raw, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	files, err := loader.LoadArchiveFiles(raw)
	if err != nil {
		return loader.LoadFile(path) // whose error says more of files that are no archives
	}
	if err := newBudget().spend(files...); err != nil {
		return nil, err
	}
	return loader.LoadFiles(files)
}

func newChart(path string, loaded *chart.Chart) *Chart {
	sortSubCharts(loaded)
	c := &Chart{Name: loaded.Name(), Version: loaded.Metadata.Version, Library: isLibrary(loaded), path: path, lacks: missingDependencies(loaded), layout: layoutOf(loaded), loaded: loaded, engine: engine.New(keys.Functions()), marks: trace.NewMarks(), schemas: newSchemas(), reader: newReader(), cache: manifest.NewCache()}
	for _, f := range loaded.Raw {
		c.files = append(c.files, &loader.BufferedFile{Name: f.Name, Data: f.Data})
	}
	return c
}

// sortSubCharts sorts the sub charts of a chart by their names, and theirs. Helm
// loads them in any order (helm v3.22.0, pkg/chart/loader/load.go).
func sortSubCharts(c *chart.Chart) {
	sub := slices.Clone(c.Dependencies())
	slices.SortStableFunc(sub, func(a, b *chart.Chart) int {
		return cmp.Or(cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Metadata.Version, b.Metadata.Version))
	})
	c.SetDependencies(sub...)
	for _, d := range sub {
		sortSubCharts(d)
	}
}

// explainLoad says what to do about the commonest mistake: a folder that is no
// chart.
func explainLoad(path string, err error) error {
	if _, statErr := os.Stat(filepath.Join(path, "Chart.yaml")); errors.Is(statErr, os.ErrNotExist) {
		return fmt.Errorf("%s holds no Chart.yaml, so it is not a chart", path)
	}
	return err
}

const notesFile = "NOTES.txt"

// prepared returns a chart object of its own, for Helm changes the one it
// renders, with the dependencies that values enable. Notes may be left out.
func (c *Chart) prepared(values map[string]any, notes bool) (*chart.Chart, error) {
	if err := c.checkDependencies(); err != nil {
		return nil, err
	}
	loaded := ownCopy(c.loaded, notes)
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return nil, fmt.Errorf("dependencies: %w", err)
	}
	return loaded, nil
}

// ownCopy copies all of a chart that Helm changes when it works out the
// dependencies: values, the metadata and the tree of charts. Files are shared.
func ownCopy(c *chart.Chart, notes bool) *chart.Chart {
	out, metadata := *c, *c.Metadata
	metadata.Dependencies = slices.Clone(metadata.Dependencies)
	for i, d := range metadata.Dependencies {
		if d != nil {
			own := *d
			metadata.Dependencies[i] = &own
		}
	}
	out.Metadata = &metadata
	out.Values, _ = copyMaps(c.Values, map[uintptr]any{}).(map[string]any)
	if !notes {
		out.Templates = slices.DeleteFunc(slices.Clone(c.Templates), func(f *chart.File) bool { return strings.HasSuffix(f.Name, notesFile) })
	}
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, ownCopy(d, notes))
	}
	out.SetDependencies(dependencies...)
	return &out
}

// checkDependencies does what helm does before it renders (helm v3.22.0,
// pkg/action/package.go, CheckDependencies): every dependency of Chart.yaml
// must be in charts/, enabled or not.
func (c *Chart) checkDependencies() error {
	missing := strings.Join(c.lacks, ", ")
	switch {
	case missing == "":
		return nil
	case !c.folder:
		return fmt.Errorf("the archive lacks the dependencies %s of its Chart.yaml: give --dependency-build to fetch them", missing)
	}
	return fmt.Errorf("charts/ lacks the dependencies %s of Chart.yaml: run `helm dependency build %s` first, or give --dependency-build to do so on a copy", missing, c.path)
}

// missingDependencies are the names of dependencies that charts/ lacks.
func missingDependencies(loaded *chart.Chart) []string {
	present := dependenciesOf(loaded)
	var missing []string
	for _, d := range loaded.Metadata.Dependencies {
		if !present[d.Name] {
			missing = append(missing, d.Name)
		}
	}
	return missing
}
