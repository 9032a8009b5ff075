package gitrepo_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/gitrepo"
)

// repo is a git work tree to play with.
type repo struct {
	*testing.T
	dir string
}

func newRepo(t *testing.T) *repo {
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	r := &repo{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r *repo) git(args ...string) {
	r.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(r, err, "%s", out)
}

func (r *repo) write(name, text string) {
	r.Helper()
	name = filepath.Join(r.dir, name)
	require.NoError(r, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(r, os.WriteFile(name, []byte(text), 0o644))
}

func (r *repo) commit(files map[string]string) {
	r.Helper()
	for name, text := range files {
		r.write(name, text)
	}
	r.git("add", "--all")
	r.git("commit", "--quiet", "--allow-empty", "--message=x")
}

func (r *repo) open() *gitrepo.Repo {
	r.Helper()
	out, err := gitrepo.Open(r.Context(), r.dir)
	require.NoError(r, err)
	return out
}

// changed lists what differs from the merge base with a revision.
func (r *repo) changed(ref string) []string {
	r.Helper()
	opened := r.open()
	base, err := opened.MergeBase(r.Context(), ref)
	require.NoError(r, err)
	out, err := opened.Changed(r.Context(), base)
	require.NoError(r, err)
	return out
}

func TestChanged(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a/f": "1", "b/f": "1", "c/f": "1", "d/f": "1", "e/f": "1", ".gitignore": "ignored\n"})
	r.git("switch", "--quiet", "--create=topic")
	r.commit(map[string]string{"a/f": "2"})
	r.git("switch", "--quiet", "main")
	r.commit(map[string]string{"b/f": "2"}) // the other branch's own
	r.git("switch", "--quiet", "topic")
	assert.Equal(t, []string{"a/f"}, r.changed("main"))

	r.write("c/f", "2")
	r.write("d/f", "2")
	r.git("add", "d")
	require.NoError(t, os.Remove(filepath.Join(r.dir, "e/f")))
	r.write("new/ä b", "not added")
	r.write("new/ignored", "")
	r.write("new/charts/dep-1.0.0.tgz", "")
	r.write("new/Chart.lock", "")
	r.write("new/other.tgz", "")
	assert.Equal(t, []string{"a/f", "c/f", "d/f", "e/f", "new/other.tgz", "new/ä b"}, r.changed("main"))
}

func TestMoveCountsTwice(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a/f": "a text that git knows again"})
	r.git("mv", "a", "b")
	assert.Equal(t, []string{"a/f", "b/f"}, r.changed("main"))
}

func TestWhatGitCannotAnswer(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	r.git("switch", "--quiet", "--orphan=other")
	r.commit(map[string]string{"b": "1"})
	_, err := r.open().MergeBase(t.Context(), "nowhere")
	var asked *gitrepo.Error
	require.ErrorAs(t, err, &asked)
	assert.EqualError(t, err, `git knows no revision "nowhere": fetch it first, or name it as git branch --all does (origin/main)`)
	_, err = r.open().MergeBase(t.Context(), "--all")
	require.ErrorAs(t, err, &asked)
	_, err = r.open().MergeBase(t.Context(), "main")
	require.ErrorAs(t, err, &asked)
	assert.ErrorContains(t, err, "main and HEAD have no commit in common")

	_, err = gitrepo.Open(t.Context(), t.TempDir())
	require.ErrorAs(t, err, &asked)
	assert.ErrorContains(t, err, "is not in a git work tree: not a git repository")
	_, err = gitrepo.Open(t.Context(), filepath.Join(r.dir, "nowhere"))
	assert.ErrorContains(t, err, "there is no such file or folder")

	t.Setenv("PATH", t.TempDir())
	_, err = gitrepo.Open(t.Context(), r.dir)
	assert.ErrorContains(t, err, "there is no git on PATH")
}

func TestShallowClone(t *testing.T) {
	r := newRepo(t)
	r.commit(map[string]string{"a": "1"})
	r.git("branch", "old")
	r.commit(map[string]string{"a": "2"})
	clone := &repo{t, t.TempDir()}
	clone.git("clone", "--quiet", "--depth=1", "--no-single-branch", "file://"+r.dir, ".")
	for _, ref := range []string{"origin/old", "HEAD~1"} {
		_, err := clone.open().MergeBase(t.Context(), ref)
		assert.ErrorContains(t, err, "this clone is shallow; check out with all history (fetch-depth: 0", ref)
	}
}

func TestCancelled(t *testing.T) {
	r := newRepo(t)
	opened := r.open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := opened.Changed(ctx, "HEAD")
	require.ErrorIs(t, err, context.Canceled)
}

func TestRel(t *testing.T) {
	r := newRepo(t)
	r.write("charts/a/Chart.yaml", "")
	require.NoError(t, os.Symlink(r.dir, filepath.Join(t.TempDir(), "link")))
	opened := r.open()
	for path, want := range map[string]string{".": ".", "charts/a": "charts/a", "charts/a/Chart.yaml": "charts/a/Chart.yaml"} {
		got, err := opened.Rel(filepath.Join(r.dir, path))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := opened.Rel(t.TempDir())
	assert.ErrorContains(t, err, "is not in the git work tree")
}
