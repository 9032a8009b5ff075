package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestMistakesInOrder: the same object, the same words.
func TestMistakesInOrder(t *testing.T) {
	for name, text := range map[string]string{
		"values that do not fit":    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, selector: b}\ndata: {a: [1], b: [2]}\n",
		"fields that are not known": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, resources: {cpu: 1, memory: 2, gpu: 3, limits: {cpu: 1}}}]}\n",
	} {
		t.Run(name, func(t *testing.T) {
			object := fieldsOf(t, text)
			first := New().Create(lifecycle.ServerSide, object)
			require.True(t, first.Refused)
			for range 30 {
				assert.Equal(t, first, New().Create(lifecycle.ServerSide, object))
			}
		})
	}
}

// TestMistakesAsTheLibrarySays: one mistake has one order.
func TestMistakesAsTheLibrarySays(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: "
	for _, text := range []string{
		pod + "{containers: [{name: c, resources: {cpu: 1}}]}",
		pod + "{containers: {name: c}}",
		pod + "{nodeSelector: [a, {b: 1}]}",
		pod + "{nodeSelector: {a: {b: [1]}}}",
		pod + "{hostNetwork: {a: b}}",
		pod + "{hostNetwork: 1}",
		pod + "{containers: [{name: c}, {name: c}]}",
		pod + "{containers: [null]}",
		pod + "text",
	} {
		object := &unstructured.Unstructured{Object: fieldsOf(t, text)}
		kind, err := builtInSchemas().of(object.GroupVersionKind())
		require.NoError(t, err)
		_, want := kind.ObjectToTyped(object)
		require.Error(t, want, text)
		assert.EqualError(t, kind.mistakes(object.Object), want.Error(), text)
	}
}
