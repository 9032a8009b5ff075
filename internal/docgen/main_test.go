package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCommittedTextsAreFresh(t *testing.T) {
	require.NoError(t, run("../..", true, generate, listLicences))
}

func TestRun(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"testdata", "pkg"} {
		path, err := filepath.Abs("../../" + dir)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(path, filepath.Join(root, dir)))
	}
	readme := root + "/README.md"
	require.NoError(t, os.WriteFile(readme, []byte("a\n<!-- demo -->\nold\n<!-- /demo -->\nb\n<!-- rules -->\n<!-- /rules -->\nc\n"), 0o644))
	require.ErrorContains(t, run(root, true, generate), "README.md")
	require.NoError(t, run(root, false, generate))
	require.NoError(t, run(root, true, generate))
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	assert.Contains(t, string(text), "lookup-in-immutable-field")
	assert.NotContains(t, string(text), "\nold\n")

	leftover := root + "/docs/rules/no-such-rule.md"
	require.NoError(t, os.WriteFile(leftover, nil, 0o644))
	require.ErrorContains(t, run(root, true, generate), "no-such-rule.md")
	require.NoError(t, run(root, false, generate))
	assert.NoFileExists(t, leftover)

	require.NoError(t, os.WriteFile(readme, []byte("no marks"), 0o644))
	require.ErrorContains(t, run(root, true, generate), "the mark")
}
