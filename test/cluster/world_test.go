package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	jsonpatch "github.com/evanphx/json-patch"
	"github.com/stretchr/testify/require"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// answer is what a cluster says to one request.
type answer struct {
	refused bool
	message string
}

func (a answer) String() string {
	if a.refused {
		return "refused: " + a.message
	}
	return "accepted"
}

// world is a cluster to which Helm's requests can be sent: the simulated one or
// the real one. Objects carry their namespace.
type world interface {
	create(mode lifecycle.Mode, object map[string]any) answer
	update(mode lifecycle.Mode, previous, next map[string]any) answer
	delete(object map[string]any)
	get(object map[string]any) map[string]any
	// settle waits until the controllers have done what they do for object.
	settle(object map[string]any)
}

type simulated struct{ cluster *cluster.Cluster }

func newSimulated() simulated { return simulated{cluster.New()} }

func (s simulated) create(mode lifecycle.Mode, object map[string]any) answer {
	v := s.cluster.Create(mode, object)
	return answer{v.Refused, v.Message}
}

func (s simulated) update(mode lifecycle.Mode, previous, next map[string]any) answer {
	_, v := s.cluster.Update(mode, previous, next)
	return answer{v.Refused, v.Message}
}

func (s simulated) delete(o map[string]any) {
	id := identify(o)
	s.cluster.Delete(id.APIVersion, id.Kind, id.Namespace, id.Name)
}

func (s simulated) get(o map[string]any) map[string]any {
	id := identify(o)
	return s.cluster.Get(id.APIVersion, id.Kind, id.Namespace, id.Name)
}

func (s simulated) settle(map[string]any) { s.cluster.Settle() }

func identify(o map[string]any) manifest.ID {
	return manifest.ID{
		APIVersion: manifest.StringAt(o, "apiVersion"), Kind: manifest.StringAt(o, "kind"),
		Namespace: manifest.StringAt(o, "metadata", "namespace"), Name: manifest.StringAt(o, "metadata", "name"),
	}
}

// real sends the requests that Helm sends (helm v3.22.0 and v4.3.1,
// pkg/kube/client.go).
type real struct{ t *testing.T }

const fieldManager = "helm"

// patience bounds the wait for what the controllers do, on a machine that does
// other things too.
const patience = 2 * time.Minute

func (r real) resource(o map[string]any) dynamic.ResourceInterface {
	r.t.Helper()
	id := identify(o)
	resource, err := server.Resource(id.APIVersion, id.Kind, id.Namespace)
	require.NoError(r.t, err)
	return resource
}

func (r real) create(mode lifecycle.Mode, object map[string]any) answer {
	r.t.Helper()
	if identify(object).Kind == "Pod" {
		r.await("the service account of the namespace", func(ctx context.Context) (bool, error) {
			return server.HasServiceAccount(ctx, identify(object).Namespace), nil
		})
	}
	if mode == lifecycle.ServerSide {
		return r.apply(object)
	}
	_, err := r.resource(object).Create(r.t.Context(), &unstructured.Unstructured{Object: clone(object)}, metav1.CreateOptions{FieldManager: fieldManager})
	return r.answer(err)
}

func (r real) update(mode lifecycle.Mode, previous, next map[string]any) answer {
	r.t.Helper()
	if mode == lifecycle.ServerSide {
		return r.apply(next)
	}
	name := identify(next).Name
	live, err := r.resource(next).Get(r.t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return r.answer(err)
	}
	patch, kind, err := helmPatch(previous, next, live.Object)
	if err != nil {
		return answer{true, err.Error()}
	}
	if string(patch) == "{}" {
		return answer{}
	}
	_, err = r.resource(next).Patch(r.t.Context(), name, kind, patch, metav1.PatchOptions{FieldManager: fieldManager})
	return r.answer(err)
}

func (r real) apply(object map[string]any) answer {
	r.t.Helper()
	data, err := json.Marshal(object)
	require.NoError(r.t, err)
	force := false
	_, err = r.resource(object).Patch(r.t.Context(), identify(object).Name, types.ApplyPatchType, data,
		metav1.PatchOptions{FieldManager: fieldManager, Force: &force, FieldValidation: metav1.FieldValidationStrict})
	return r.answer(err)
}

// answer tells a refusal from a server that does not work.
func (r real) answer(err error) answer {
	r.t.Helper()
	if err == nil {
		return answer{}
	}
	var status apierrors.APIStatus
	require.ErrorAs(r.t, err, &status)
	return answer{true, err.Error()}
}

func (r real) delete(o map[string]any) {
	r.t.Helper()
	background := metav1.DeletePropagationBackground
	err := r.resource(o).Delete(r.t.Context(), identify(o).Name, metav1.DeleteOptions{PropagationPolicy: &background})
	if !apierrors.IsNotFound(err) {
		require.NoError(r.t, err)
	}
	r.await("the end of "+identify(o).String(), func(context.Context) (bool, error) { return r.get(o) == nil, nil })
}

func (r real) get(o map[string]any) map[string]any {
	r.t.Helper()
	live, err := r.resource(o).Get(r.t.Context(), identify(o).Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	require.NoError(r.t, err)
	return live.Object
}

func (r real) settle(o map[string]any) {
	r.t.Helper()
	if identify(o).Kind != "PersistentVolumeClaim" || r.get(o) == nil {
		return
	}
	r.await(identify(o).String()+" to be bound", func(context.Context) (bool, error) {
		return manifest.StringAt(r.get(o), "status", "phase") == "Bound", nil
	})
}

func (r real) await(what string, done func(context.Context) (bool, error)) {
	r.t.Helper()
	require.NoError(r.t, harness.Await(r.t.Context(), what, patience, done))
}

// helmPatch is the patch of Helm's client-side apply (helm v3.22.0,
// pkg/kube/client.go, createPatch).
func helmPatch(previous, next, live map[string]any) ([]byte, types.PatchType, error) {
	var data [3][]byte
	for i, o := range []map[string]any{previous, next, live} {
		var err error
		if data[i], err = json.Marshal(o); err != nil {
			return nil, "", err
		}
	}
	typed := helmType(next)
	if typed == nil {
		patch, err := jsonpatch.CreateMergePatch(data[0], data[1])
		return patch, types.MergePatchType, failed(err)
	}
	schema, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return nil, "", err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(data[0], data[1], data[2], schema, true)
	return patch, types.StrategicMergePatchType, failed(err)
}

func failed(err error) error {
	if err == nil {
		return nil
	}
	return errors.New("failed to create patch: " + err.Error())
}

// helmTypes are those that Helm's client has (pkg/kube/converter.go).
var helmTypes = sync.OnceValue(func() *runtime.Scheme {
	types := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(types))
	utilruntime.Must(apiextensionsv1.AddToScheme(types))
	return types
})

// helmType is the typed object that Helm's client has for a manifest, nil for
// those of unknown kind and those that do not fit their type.
func helmType(o map[string]any) runtime.Object {
	typed, err := helmTypes().New((&unstructured.Unstructured{Object: o}).GroupVersionKind())
	if err != nil || runtime.DefaultUnstructuredConverter.FromUnstructured(o, typed) != nil {
		return nil
	}
	return typed
}

func clone(o map[string]any) map[string]any { return runtime.DeepCopyJSON(o) }
