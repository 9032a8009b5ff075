package stateful

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/gitrepo"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// changedTargets are the targets that differ from the merge base of HEAD and a
// revision, or depend on a chart that does.
func changedTargets(ctx context.Context, targets []target, ref string) ([]target, error) {
	byRoot := map[string]*changeset{}
	var out []target
	for _, t := range targets {
		repo, err := gitrepo.Open(ctx, t.path)
		if err != nil {
			return nil, err
		}
		if byRoot[repo.Root] == nil {
			if byRoot[repo.Root], err = changesSince(ctx, repo, ref); err != nil {
				return nil, err
			}
		}
		if byRoot[repo.Root].touches(t.path) {
			out = append(out, t)
		}
	}
	return out, nil
}

// changeset is what differs in one git work tree.
type changeset struct {
	repo  *gitrepo.Repo
	files []string
	// libraries are the names of the library charts that differ.
	libraries map[string]bool
}

func changesSince(ctx context.Context, repo *gitrepo.Repo, ref string) (*changeset, error) {
	base, err := repo.MergeBase(ctx, ref)
	if err != nil {
		return nil, err
	}
	files, err := repo.Changed(ctx, base)
	if err != nil {
		return nil, err
	}
	c := &changeset{repo: repo, files: files, libraries: map[string]bool{}}
	c.findLibraries()
	return c, nil
}

// findLibraries looks for library charts above the files that differ.
func (c *changeset) findLibraries() {
	seen := map[string]bool{}
	for _, name := range c.files {
		for dir := path.Dir(name); !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			n, err := render.NeighboursOf(filepath.Join(c.repo.Root, filepath.FromSlash(dir)))
			if err == nil && n.Library {
				c.libraries[n.Name] = true
			}
		}
	}
}

// touches reports whether a chart, or anything that it takes from its work
// tree, differs: charts that it names by file:// and what links lead to,
// through any number of them, and library charts of the same work tree by
// their names, wherever they are fetched from.
func (c *changeset) touches(path string) bool { return c.search(path, map[string]bool{}) }

func (c *changeset) search(path string, seen map[string]bool) bool {
	rel, err := c.repo.Rel(path)
	if err != nil || seen[rel] {
		return false // outside, or nothing there: whoever loads the chart says so
	}
	seen[rel] = true
	if c.holds(rel) {
		return true
	}
	neighbours, err := render.NeighboursOf(path)
	if err != nil {
		return false // no chart's folder
	}
	return slices.ContainsFunc(neighbours.Fetched, func(name string) bool { return c.libraries[name] }) ||
		slices.ContainsFunc(neighbours.Folders, func(folder string) bool { return c.search(folder, seen) })
}

func (c *changeset) holds(rel string) bool {
	return slices.ContainsFunc(c.files, func(name string) bool {
		return rel == "." || name == rel || strings.HasPrefix(name, rel+"/")
	})
}
