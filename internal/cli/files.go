package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// checkFolder makes sure that a file can be made where its name says.
func checkFolder(name string) error {
	folder := filepath.Dir(name)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s", folder)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", folder)
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder", name)
	}
	return nil
}

// writeFile replaces a regular file in one step, behind links too; a device or a
// pipe is written to as it is.
func writeFile(name string, content []byte) (err error) {
	if real, linkErr := filepath.EvalSymlinks(name); linkErr == nil {
		name = real
	}
	if info, statErr := os.Stat(name); statErr == nil && !info.Mode().IsRegular() {
		return os.WriteFile(name, content, 0)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".helm-stateful-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// appendedFile is a file that what is written to it is appended to.
type appendedFile string

// Write implements io.Writer.
func (name appendedFile) Write(text []byte) (n int, err error) {
	f, err := os.OpenFile(string(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Write(text)
}
