package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Discover returns the folders of the charts below a folder that is no chart
// itself, in the order of their paths. What is inside of a chart is not looked
// at: its sub charts are linted with it. For anything else found is false.
func Discover(root string) (charts []string, found bool, err error) {
	info, err := os.Stat(root)
	if err != nil || !info.IsDir() || isChart(root) {
		return nil, false, nil // Load knows what to say
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case isChart(path):
			charts = append(charts, path)
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		return nil, false, fmt.Errorf("look for charts below %s: %w", root, err)
	}
	return charts, len(charts) > 0, nil
}

func isChart(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "Chart.yaml"))
	return !errors.Is(err, fs.ErrNotExist)
}
