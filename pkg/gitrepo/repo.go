// Package gitrepo asks git about a work tree: what differs from another branch,
// and what files were like at a revision. It runs the user's own git, so that
// attributes, ignored files and credentials are as everywhere else.
package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Error is a question that git cannot answer: there is no work tree, or no such
// revision. It says what to do.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

// Repo is a git work tree.
type Repo struct {
	// Root is its folder, without symbolic links.
	Root string
}

// Open finds the work tree that a file or folder lies in.
func Open(ctx context.Context, path string) (*Repo, error) {
	dir := path
	if info, err := os.Stat(path); err != nil {
		return nil, &Error{fmt.Sprintf("%s is not in a git work tree: there is no such file or folder", path)}
	} else if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	out, err := run(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, &Error{"there is no git on PATH, which this needs"}
		}
		return nil, &Error{fmt.Sprintf("%s is not in a git work tree: %s", path, reason(err))}
	}
	root, err := filepath.EvalSymlinks(strings.TrimRight(string(out), "\r\n"))
	if err != nil {
		return nil, fmt.Errorf("find the git work tree of %s: %w", path, err)
	}
	return &Repo{Root: root}, nil
}

// Rel is a path within the work tree, relative to its root and with slashes;
// "." is the root itself.
func (r *Repo) Rel(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	rel, err := filepath.Rel(r.Root, abs)
	if err != nil {
		return "", err
	}
	if !filepath.IsLocal(rel) {
		return "", &Error{fmt.Sprintf("%s is not in the git work tree %s", path, r.Root)}
	}
	return filepath.ToSlash(rel), nil
}

// MergeBase is the commit at which HEAD and another revision parted, as
// chart-testing compares with it.
func (r *Repo) MergeBase(ctx context.Context, ref string) (string, error) {
	if _, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}"); err != nil {
		return "", &Error{fmt.Sprintf("git knows no revision %q%s", ref, r.shallow(ctx))}
	}
	out, err := r.git(ctx, "merge-base", "--", ref, "HEAD")
	if err != nil {
		return "", &Error{fmt.Sprintf("%s and HEAD have no commit in common%s", ref, r.shallow(ctx))}
	}
	return strings.TrimSpace(string(out)), nil
}

// shallow is advice for clones that lack most of their history, as CI makes
// them.
func (r *Repo) shallow(ctx context.Context) string {
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil || strings.TrimSpace(string(out)) != "true" {
		return ": fetch it first, or name it as git branch --all does (origin/main)"
	}
	return ": this clone is shallow; check out with all history (fetch-depth: 0 in GitHub Actions, GIT_DEPTH: 0 in GitLab, or git fetch --unshallow)"
}

func (r *Repo) git(ctx context.Context, args ...string) ([]byte, error) {
	return run(ctx, r.Root, args...)
}

// commandError is what git wrote to its standard error.
type commandError struct {
	args   []string
	stderr string
	err    error
}

func (e *commandError) Error() string {
	return fmt.Sprintf("git %s: %s", strings.Join(e.args, " "), reason(e))
}

func (e *commandError) Unwrap() error { return e.err }

func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "--literal-pathspecs"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &commandError{args: args, stderr: stderr.String(), err: err}
	}
	return out.Bytes(), nil
}

// reason is what git said, in one line.
func reason(err error) string {
	var command *commandError
	if errors.As(err, &command) {
		if text := strings.TrimPrefix(strings.TrimSpace(command.stderr), "fatal: "); text != "" {
			line, _, _ := strings.Cut(text, "\n")
			return line
		}
		return command.err.Error()
	}
	return err.Error()
}
