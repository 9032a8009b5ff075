package cluster_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestTwoVersions upgrades from the old to the new version of each chart under
// testdata/compare, and back.
func TestTwoVersions(t *testing.T) {
	root := filepath.Join(repository, "testdata", "compare")
	entries, err := os.ReadDir(root)
	require.NoError(t, err)
	for _, e := range entries {
		for _, h := range helms() {
			t.Run(e.Name()+"/"+h.name, func(t *testing.T) {
				t.Parallel()
				before, after := chartCase{folder: filepath.Join(root, e.Name(), "old")}, chartCase{folder: filepath.Join(root, e.Name(), "new")}
				testTwoVersions(t, before, after, h)
			})
		}
	}
}

func testTwoVersions(t *testing.T, before, after chartCase, h helm) {
	release := lifecycle.Release{Name: releaseName, Namespace: newNamespace(t)}
	rehearsal, err := lifecycle.Compare(t.Context(), before.renderer(t), after.renderer(t), cluster.New(), release)
	require.NoError(t, err)
	var play *lifecycle.Play
	for _, p := range rehearsal.Plays {
		if p.Mode == h.mode {
			play = p
		}
	}
	require.NotNil(t, play)
	u := newUser(t, h, release.Namespace)
	w := watcher{t: t, play: play, namespace: release.Namespace}
	defer w.cleanUp()
	var claims map[string]string
	for _, step := range []struct {
		name lifecycle.Step
		args []string
	}{
		{lifecycle.Install, append(before.args("install", releaseName, before.folder), h.flags...)},
		{lifecycle.Upgrade, after.args("upgrade", releaseName, after.folder)},
		{lifecycle.Rollback, []string{"rollback", releaseName, "1"}},
	} {
		predicted := refusals(play, step.name)
		result, now := w.patiently(u, step.name, append(step.args, "--timeout", "60s")...)
		steps.Add(1)
		assert.Equal(t, len(predicted) > 0, result.failed, "%s: predicted %q, but Helm said %s", step.name, predicted, result.output)
		assert.True(t, !result.failed || mentions(result.output, predicted), "%s: predicted %q, but Helm said %s", step.name, predicted, result.output)
		assert.Equal(t, deletedClaims(play, step.name, claims), replaced(claims, now), "claims that %s deletes", step.name)
		claims = now
	}
}
