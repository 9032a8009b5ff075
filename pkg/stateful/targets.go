package stateful

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// target is one chart to lint. A library chart among those that were found is
// left out; one that was named is an error.
type target struct {
	path  string
	found bool
	// below is the folder that was named, for a chart that was found in it.
	below string
	// key places the chart in a shard. It is the same wherever the repository
	// is checked out.
	key string
}

// targetsOf finds the charts to lint, each once and in the order of their
// paths, which is the order of the report.
func targetsOf(ctx context.Context, paths []string, o LintOptions) ([]target, error) {
	var out []target
	for _, path := range paths {
		found, err := targetsBelow(path)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b target) int { return report.ComparePaths(a.path, b.path) })
	out = slices.CompactFunc(out, func(a, b target) bool { return a.path == b.path })
	out = slices.DeleteFunc(out, func(t target) bool { return !o.Shard.holds(t.key) })
	if o.ChangedSince == "" {
		return out, nil
	}
	return changedTargets(ctx, out, o.ChangedSince)
}

// partial reports whether a run leaves out charts that it was named.
func (o LintOptions) partial() bool { return o.Shard.Count > 0 || o.ChangedSince != "" }

func targetsBelow(path string) ([]target, error) {
	charts, found, err := render.Discover(path)
	if err != nil {
		return nil, err
	}
	if !found {
		return []target{{path: path, key: baseName(path)}}, nil
	}
	var out []target
	for _, chart := range charts {
		key, err := filepath.Rel(path, chart)
		if err != nil {
			return nil, err
		}
		out = append(out, target{path: chart, found: true, below: path, key: filepath.ToSlash(key)})
	}
	return out, nil
}

// baseName is a path's last part; that of . is the folder's name.
func baseName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return filepath.Base(path)
}
