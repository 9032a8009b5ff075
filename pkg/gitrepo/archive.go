package gitrepo

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Has reports whether a commit holds a file or folder; "." is there always.
func (r *Repo) Has(ctx context.Context, commit, name string) (bool, error) {
	if name == "." {
		return true, nil
	}
	out, err := r.git(ctx, "ls-tree", "-z", "--name-only", "--end-of-options", commit, "--", name)
	return len(out) > 0, err
}

// Extract writes a file or folder as it was at a commit below dir, under its
// path from the root.
func (r *Repo) Extract(ctx context.Context, commit, name, dir string) error {
	out, err := r.git(ctx, "archive", "--format=tar", commit, "--", name)
	if err != nil {
		return err
	}
	if err := unpack(bytes.NewReader(out), dir); err != nil {
		return fmt.Errorf("unpack %s of %s: %w", name, commit, err)
	}
	return nil
}

func unpack(r io.Reader, dir string) error {
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue // names the commit
		}
		if !filepath.IsLocal(filepath.FromSlash(h.Name)) {
			return fmt.Errorf("%s leaves the folder", h.Name)
		}
		if err := unpackEntry(archive, h, filepath.Join(dir, filepath.FromSlash(h.Name))); err != nil {
			return err
		}
	}
}

func unpackEntry(r io.Reader, h *tar.Header, name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		if outside(h.Name, h.Linkname) {
			return nil // as a link to nothing
		}
		if err := os.Symlink(h.Linkname, name); !errors.Is(err, os.ErrExist) {
			return err
		}
		return nil
	case tar.TypeReg:
		f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, r)
		return errors.Join(err, f.Close())
	}
	return nil
}

// outside reports whether a link leads out of the work tree.
func outside(name, target string) bool {
	return path.IsAbs(target) || !filepath.IsLocal(filepath.FromSlash(path.Join(path.Dir(name), target))) || strings.Contains(target, `\`)
}
