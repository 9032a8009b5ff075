package cluster_test

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// prepare makes what the chart takes for granted: the namespaces that it
// writes into its objects, and the kinds that other programs define.
func prepare(t *testing.T, play *lifecycle.Play, chart lifecycle.Renderer) {
	t.Helper()
	namespaces, groups := map[string]bool{}, map[string]bool{}
	for _, d := range chart.Definitions() {
		groups[d.Group] = true
	}
	for _, e := range play.Events {
		switch e.Object.Kind {
		case "CustomResourceDefinition":
			groups[manifest.StringAt(e.Object.Fields, "spec", "group")] = true
		case "Namespace":
			namespaces[e.Object.Name] = true
		}
	}
	for _, e := range play.Events {
		if n := e.Object.Namespace; n != "" && !namespaces[n] {
			namespaces[n] = true
			ensure(t, map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": n}})
		}
		if group := e.Object.Group(); !manifest.BuiltIn(group) && !groups[group] {
			define(t, e.Object)
		}
	}
}

// define makes a kind whose objects may have any fields, unless another test has
// it already.
func define(t *testing.T, o *manifest.Object) {
	t.Helper()
	if _, err := server.Resource(o.APIVersion, o.Kind, o.Namespace); err == nil {
		return
	}
	plural := strings.ToLower(o.Kind) + "s"
	_, version, _ := strings.Cut(o.APIVersion, "/")
	ensure(t, parsed(t, fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.%[2]s, annotations: {api-approved.kubernetes.io: "unapproved, for tests"}}
spec:
  group: %[2]s
  scope: Namespaced
  names: {kind: %[3]s, plural: %[1]s}
  versions: [{name: %[4]s, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`, plural, o.Group(), o.Kind, version)))
	require.NoError(t, harness.Await(t.Context(), o.Kind, patience, func(context.Context) (bool, error) {
		_, err := server.Resource(o.APIVersion, o.Kind, o.Namespace)
		return err == nil, nil
	}))
}

func ensure(t *testing.T, o map[string]any) {
	t.Helper()
	if a := (real{t}).create(lifecycle.ServerSide, o); a.refused {
		t.Fatal(a)
	}
}

// watcher compares what is in the cluster with what a play says.
type watcher struct {
	t         *testing.T
	play      *lifecycle.Play
	namespace string
	unbound   map[string]bool // claims that are said to find no volume
}

// awaitClaims waits until the StatefulSets have their claims and all claims
// are bound, and returns the uids of the claims by their names.
func (w watcher) awaitClaims() map[string]string {
	w.t.Helper()
	var waits string
	var uids map[string]string
	err := harness.Await(w.t.Context(), "claims", patience, func(ctx context.Context) (bool, error) {
		uids = map[string]string{}
		for _, claim := range w.list("v1", "PersistentVolumeClaim") {
			uids[claim.GetName()] = string(claim.GetUID())
			phase := manifest.StringAt(claim.Object, "status", "phase")
			if w.unbound[claim.GetName()] {
				if phase == "Bound" {
					return false, fmt.Errorf("%s is bound", claim.GetName())
				}
				continue
			}
			if phase != "Bound" || claim.GetDeletionTimestamp() != nil {
				waits = fmt.Sprintf("%s is %s, deleted %v", claim.GetName(), phase, claim.GetDeletionTimestamp())
				return false, nil
			}
		}
		for name := range w.expectedClaims() {
			if _, ok := uids[name]; !ok {
				waits = "there is no " + name
				return false, nil
			}
		}
		return true, nil
	})
	require.NoError(w.t, err, waits)
	return uids
}

// missingClaims are those that workloads name and that are not there: their
// pods never start.
func (w watcher) missingClaims() []string {
	w.t.Helper()
	there := map[string]bool{}
	for _, claim := range w.list("v1", "PersistentVolumeClaim") {
		there[claim.GetName()] = true
	}
	missing := map[string]bool{}
	for _, kind := range []string{"apps/v1/Deployment", "apps/v1/DaemonSet", "apps/v1/StatefulSet", "batch/v1/CronJob", "batch/v1/Job", "v1/Pod"} {
		for _, o := range w.list(path.Dir(kind), path.Base(kind)) {
			for _, name := range claimNames(o.Object) {
				if !there[name] {
					missing[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(missing))
}

// claimNames are the claims that an object's pods mount by name.
func claimNames(value any) []string {
	var out []string
	switch v := value.(type) {
	case map[string]any:
		if name := manifest.StringAt(v, "persistentVolumeClaim", "claimName"); name != "" {
			out = append(out, name)
		}
		for _, item := range v {
			out = append(out, claimNames(item)...)
		}
	case []any:
		for _, item := range v {
			out = append(out, claimNames(item)...)
		}
	}
	return out
}

// expectedClaims are those that the live StatefulSets make.
func (w watcher) expectedClaims() map[string]bool {
	out := map[string]bool{}
	for _, set := range w.list("apps/v1", "StatefulSet") {
		replicas, _ := manifest.IntAt(set.Object, "spec", "replicas")
		start, _ := manifest.IntAt(set.Object, "spec", "ordinals", "start")
		for _, template := range manifest.ListAt(set.Object, "spec", "volumeClaimTemplates") {
			for n := start; n < start+replicas; n++ {
				out[fmt.Sprintf("%s-%s-%d", manifest.StringAt(template, "metadata", "name"), set.GetName(), n)] = true
			}
		}
	}
	return out
}

// list returns the objects of a kind in the release's namespace.
func (w watcher) list(apiVersion, kind string) []unstructured.Unstructured {
	w.t.Helper()
	resource, err := server.Resource(apiVersion, kind, w.namespace)
	require.NoError(w.t, err)
	list, err := resource.List(w.t.Context(), metav1.ListOptions{})
	require.NoError(w.t, err)
	return list.Items
}

// awaitLeft waits until exactly those objects are left that the play says, and
// returns those that are.
func (w watcher) awaitLeft() []string {
	w.t.Helper()
	left := map[string]bool{}
	for _, o := range w.play.Left {
		left[w.state(o)] = true
	}
	want := slices.Sorted(maps.Keys(left))
	var seen []string
	err := harness.Await(w.t.Context(), "the uninstall", patience, func(context.Context) (bool, error) {
		seen = w.present()
		return slices.Equal(want, seen), nil
	})
	if err != nil {
		assert.Equal(w.t, want, seen, "what is left after the uninstall")
	}
	return seen
}

// present lists the objects of the play that are in the cluster, and all claims
// and Secrets of the namespace.
func (w watcher) present() []string {
	w.t.Helper()
	found := map[string]bool{}
	for _, id := range w.objects() {
		if o := w.live(id); o != nil {
			found[w.state(o)] = true
		}
	}
	for _, kind := range []string{"PersistentVolumeClaim", "Secret"} {
		for _, o := range w.list("v1", kind) {
			if !strings.HasPrefix(o.GetName(), "sh.helm.release.") {
				o.SetKind(kind)
				o.SetAPIVersion("v1")
				found[w.state(o.Object)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (w watcher) live(id manifest.ID) map[string]any {
	w.t.Helper()
	resource, err := server.Resource(id.APIVersion, id.Kind, id.Namespace)
	if err != nil {
		return nil // its definition is gone
	}
	o, err := resource.Get(context.WithoutCancel(w.t.Context()), id.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	require.NoError(w.t, err)
	return o.Object
}

// objects are all that the play has to do with.
func (w watcher) objects() []manifest.ID {
	ids := map[manifest.ID]bool{}
	for _, e := range w.play.Events {
		id := e.Object.ID
		if id.Namespace == "" {
			id.Namespace = w.namespace
		}
		ids[id] = true
	}
	for _, o := range w.play.Left {
		ids[identify(o)] = true
	}
	return slices.Collect(maps.Keys(ids))
}

// hangs ends the name of what is being deleted and stays.
const hangs = " hangs"

func (w watcher) state(o map[string]any) string {
	if manifest.StringAt(o, "metadata", "deletionTimestamp") != "" {
		return w.name(identify(o)) + hangs
	}
	return w.name(identify(o))
}

// name leaves out the namespace, unless it is not the release's: kinds without
// one need not be told apart.
func (w watcher) name(id manifest.ID) string {
	if id.Namespace == w.namespace || id.Namespace == "" {
		return id.Group() + "/" + id.String()
	}
	return id.Group() + "/" + id.String() + " in " + id.Namespace
}

// cleanUp removes what has no namespace, for the next life of the chart, and
// what is in the namespace. The next life makes a namespace of its own, which
// need not be waited for.
func (w watcher) cleanUp() {
	w.t.Helper()
	ctx := context.WithoutCancel(w.t.Context()) // that of the test may have ended
	for _, id := range w.objects() {
		resource, err := server.Resource(id.APIVersion, id.Kind, id.Namespace)
		if err != nil {
			continue // its definition is gone
		}
		w.release(ctx, resource, id)
		if err := resource.Delete(ctx, id.Name, metav1.DeleteOptions{}); !apierrors.IsNotFound(err) {
			assert.NoError(w.t, err)
		}
	}
	for _, id := range w.objects() {
		if !server.ClusterScoped(id.APIVersion, id.Kind) || id.Kind == "Namespace" {
			continue
		}
		err := harness.Await(ctx, "the end of "+id.String(), patience, func(context.Context) (bool, error) {
			return w.live(id) == nil, nil
		})
		assert.NoError(w.t, err, "its status is %v", w.live(id)["status"])
	}
}

// release takes away the finalizers that nobody else does.
func (w watcher) release(ctx context.Context, resource dynamic.ResourceInterface, id manifest.ID) {
	w.t.Helper()
	if o := w.live(id); o == nil || manifest.StringAt(o, "metadata", "deletionTimestamp") == "" || id.Kind == "Namespace" || id.Kind == "CustomResourceDefinition" {
		return
	}
	_, err := resource.Patch(ctx, id.Name, types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	if !apierrors.IsNotFound(err) {
		assert.NoError(w.t, err)
	}
}
