package stateful_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func TestParseShard(t *testing.T) {
	for _, text := range []string{"1/1", "2/5"} {
		s, err := stateful.ParseShard(text)
		require.NoError(t, err)
		assert.Equal(t, text, s.String())
	}
	for _, text := range []string{"", "x", "1", "0/3", "4/3", "-1/3", "1/0", "1/2/3", "1/x", "/", "1,5/3"} {
		_, err := stateful.ParseShard(text)
		assert.ErrorContains(t, err, "is no shard: write I/N", text)
	}
}

func FuzzParseShard(f *testing.F) {
	f.Add("2/5")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := stateful.ParseShard(text); err == nil {
			assert.True(t, 1 <= s.Index && s.Index <= s.Count)
		}
	})
}

// pathsOf are the charts that a run looks at.
func pathsOf(t *testing.T, root string, o stateful.LintOptions, paths ...string) []string {
	t.Helper()
	r, err := stateful.Lint(t.Context(), paths, o)
	require.NoError(t, err)
	var out []string
	for _, c := range r.Charts {
		rel, err := filepath.Rel(root, c.Path)
		require.NoError(t, err)
		out = append(out, filepath.ToSlash(rel))
	}
	return out
}

func manyCharts(t *testing.T, names ...string) (root string) {
	t.Helper()
	root = t.TempDir()
	for _, name := range names {
		require.NoError(t, os.MkdirAll(filepath.Join(root, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name, "Chart.yaml"), []byte("apiVersion: v2\nname: x\nversion: 1.0.0\n"), 0o644))
	}
	return root
}

func TestShards(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "deep/k", "deep/l"}
	root, more := manyCharts(t, names...), manyCharts(t, append([]string{"new"}, names...)...)
	var union []string
	for i := 1; i <= 3; i++ {
		shard := stateful.Shard{Index: i, Count: 3}
		part := pathsOf(t, root, stateful.LintOptions{Shard: shard}, root)
		assert.NotEmpty(t, part)
		union = append(union, part...)
		// Another checkout, with one chart more: no other chart moves.
		later := slices.DeleteFunc(pathsOf(t, more, stateful.LintOptions{Shard: shard}, more), func(name string) bool { return name == "new" })
		assert.Equal(t, part, later)
	}
	slices.Sort(union)
	assert.Equal(t, slices.Sorted(slices.Values(names)), union, "each chart is in one shard")
}

func TestChartsComeOnceAndInOrder(t *testing.T) {
	root := manyCharts(t, "b", "a", "a-b", "deep/c")
	got := pathsOf(t, root, stateful.LintOptions{}, filepath.Join(root, "b"), filepath.Join(root, "deep"), root, filepath.Join(root, "a"))
	assert.Equal(t, []string{"a", "a-b", "b", "deep/c"}, got)
}
