package cluster_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// TestAutoscaled upgrades a StatefulSet whose replicas an autoscaler has changed.
func TestAutoscaled(t *testing.T) {
	const chart = "replicas-reset-on-upgrade"
	for _, h := range helms() {
		for _, m := range []mending{{}, {fixes: chart}} {
			t.Run(h.name+m.String(), func(t *testing.T) {
				t.Parallel()
				namespace := newNamespace(t)
				u := newUser(t, h, namespace)
				w := watcher{t: t, namespace: namespace}
				same := append([]string{releaseName, chartPath(chart), "--set", "autoscaling.minReplicas=3"}, m.args(u, h)...)
				result := u.run(append(append([]string{"install"}, same...), h.flags...)...)
				require.False(t, result.failed, result.output)
				require.NoError(t, harness.Await(t.Context(), "the autoscaler to scale up", patience, func(context.Context) (bool, error) {
					n, _ := manifest.IntAt(w.list("apps/v1", "StatefulSet")[0].Object, "spec", "replicas")
					return n == 3, nil
				}))
				before := w.list("apps/v1", "StatefulSet")[0].GetGeneration()
				result = u.run(append([]string{"upgrade"}, same...)...)
				steps.Add(2)
				after := w.list("apps/v1", "StatefulSet")[0].GetGeneration()
				switch {
				case m.fixes != "":
					require.False(t, result.failed, result.output)
					assert.Equal(t, before, after, "the upgrade leaves the autoscaler's number alone")
				case h.mode == lifecycle.ServerSide:
					assert.True(t, result.failed)
					assert.Contains(t, result.output, `conflict with "kube-controller-manager" with subresource "scale"`)
				default:
					require.False(t, result.failed, result.output)
					assert.Greater(t, after, before, "the upgrade has put the chart's number back")
				}
			})
		}
	}
}
