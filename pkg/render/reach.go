package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reach is how far the content of a chart may lead, for a chart is untrusted:
// its symbolic links, and the file:// dependencies of its Chart.yaml. All paths
// are free of links.
type reach struct {
	roots  []string // the git work tree, and the folder of charts that was named
	beside string   // the folder that the chart lies in
}

// reachOf is the reach of a chart in the folder dir, found below the folder
// named, if any. The file system's root bounds nothing and is left out.
func reachOf(dir, named string) (reach, error) {
	r := reach{beside: filepath.Dir(dir)}
	if tree, ok := workTree(dir); ok {
		r.roots = append(r.roots, tree)
	}
	if named != "" {
		folder, err := realPath(named)
		if err != nil {
			return reach{}, err
		}
		r.roots = append(r.roots, folder)
	}
	r.roots = slices.DeleteFunc(r.roots, isFileSystemRoot)
	return r, nil
}

// link checks the end of a symbolic link that lies in the chart folder.
func (r reach) link(end, folder string) error {
	if within(end, append(slices.Clone(r.roots), folder)) || r.inChartBeside(end) {
		return nil
	}
	return fmt.Errorf("it leads to %s; %s", end, r.bound("links", "a chart in "+r.beside))
}

// inChartBeside reports whether a file lies in a chart beside the one that was
// named. Other files there, such as those of a home folder, are not a chart's.
func (r reach) inChartBeside(file string) bool {
	if isFileSystemRoot(r.beside) || !within(file, []string{r.beside}) {
		return false
	}
	for dir := file; dir != r.beside; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "Chart.yaml")); err == nil {
			return true
		}
	}
	return false
}

// chart checks a folder that a file:// dependency names.
func (r reach) chart(dir string) error {
	allowed := slices.Clone(r.roots)
	if !isFileSystemRoot(r.beside) {
		allowed = append(allowed, r.beside)
	}
	if within(dir, allowed) {
		return nil
	}
	return fmt.Errorf("it leads to %s; %s", dir, r.bound("file:// dependencies", r.beside))
}

func (r reach) bound(what, last string) string {
	return fmt.Sprintf("%s are followed inside the git work tree, the folder of charts that is named, or %s, and no further", what, last)
}

// workTree is the git work tree that holds dir.
func workTree(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, true
		}
		if isFileSystemRoot(dir) {
			return "", false
		}
		dir = filepath.Dir(dir)
	}
}

func isFileSystemRoot(dir string) bool { return filepath.Dir(dir) == dir }

// within reports whether path is one of the folders or below one.
func within(path string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		rel, err := filepath.Rel(folder, path)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	})
}

// realPath is the absolute path of a file, free of symbolic links.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no file or folder %q", path)
	}
	return real, err
}
