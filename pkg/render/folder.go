package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"
)

// folderReader reads the files of a chart folder as Helm's loader does (helm
// v3.22.0, pkg/chart/loader/directory.go): those that .helmignore leaves, links
// followed. Unlike Helm it follows links only as far as the reach goes, none in
// a circle, and holds a folder to the size that Helm allows an archive.
type folderReader struct {
	folder string // free of links
	reach  reach
	budget *budget
	rules  *ignore.Rules
	files  []*loader.BufferedFile
}

// readFolder reads the chart folder dir, which is a path free of links.
func readFolder(dir string, reach reach, budget *budget) ([]*loader.BufferedFile, error) {
	r := &folderReader{folder: dir, reach: reach, budget: budget}
	if err := r.readRules(); err != nil {
		return nil, err
	}
	if err := r.read(dir, "", nil); err != nil {
		return nil, err
	}
	return r.files, nil
}

func (r *folderReader) readRules() error {
	file := filepath.Join(r.folder, ignore.HelmIgnore)
	real, err := filepath.EvalSymlinks(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.rules = ignore.Empty()
	case err != nil:
		return err
	default:
		if err := r.reach.link(real, r.folder); err != nil {
			return fmt.Errorf("link %s: %w", ignore.HelmIgnore, err)
		}
		if err := checkRegular(real); err != nil {
			return err
		}
		if r.rules, err = ignore.ParseFile(real); err != nil {
			return fmt.Errorf("%s: %w", ignore.HelmIgnore, err)
		}
	}
	r.rules.AddDefaults()
	return nil
}

// read reads dir, which the chart knows by name. Inside are the folders that
// are being read.
func (r *folderReader) read(dir, name string, inside []string) error {
	if slices.Contains(inside, dir) {
		return fmt.Errorf("link %s: it leads back to %s, which it lies in", name, dir)
	}
	inside = append(inside[:len(inside):len(inside)], dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := r.entry(filepath.Join(dir, entry.Name()), path.Join(name, entry.Name()), inside); err != nil {
			return err
		}
	}
	return nil
}

func (r *folderReader) entry(file, name string, inside []string) error {
	real, err := file, error(nil)
	info, err := os.Lstat(file)
	if err != nil {
		return err
	}
	isLink := info.Mode()&fs.ModeSymlink != 0
	if isLink {
		real, err = filepath.EvalSymlinks(file)
		switch {
		case errors.Is(err, fs.ErrNotExist) && isProse(name):
			return nil
		case err != nil:
			return fmt.Errorf("link %s: %w", name, err)
		}
		if info, err = os.Lstat(real); err != nil {
			return fmt.Errorf("link %s: %w", name, err)
		}
	}
	if r.rules.Ignore(name, info) {
		return nil
	}
	if isLink {
		if err := r.reach.link(real, r.folder); err != nil {
			return fmt.Errorf("link %s: %w", name, err)
		}
	}
	if info.IsDir() {
		return r.read(real, name, inside)
	}
	data, err := readRegular(real)
	if err != nil {
		return err
	}
	f := &loader.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, utf8BOM)}
	r.files = append(r.files, f)
	return r.budget.spend(f)
}

// isProse reports whether a file beside Chart.yaml is for people alone. Where a
// chart's folder is taken out of its repository, links to such files lead
// nowhere; Helm refuses the chart, though it renders the same without them.
func isProse(name string) bool {
	if strings.Contains(name, "/") {
		return false
	}
	base := strings.ToUpper(strings.TrimSuffix(name, path.Ext(name)))
	return strings.EqualFold(path.Ext(name), ".md") || slices.Contains([]string{"README", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG", "OWNERS"}, base)
}

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

// budget is what a chart and all its file:// dependencies may still hold, in
// bytes.
type budget struct{ left int64 }

// perFile is counted for each file beside its content, so that a great number
// of empty files is bounded too.
const perFile = 4 << 10

func newBudget() *budget { return &budget{left: loader.MaxDecompressedChartSize} }

func (b *budget) spend(files ...*loader.BufferedFile) error {
	for _, f := range files {
		b.left -= int64(len(f.Data)) + perFile
	}
	if b.left < 0 {
		return fmt.Errorf("the chart, with its dependencies, is larger than the %d bytes that Helm allows", loader.MaxDecompressedChartSize)
	}
	return nil
}
