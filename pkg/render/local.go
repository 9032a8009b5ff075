package render

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
)

const fileScheme = "file://"

// folderEnd is the end of the name that a file:// dependency has in charts/.
// Neither .tgz nor a leading dot: those mean something to the loader.
const folderEnd = ".folder"

// localFolder is a chart folder whose dependencies of the kind file:// stand in
// charts/ as if helm dependency build had run there.
type localFolder struct {
	path   string // as messages name it
	real   string // free of links
	own    []*loader.BufferedFile
	files  []*loader.BufferedFile // own, and those of the dependencies
	loaded *chart.Chart
	// lacks are the dependencies that charts/ does not hold of itself.
	lacks []string
}

// localResolver reads chart folders and the folders that their file://
// dependencies name.
type localResolver struct {
	reach  reach
	budget *budget
	// all reads also the folders of dependencies that charts/ holds already.
	all   bool
	known map[string]*localFolder // by real
	order []*localFolder          // each after those that it depends on
}

func newLocalResolver(real, named string) (*localResolver, error) {
	r, err := reachOf(real, named)
	if err != nil {
		return nil, err
	}
	return &localResolver{reach: r, budget: newBudget(), known: map[string]*localFolder{}}, nil
}

// folder reads one chart folder; inside are those that depend on it.
func (r *localResolver) folder(path, real string, inside []string) (*localFolder, error) {
	if f := r.known[real]; f != nil {
		return f, nil
	}
	files, err := readFolder(real, r.reach, r.budget)
	if err != nil {
		return nil, explainLoad(path, err)
	}
	f := &localFolder{path: path, real: real, own: files, files: files}
	if f.loaded, err = loader.LoadFiles(files); err != nil {
		return nil, explainLoad(path, err)
	}
	present := dependenciesOf(f.loaded)
	inside = append(inside[:len(inside):len(inside)], real)
	added := map[string][]*loader.BufferedFile{}
	for _, d := range f.loaded.Metadata.Dependencies {
		lacking := !present[d.Name]
		if lacking {
			f.lacks = append(f.lacks, d.Name)
		}
		// A library is not rendered itself: what it lacks is of no account.
		if !strings.HasPrefix(d.Repository, fileScheme) || (!lacking && !r.all) || (isLibrary(f.loaded) && len(inside) == 1) {
			continue
		}
		sub, err := r.dependency(f, d, inside)
		if err != nil {
			return nil, fmt.Errorf("dependency %s, %s in %s: %w", d.Name, d.Repository, filepath.Join(path, "Chart.yaml"), err)
		}
		if lacking {
			added[fmt.Sprintf("charts/%s-%s%s/", d.Name, sub.loaded.Metadata.Version, folderEnd)] = sub.files
		}
	}
	if err := r.add(f, added); err != nil {
		return nil, err
	}
	r.known[real] = f
	r.order = append(r.order, f)
	return f, nil
}

// dependency reads the folder of one file:// dependency, under the conditions
// of helm dependency build (helm v3.22.0, pkg/downloader/manager.go,
// tarFromLocalDir): a chart folder, of a version that the constraint allows.
func (r *localResolver) dependency(of *localFolder, d *chart.Dependency, inside []string) (*localFolder, error) {
	path := localPath(of.path, d.Repository)
	real, err := realPath(path)
	if err != nil {
		return nil, err
	}
	if err := r.reach.chart(real); err != nil {
		return nil, err
	}
	if slices.Contains(inside, real) {
		return nil, fmt.Errorf("the dependencies go in a circle: %s", strings.Join(append(inside, real), " → "))
	}
	if info, err := os.Stat(real); err != nil || !info.IsDir() || !isChart(real) {
		return nil, fmt.Errorf("%s is not a chart's folder", path)
	}
	sub, err := r.folder(path, real, inside)
	if err != nil {
		return nil, err
	}
	switch metadata := sub.loaded.Metadata; {
	case metadata.Name != d.Name:
		return nil, fmt.Errorf("the chart there is named %s", metadata.Name)
	case !chartutil.IsCompatibleRange(d.Version, metadata.Version):
		return nil, fmt.Errorf("the version wanted is %q, the chart there is %s", d.Version, metadata.Version)
	}
	return sub, nil
}

// localPath is the folder that a repository of the kind file:// names for the
// chart in dir (helm v3.22.0, internal/resolver/resolver.go, GetLocalPath).
func localPath(dir, repository string) string {
	path := strings.TrimPrefix(repository, fileScheme)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// add puts dependencies, by the folder that each gets, into charts/.
func (r *localResolver) add(f *localFolder, added map[string][]*loader.BufferedFile) (err error) {
	if len(added) == 0 {
		return nil
	}
	f.files = slices.Clone(f.own)
	for _, prefix := range slices.Sorted(maps.Keys(added)) {
		if err := r.budget.spend(added[prefix]...); err != nil {
			return err
		}
		for _, file := range added[prefix] {
			f.files = append(f.files, &loader.BufferedFile{Name: prefix + file.Name, Data: file.Data})
		}
	}
	f.loaded, err = loader.LoadFiles(f.files)
	return err
}

// dependenciesOf are the names of the charts in charts/.
func dependenciesOf(c *chart.Chart) map[string]bool {
	names := map[string]bool{}
	for _, d := range c.Dependencies() {
		names[d.Metadata.Name] = true
	}
	return names
}

func isLibrary(c *chart.Chart) bool { return strings.EqualFold(c.Metadata.Type, "library") }
