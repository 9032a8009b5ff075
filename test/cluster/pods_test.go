package cluster_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// TestRetry lets the hook of an upgrade fail and tries again, as the chart is
// and mended.
func TestRetry(t *testing.T) {
	const chart = "hook-blocks-retry"
	for _, h := range helms() {
		for _, m := range []mending{{}, {fixes: chart}, {fixes: chart, later: true}} {
			t.Run(h.name+m.String(), func(t *testing.T) {
				t.Parallel()
				namespace := newNamespace(t)
				u := newUser(t, h, namespace)
				mend := m.args(u, h)
				upgrade := append([]string{"upgrade", releaseName, chartPath(chart), "--timeout", "60s"}, mend...)
				install := append([]string{"install", releaseName, chartPath(chart), "--timeout", "60s"}, h.flags...)
				if !m.later {
					install = append(install, mend...)
				}
				result := u.run(install...)
				require.False(t, result.failed, result.output)

				server.SetPods(namespace, harness.Fail)
				assert.True(t, u.run(upgrade...).failed, "the hook has failed")
				server.SetPods(namespace, harness.Run)
				result = u.run(upgrade...)
				steps.Add(3)
				// Helm 4 applies hooks server-side over what is there, and the Job
				// that has failed stays as it is; Helm 3 mends no hooks.
				mended := m.fixes != "" && h.major == "4"
				assert.Equal(t, !mended, result.failed, result.output)
				if h.mode == lifecycle.ClientSide && !mended {
					assert.Contains(t, result.output, fmt.Sprintf(`jobs.batch "%s-tickets-migrate" already exists`, releaseName))
				}
			})
		}
	}
}

// TestRollout upgrades a Deployment whose pods cannot share their volume.
func TestRollout(t *testing.T) {
	const chart = "rolling-update-on-exclusive-claim"
	for _, h := range helms() {
		for _, m := range []mending{{}, {fixes: chart}, {fixes: chart, later: true}} {
			t.Run(h.name+m.String(), func(t *testing.T) {
				t.Parallel()
				namespace := newNamespace(t)
				server.SetPods(namespace, harness.Apart)
				u := newUser(t, h, namespace)
				w := watcher{t: t, namespace: namespace}
				next, values := nextVersion(t, chartPath(chart), life{chart: chartCase{folder: chartPath(chart)}, helm: h}.imagined(t).renderer)
				mend := m.args(u, h)
				install := append([]string{"install", releaseName, chartPath(chart)}, h.flags...)
				if !m.later {
					install = append(install, mend...)
				}
				result := u.run(install...)
				require.False(t, result.failed, result.output)
				w.awaitPods("the first pod to run", map[string]int{"Running": 1})
				result = u.run(append([]string{"upgrade", releaseName, next, "--values", values}, mend...)...)
				require.False(t, result.failed, result.output)
				steps.Add(2)
				if m.fixes == "" {
					// The new pod waits for the old one, and that for the new one.
					w.awaitPods("the new pod to wait for the old one's volume", map[string]int{"Running": 1, "Pending": 1})
					return
				}
				w.awaitRollout()
				w.awaitPods("the new pod to run alone", map[string]int{"Running": 1})
			})
		}
	}
}

// awaitPods waits until the namespace has so many pods in each phase.
func (w watcher) awaitPods(what string, phases map[string]int) {
	w.t.Helper()
	require.NoError(w.t, harness.Await(w.t.Context(), what, patience, func(context.Context) (bool, error) {
		seen := map[string]int{}
		for _, pod := range w.list("v1", "Pod") {
			seen[manifest.StringAt(pod.Object, "status", "phase")]++
		}
		return assert.ObjectsAreEqual(phases, seen), nil
	}))
}

// awaitRollout waits until the Deployments have nothing but new pods that are
// available.
func (w watcher) awaitRollout() {
	w.t.Helper()
	require.NoError(w.t, harness.Await(w.t.Context(), "the rollout", patience, func(context.Context) (bool, error) {
		for _, d := range w.list("apps/v1", "Deployment") {
			want, _ := manifest.IntAt(d.Object, "spec", "replicas")
			observed, _ := manifest.IntAt(d.Object, "status", "observedGeneration")
			for _, field := range []string{"replicas", "updatedReplicas", "availableReplicas"} {
				if n, _ := manifest.IntAt(d.Object, "status", field); n != want || observed != d.GetGeneration() {
					return false, nil
				}
			}
		}
		return true, nil
	}))
}

// TestReclaim deletes by hand the claims that an uninstall has left, of a chart
// that brings its own class.
func TestReclaim(t *testing.T) {
	const chart = "storage-reclaimed"
	for _, h := range helms() {
		for _, m := range []mending{{}, {fixes: chart}} {
			t.Run(h.name+m.String(), func(t *testing.T) {
				namespace := newNamespace(t) // one after the other: the chart has a class
				i := life{chart: chartCase{folder: chartPath(chart)}, helm: h, m: m}.rehearsed(t, lifecycle.Release{Name: releaseName, Namespace: namespace})
				w := watcher{t: t, play: i.Play, namespace: namespace}
				defer w.cleanUp()
				u := newUser(t, h, namespace)
				install := append([]string{"install", releaseName, chartPath(chart)}, h.flags...)
				result := u.run(append(install, m.args(u, h)...)...)
				require.False(t, result.failed, result.output)
				w.awaitClaims()
				claims := w.list("v1", "PersistentVolumeClaim")
				require.NotEmpty(t, claims)
				result = u.run("uninstall", releaseName)
				require.False(t, result.failed, result.output)
				steps.Add(2)
				for _, claim := range claims {
					claim.SetAPIVersion("v1")
					claim.SetKind("PersistentVolumeClaim")
					volume := map[string]any{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": map[string]any{"name": manifest.StringAt(claim.Object, "spec", "volumeName")}}
					real{t}.remove(claim.Object)
					want := ""
					if m.fixes != "" {
						want = "Released"
					}
					real{t}.await("the volume to be "+want, func(context.Context) (bool, error) {
						return manifest.StringAt(real{t}.get(volume), "status", "phase") == want, nil
					})
					real{t}.remove(volume)
				}
			})
		}
	}
}
