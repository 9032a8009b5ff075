package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Name is the name of a configuration file.
const Name = ".helm-stateful.yaml"

// Find returns the configuration file of a chart: the nearest one upward from
// the chart's folder, or from the folder that an archive lies in. It looks no
// higher than the root of the git work tree that the chart lies in; outside of
// one, no higher than the root of the file system. It returns "" when there is
// none. A chart that is no path of this machine has that of the current folder.
func Find(chart string) (string, error) {
	dir, err := startOf(chart)
	if err != nil {
		return "", err
	}
	for {
		file := filepath.Join(dir, Name)
		switch info, err := os.Stat(file); {
		case err == nil && info.Mode().IsRegular():
			return file, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		if misnamed := strings.TrimSuffix(file, ".yaml") + ".yml"; exists(misnamed) {
			return "", fmt.Errorf("%s is not read: call it %s", misnamed, Name)
		}
		// In a linked work tree or a submodule, .git is a file.
		if exists(filepath.Join(dir, ".git")) {
			return "", nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", nil
		}
		dir = parent
	}
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// startOf is the folder, without links, from which to look upward.
func startOf(chart string) (string, error) {
	dir := chart
	switch info, err := os.Stat(chart); {
	case err != nil:
		dir = "."
	case !info.IsDir():
		dir = filepath.Dir(chart)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}
