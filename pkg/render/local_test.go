package render

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// tree writes files, and links where a text is "-> target", into a folder that
// is in no git work tree, and returns its real path.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, err := realPath(t.TempDir())
	require.NoError(t, err)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if target, ok := strings.CutPrefix(files[name], "-> "); ok {
			require.NoError(t, os.Symlink(strings.ReplaceAll(target, "$TREE", dir), path))
			continue
		}
		require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(files[name], "$TREE", dir)), 0o644))
	}
	return dir
}

// metadata is a Chart.yaml with dependencies written as name, version,
// repository and perhaps alias.
func metadata(name, version string, dependencies ...string) string {
	text := fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %s\n", name, version)
	if len(dependencies) > 0 {
		text += "dependencies:\n"
	}
	for _, d := range dependencies {
		part := strings.Fields(d)
		text += fmt.Sprintf("- {name: %s, version: %q, repository: %q, alias: %q}\n", part[0], part[1], part[2], append(part, "")[3])
	}
	return text
}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}\n"

// sources are the templates that a chart renders.
func sources(t *testing.T, c *Chart) []string {
	t.Helper()
	r, err := c.Renderer(Options{})
	require.NoError(t, err)
	out, err := r.Render(t.Context(), lifecycle.Inputs{Revision: 1})
	require.NoError(t, err)
	var found []string
	for _, d := range out.Stream.Documents {
		found = append(found, d.Source)
	}
	slices.Sort(found)
	return found
}

func TestFileDependencies(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		named string // below the tree
		want  []string
		err   string
	}{
		"sibling": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db ^1.0.0 file://../db"), "db/Chart.yaml": metadata("db", "1.4.0"), "db/templates/a.yaml": configMap},
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"its own dependency": {
			files: map[string]string{
				"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": metadata("db", "1.0.0", "store 0.1.0 file://../store"),
				"store/Chart.yaml": metadata("store", "0.1.0"), "store/templates/a.yaml": configMap,
			},
			want: []string{"app/charts/db/charts/store/templates/a.yaml"},
		},
		"two versions": {
			files: map[string]string{
				"app/Chart.yaml":      metadata("app", "1.0.0", "db 1.x file://../v1 one", "db 2.x file://../v2 two"),
				"v1/Chart.yaml":       metadata("db", "1.0.0"),
				"v1/templates/a.yaml": configMap, "v2/Chart.yaml": metadata("db", "2.0.0"), "v2/templates/b.yaml": configMap,
			},
			want: []string{"app/charts/one/templates/a.yaml", "app/charts/two/templates/b.yaml"},
		},
		"absolute": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://$TREE/db"), "db/Chart.yaml": metadata("db", "1.0.0"), "db/templates/a.yaml": configMap},
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"charts/ goes first, as helm template has it": {
			files: map[string]string{
				"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../nowhere"), "app/charts/db/Chart.yaml": metadata("db", "1.0.0"), "app/charts/db/templates/old.yaml": configMap,
			},
			want: []string{"app/charts/db/templates/old.yaml"},
		},
		"version ending in .tgz": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.0.0-a.tgz file://../db"), "db/Chart.yaml": metadata("db", "1.0.0-a.tgz"), "db/templates/a.yaml": configMap},
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"in the git work tree": {
			files: map[string]string{".git/HEAD": "", "a/b/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../../../db"), "db/Chart.yaml": metadata("db", "1.0.0"), "db/templates/a.yaml": configMap},
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"in the folder that was named": {
			files: map[string]string{"a/b/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../../../db"), "db/Chart.yaml": metadata("db", "1.0.0"), "db/templates/a.yaml": configMap},
			named: ".",
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"outside": {
			files: map[string]string{"a/b/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../../../db"), "db/Chart.yaml": metadata("db", "1.0.0")},
			err:   "$TREE/db; file:// dependencies are followed inside the git work tree, the folder of charts that is named, or $TREE/a/b, and no further",
		},
		"outside, through another": {
			files: map[string]string{
				"a/b/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "a/b/db/Chart.yaml": metadata("db", "1.0.0", "store 1.x file://../../../store"), "store/Chart.yaml": metadata("store", "1.0.0"),
			},
			err: "it leads to $TREE/store;",
		},
		"outside, through a link": {
			files: map[string]string{"a/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "a/db": "-> $TREE/db", "db/Chart.yaml": metadata("db", "1.0.0")},
			err:   "it leads to $TREE/db;",
		},
		"a link in it that leads out": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": metadata("db", "1.0.0"), "db/templates/a.yaml": "-> $TREE/secret", "secret": "a: b"},
			err:   "link templates/a.yaml: it leads to $TREE/secret; links are followed inside",
		},
		"a link in it that stays": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": metadata("db", "1.0.0"), "db/templates/a.yaml": "-> ../files/a.yaml", "db/files/a.yaml": configMap},
			want:  []string{"app/charts/db/templates/a.yaml"},
		},
		"a link to a chart beside": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0"), "app/charts/lib": "-> ../../lib", "lib/Chart.yaml": metadata("lib", "1.0.0"), "lib/templates/a.yaml": configMap},
			want:  []string{"app/charts/lib/templates/a.yaml"},
		},
		"a link to a file of a chart beside": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0"), "app/templates/a.yaml": "-> $TREE/lib/templates/a.yaml", "lib/Chart.yaml": metadata("lib", "1.0.0"), "lib/templates/a.yaml": configMap},
			want:  []string{"app/templates/a.yaml"},
		},
		"a link to a file beside": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0"), "app/templates/a.yaml": "-> $TREE/.ssh/key", ".ssh/key": configMap},
			err:   "link templates/a.yaml: it leads to $TREE/.ssh/key;",
		},
		"circle": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": metadata("db", "1.0.0", "app 1.x file://../app")},
			err:   "the dependencies go in a circle: $TREE/app → $TREE/db → $TREE/app",
		},
		"itself": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "app 1.x file://.")},
			err:   "the dependencies go in a circle: $TREE/app → $TREE/app",
		},
		"other version": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db ^2.0.0 file://../db"), "db/Chart.yaml": metadata("db", "1.4.0")},
			err:   `dependency db, file://../db in $TREE/app/Chart.yaml: the version wanted is "^2.0.0", the chart there is 1.4.0`,
		},
		"other name": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": metadata("store", "1.4.0")},
			err:   "the chart there is named store",
		},
		"no chart": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/passwd": ""},
			err:   "$TREE/db is not a chart's folder",
		},
		"nothing": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db")},
			err:   `there is no file or folder "$TREE/db"`,
		},
		"broken": {
			files: map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "db/Chart.yaml": "name: ["},
			err:   "dependency db, file://../db in $TREE/app/Chart.yaml: cannot load Chart.yaml",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, test.files)
			named := ""
			if test.named != "" {
				named = filepath.Join(dir, test.named)
			}
			c, err := LoadBelow(named, appIn(t, dir))
			if test.err != "" {
				require.ErrorContains(t, err, strings.ReplaceAll(test.err, "$TREE", dir))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, sources(t, c))
		})
	}
}

// appIn is the folder app somewhere below dir.
func appIn(t *testing.T, dir string) string {
	t.Helper()
	for _, pattern := range []string{"app", "*/app", "*/*/app"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		if len(found) == 1 {
			return found[0]
		}
	}
	t.Fatal("the test has no app")
	return ""
}

// TestALibrarysDependenciesAreNotRead: a library is not rendered, and a folder
// of charts goes on without it.
func TestALibrarysDependenciesAreNotRead(t *testing.T) {
	dir := tree(t, map[string]string{"app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../nowhere") + "type: library\n"})
	c, err := Load(filepath.Join(dir, "app"))
	require.NoError(t, err)
	assert.True(t, c.Library)
}

// TestDependenciesOfDependenciesAreBounded: each level takes the next one
// twice, which makes 2^30 charts of 31.
func TestDependenciesOfDependenciesAreBounded(t *testing.T) {
	files := map[string]string{}
	for level := range 30 {
		var both []string
		for _, side := range []string{"a", "b"} {
			both = append(both, fmt.Sprintf("%s%d 1.0.0 file://../%s%d", side, level+1, side, level+1))
		}
		for _, side := range []string{"a", "b"} {
			name := fmt.Sprintf("%s%d", side, level)
			files[name+"/Chart.yaml"] = metadata(name, "1.0.0", both...)
		}
	}
	for _, side := range []string{"a30", "b30"} {
		files[side+"/Chart.yaml"] = metadata(side, "1.0.0")
	}
	_, err := Load(filepath.Join(tree(t, files), "a0"))
	require.ErrorContains(t, err, "is larger than the 104857600 bytes that Helm allows")
}

// TestFoldersAreReadAsHelmReadsThem compares with Helm's own loader, on every
// chart of testdata and on a folder with what is easily done otherwise.
func TestFoldersAreReadAsHelmReadsThem(t *testing.T) {
	folders := []string{tree(t, map[string]string{
		"Chart.yaml": chartYAML, "values.yaml": "\uFEFFa: b\n", ".helmignore": "# what is left out\n*.bak\n/docs/\n.git/\nsecret-*\n",
		"a.bak": "x", "docs/a.md": "x", "sub/docs/a.md": "kept", ".git/HEAD": "x", "templates/.hidden": "x", "templates/_a.tpl": "x",
		"templates/linked.yaml": "-> ../files/a.yaml", "linked": "-> files", "files/a.yaml": "a: b", "files/b.bak": "x", "charts/db/Chart.yaml": metadata("db", "1.0.0"),
		"secret-link": "-> /etc/hostname",
	})}
	found, err := filepath.Glob("../../testdata/charts/*/Chart.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, file := range found {
		folders = append(folders, filepath.Dir(file))
	}
	for _, folder := range folders {
		want, err := loader.LoadDir(folder)
		require.NoError(t, err)
		real, err := realPath(folder)
		require.NoError(t, err)
		got, err := readFolder(real, reach{}, newBudget())
		require.NoError(t, err)
		require.Len(t, got, len(want.Raw), folder)
		for i, f := range want.Raw {
			assert.Equal(t, f.Name, got[i].Name)
			assert.Equal(t, string(f.Data), string(got[i].Data), f.Name)
		}
	}
}

func TestFoldersThatAreRefused(t *testing.T) {
	tests := map[string]struct {
		files map[string]string
		want  string
	}{
		"a link out":             {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/files/x": "-> $TREE/secret", "secret": "x"}, "link files/x: it leads to $TREE/secret; links are followed inside the git work tree, the folder of charts that is named, or a chart in $TREE/a, and no further"},
		"a link out, in a link":  {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/y": "-> x", "a/app/x/z": "-> $TREE/secret", "secret": "x"}, "z: it leads to $TREE/secret"},
		".helmignore leads out":  {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/.helmignore": "-> $TREE/secret", "secret": "**"}, "link .helmignore: it leads to $TREE/secret"},
		"a circle":               {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/x/y": "-> .."}, "link x/y: it leads back to $TREE/a/app, which it lies in"},
		"a link to nothing":      {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/x": "-> nowhere"}, "link x: "},
		"a file beyond all size": {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/x": strings.Repeat("x", 5<<20+1)}, "larger than the 5242880 bytes"},
		"a wrong .helmignore":    {map[string]string{"a/app/Chart.yaml": chartYAML, "a/app/.helmignore": "**"}, ".helmignore: double-star"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, test.files)
			_, err := Load(filepath.Join(dir, "a", "app"))
			require.ErrorContains(t, err, strings.ReplaceAll(test.want, "$TREE", dir))
		})
	}
}

// TestAnOlderRevisionKeepsItsNeighbours: what the work tree has built from its
// own folders is no part of an older revision.
func TestAnOlderRevisionKeepsItsNeighbours(t *testing.T) {
	dir := tree(t, map[string]string{
		"old/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "old/db/Chart.yaml": metadata("db", "1.0.0"), "old/db/templates/then.yaml": configMap,
		"new/app/Chart.yaml": metadata("app", "1.0.0", "db 1.x file://../db"), "new/app/charts/db/Chart.yaml": metadata("db", "1.0.0"), "new/app/charts/db/templates/now.yaml": configMap,
	})
	old := filepath.Join(dir, "old", "app")
	require.NoError(t, BorrowDependencies(old, filepath.Join(dir, "new", "app")))
	c, err := Load(old)
	require.NoError(t, err)
	assert.Equal(t, []string{"app/charts/db/templates/then.yaml"}, sources(t, c))
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "old", "db")))
	require.NoError(t, BorrowDependencies(old, filepath.Join(dir, "new", "app")))
	c, err = Load(old)
	require.NoError(t, err)
	assert.Equal(t, []string{"app/charts/db/templates/now.yaml"}, sources(t, c))
}
