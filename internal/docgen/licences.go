package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/helm-stateful/helm-stateful/internal/licences"
)

func listLicences(root string) (map[string]string, error) {
	modules, err := licences.Linked(root)
	if err != nil {
		return nil, err
	}
	return map[string]string{"docs/licences.md": licences.Markdown(modules)}, nil
}

// writeFrom writes a file that is made of the modules of the program at root.
func writeFrom(root, name string, write func(io.Writer, []licences.Module) error) error {
	modules, err := licences.Linked(root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f, modules), f.Close())
}
