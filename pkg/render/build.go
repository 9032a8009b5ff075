package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
)

// withDependencies returns c with the dependencies that it lacks, fetched by
// helm dependency build on a copy of the chart and of the folders that its
// file:// dependencies name. The folders themselves are left alone.
func (f *Fetcher) withDependencies(ctx context.Context, named string, c *Chart) (built *Chart, err error) {
	if len(c.lacks) == 0 {
		return c, nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("helm dependency build for %s: %w", c.path, err)
		}
	}()
	folders, err := c.folders(named)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "helm-stateful-dependencies-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = realPath(dir); err != nil {
		return nil, err
	}
	above := commonFolder(folders)
	var copied string
	f.building.Lock()
	defer f.building.Unlock()
	for _, folder := range folders {
		rel, err := filepath.Rel(above, folder.real)
		if err != nil {
			return nil, err
		}
		copied = filepath.Join(dir, "charts", rel)
		if err := writeFiles(copied, folder.own); err != nil {
			return nil, err
		}
		if len(folder.lacks) == 0 {
			continue
		}
		if err := f.run(ctx, "dependency", "build", copied); err != nil {
			return nil, errors.New(strings.ReplaceAll(err.Error(), copied, folder.path))
		}
	}
	if built, err = LoadBelow(dir, copied); err != nil {
		return nil, err
	}
	built.path = c.path
	return built, nil
}

// folders are the chart's folder and those of all its file:// dependencies,
// each after those that it depends on, the chart last.
func (c *Chart) folders(named string) ([]*localFolder, error) {
	if !c.folder {
		return []*localFolder{{path: c.path, real: string(filepath.Separator) + c.Name, own: c.files, lacks: c.lacks}}, nil
	}
	real, err := realPath(c.path)
	if err != nil {
		return nil, err
	}
	resolver, err := newLocalResolver(real, named)
	if err != nil {
		return nil, err
	}
	resolver.all = true
	if _, err := resolver.folder(c.path, real, nil); err != nil {
		return nil, err
	}
	return resolver.order, nil
}

// commonFolder is the folder that all the folders lie in.
func commonFolder(folders []*localFolder) string {
	above := filepath.Dir(folders[0].real)
	for _, f := range folders {
		for !within(f.real, []string{above}) || f.real == above {
			above = filepath.Dir(above)
		}
	}
	return above
}

// writeFiles writes a chart's files below dir. No name leads out of it.
func writeFiles(dir string, files []*loader.BufferedFile) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	for _, f := range files {
		name := filepath.FromSlash(f.Name)
		if err := root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(name, f.Data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
