package cluster_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// Helm 4 meets its own hook: it deletes one and does not wait for its end before
// it makes it anew (helm v4.3.1, pkg/kube/statuswait.go,
// hookOnlyWaiter.WaitForDelete), and a claim ends only when its controller has
// let it go. What comes of it is a matter of chance: the hook is refused, or is
// gone while Helm waits for it, or is applied onto the claim that ends, and is
// gone after Helm has said that all is well. Then a step is played once more.
const tries = 5

var metItsOwnHook = regexp.MustCompile(`(?:hooks failed|failed pre-install): .*(object is being deleted: |resource PersistentVolumeClaim/\S+ not ready\. status: Unknown)`)

// patiently runs Helm until it does not fail on its own hook.
func (u *user) patiently(args ...string) result {
	u.t.Helper()
	for try := 1; ; try++ {
		r := u.run(args...)
		if !r.failed || try == tries || !metItsOwnHook.MatchString(r.output) {
			return r
		}
		u.t.Logf("once more, for Helm said %s", r.output)
		u.freeName(args)
	}
}

// freeName undoes an install: even what has failed has taken the name.
func (u *user) freeName(args []string) {
	if args[0] == "install" {
		u.run("uninstall", args[1])
	}
}

// patiently runs a step until the claims are there that it has made, and returns
// the uids of all claims by their names.
func (w watcher) patiently(u *user, step lifecycle.Step, args ...string) (result, map[string]string) {
	w.t.Helper()
	for try := 1; ; try++ {
		r := u.patiently(args...)
		claims := w.awaitClaims()
		gone := w.gone(step, claims)
		if r.failed || try == tries || len(gone) == 0 {
			return r, claims
		}
		w.t.Logf("once more, for Helm said that all was well, and there is no %s", gone)
		u.freeName(args)
	}
}

// gone are the claims that the step deletes and makes anew, and that are not
// there.
func (w watcher) gone(step lifecycle.Step, claims map[string]string) []string {
	deleted, gone := map[string]bool{}, map[string]bool{}
	for _, e := range w.play.Of(step) {
		if name := e.Object.Name; e.Object.Kind == "PersistentVolumeClaim" {
			switch {
			case e.Action == lifecycle.Deleted:
				deleted[name] = true
				delete(gone, name)
			case deleted[name] && claims[name] == "":
				gone[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(gone))
}

// TestHookMetByItself holds the claim for as long as an upgrade takes, as a pod
// that uses it does. Helm 4 says that all is well, and the claim is gone.
func TestHookMetByItself(t *testing.T) {
	const chart, claim = "hook-deletes-claim", releaseName + "-gallery-photos"
	for _, h := range helms() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			namespace := newNamespace(t)
			i := life{chart: chartCase{folder: chartPath(chart)}, helm: h}.rehearsed(t, lifecycle.Release{Name: releaseName, Namespace: namespace})
			w := watcher{t: t, play: i.Play, namespace: namespace}
			defer w.cleanUp()
			u := newUser(t, h, namespace)
			result := u.run(append([]string{"install", releaseName, chartPath(chart)}, h.flags...)...)
			require.False(t, result.failed, result.output)
			old := w.awaitClaims()[claim]
			require.NotEmpty(t, old)

			hold := func(finalizers string) {
				claims, err := server.Resource("v1", "PersistentVolumeClaim", namespace)
				assert.NoError(t, err)
				_, err = claims.Patch(t.Context(), claim, types.MergePatchType, []byte(`{"metadata":{"finalizers":`+finalizers+`}}`), metav1.PatchOptions{})
				assert.NoError(t, err)
			}
			hold(`["example.com/in-use"]`)
			upgrade := []string{"upgrade", releaseName, chartPath(chart), "--timeout", "5s"}
			result = u.run(upgrade...)
			assert.Equal(t, h.name != "helm4", result.failed, result.output)
			live := w.list("v1", "PersistentVolumeClaim")
			require.Len(t, live, 1)
			assert.Equal(t, old, string(live[0].GetUID()))
			assert.NotNil(t, live[0].GetDeletionTimestamp())

			hold("null")
			real{t}.await("the end of the claim", func(context.Context) (bool, error) { return len(w.list("v1", "PersistentVolumeClaim")) == 0, nil })
			assert.Equal(t, []string{claim}, w.gone(lifecycle.Upgrade, w.awaitClaims()))

			result, claims := w.patiently(u, lifecycle.Upgrade, upgrade...)
			require.False(t, result.failed, result.output)
			assert.NotContains(t, []string{"", old}, claims[claim])
			assert.Empty(t, w.gone(lifecycle.Upgrade, claims))

			// Once more, and now the claim is let go as soon as Helm has ended.
			hold(`["example.com/in-use"]`)
			var wait sync.WaitGroup
			wait.Go(func() {
				assert.NoError(t, harness.Await(t.Context(), "the fourth revision", patience, func(context.Context) (bool, error) { return w.ended(4), nil }))
				hold("null")
			})
			old = claims[claim]
			result, claims = w.patiently(u, lifecycle.Upgrade, upgrade...)
			wait.Wait()
			assert.Equal(t, h.name == "helm3", result.failed, result.output) // it waits, and not once more
			if !result.failed {
				assert.NotContains(t, []string{"", old}, claims[claim])
			}
			steps.Add(4)
		})
	}
}

// ended reports whether Helm has done with a revision, well or not.
func (w watcher) ended(revision int) bool {
	for _, record := range w.list("v1", "Secret") {
		if record.GetName() == fmt.Sprintf("sh.helm.release.v1.%s.v%d", releaseName, revision) {
			return !strings.HasPrefix(record.GetLabels()["status"], "pending")
		}
	}
	return false
}
