package stateful

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/helm-stateful/helm-stateful/pkg/gitrepo"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// CompareAgainst compares a chart in a git work tree with what it was where
// HEAD parted from a git revision: at their merge base, as chart-testing does.
// The report on a chart that was not there says so in a note.
func CompareAgainst(ctx context.Context, ref, path string, o LintOptions) (*report.Report, error) {
	old, err := checkout(ctx, ref, path)
	if err != nil {
		return nil, err
	}
	if old == nil {
		chart, err := o.Fetcher.Load(ctx, "", path)
		if err != nil {
			return nil, err
		}
		return report.New([]report.Chart{{Chart: chart.Name, Version: chart.Version, Path: path, Note: newChart}}, nil), nil
	}
	defer old.remove()
	return compare(ctx, old.version(), named(path), o)
}

const newChart = "a new chart: there is no older version to compare it with"

// compareAgainst are the findings about a chart's upgrade from what it was at
// the merge base, and a note where there is nothing to say about it.
func compareAgainst(ctx context.Context, ref string, next *render.Chart, path string, o LintOptions) ([]lint.Finding, string, error) {
	old, err := checkout(ctx, ref, path)
	if err != nil {
		return nil, "", err
	}
	if old == nil {
		return nil, newChart, nil
	}
	defer old.remove()
	unable := func(err error) string { return fmt.Sprintf("not compared with %s: %s", old.version().name, err) }
	c := &comparer{next: next, path: path, options: o, upgrades: placer{}}
	if c.old, err = o.Fetcher.Load(ctx, old.root, old.path); err != nil {
		return nil, unable(err), nil
	}
	if err := c.play(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, "", context.Cause(ctx)
		}
		return nil, unable(err), nil
	}
	findings, err := c.played(ctx)
	return findings, c.note(), err
}

// checkedOut is a chart as it was at a commit, in a temporary folder.
type checkedOut struct {
	// root is the work tree's folder, path the chart's.
	root, path string
	commit     string
}

func (c *checkedOut) remove() { _ = os.RemoveAll(c.root) }

func (c *checkedOut) version() version {
	return version{path: c.path, name: "commit " + c.commit[:10], below: c.root}
}

// checkout writes a chart as it was, with the charts that it takes from its
// work tree. Dependencies that git does not know are those of the work tree,
// if the chart asked for the same. It returns nil for a chart that was not
// there.
func checkout(ctx context.Context, ref, path string) (old *checkedOut, err error) {
	repo, err := gitrepo.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	commit, err := repo.MergeBase(ctx, ref)
	if err != nil {
		return nil, err
	}
	rel, err := repo.Rel(path)
	if err != nil {
		return nil, err
	}
	if found, err := repo.Has(ctx, commit, filepath.ToSlash(filepath.Join(rel, "Chart.yaml"))); err != nil {
		return nil, err
	} else if !found {
		return nil, nil
	}
	out := &checkedOut{commit: commit}
	if out.root, err = os.MkdirTemp("", "helm-stateful-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			out.remove()
		}
	}()
	if out.root, err = filepath.EvalSymlinks(out.root); err != nil {
		return nil, err
	}
	out.path = filepath.Join(out.root, filepath.FromSlash(rel))
	if err := extract(ctx, repo, commit, rel, out.root, map[string]bool{}); err != nil {
		return nil, err
	}
	if err := render.BorrowDependencies(out.path, path); err != nil {
		return nil, fmt.Errorf("dependencies of the old version: %w", err)
	}
	return out, nil
}

// extract writes a folder of a commit, and what a chart in it takes from
// outside, through any number of them.
func extract(ctx context.Context, repo *gitrepo.Repo, commit, rel, root string, done map[string]bool) error {
	if done[rel] {
		return nil
	}
	done[rel] = true
	if found, err := repo.Has(ctx, commit, rel); err != nil || !found {
		return err
	}
	if err := repo.Extract(ctx, commit, rel, root); err != nil {
		return err
	}
	neighbours, err := render.NeighboursOf(filepath.Join(root, filepath.FromSlash(rel)))
	if err != nil {
		return nil // no chart: whoever loads it says why
	}
	for _, folder := range neighbours.Folders {
		next, err := filepath.Rel(root, folder)
		if err != nil || !filepath.IsLocal(next) {
			continue // outside of the work tree
		}
		if err := extract(ctx, repo, commit, filepath.ToSlash(next), root, done); err != nil {
			return err
		}
	}
	return nil
}
