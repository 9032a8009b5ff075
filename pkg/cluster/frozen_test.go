package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions: [{name: v1, served: true, storage: true}]`

func fieldsOf(t *testing.T, text string) map[string]any {
	t.Helper()
	stream, err := manifest.Parse([]byte(text))
	require.NoError(t, err)
	return copied(stream.Objects()[0].Fields)
}

func TestFrozenFieldsOfOtherKinds(t *testing.T) {
	set := func(value any, path ...string) func(map[string]any) {
		return func(o map[string]any) {
			for _, key := range path[:len(path)-1] {
				o = child(o, key)
			}
			o[path[len(path)-1]] = value
		}
	}
	version := func(name string, storage bool) any {
		return map[string]any{"name": name, "served": true, "storage": storage}
	}
	tests := []struct {
		name    string
		change  func(map[string]any)
		refused string
	}{
		{"label", set("b", "metadata", "labels", "a"), ""},
		{"short names", set([]any{"g"}, "spec", "names", "shortNames"), ""},
		{"scope", set("Cluster", "spec", "scope"),
			`CustomResourceDefinition.apiextensions.k8s.io "gadgets.example.com" is invalid: spec.scope: Invalid value: "Cluster": field is immutable`},
		{"group and kind", func(o map[string]any) {
			set("other.com", "spec", "group")(o)
			set("Gizmo", "spec", "names", "kind")(o)
		}, `CustomResourceDefinition.apiextensions.k8s.io "gadgets.example.com" is invalid: [spec.group: Invalid value: "other.com": field is immutable, ` +
			`spec.names.kind: Invalid value: "Gizmo": field is immutable]`},
		{"version added", set([]any{version("v1", false), version("v2", true)}, "spec", "versions"), ""},
		{"stored version gone", set([]any{version("v2", true)}, "spec", "versions"),
			`CustomResourceDefinition.apiextensions.k8s.io "gadgets.example.com" is invalid: status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; ` +
				`v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := New()
			first := fieldsOf(t, definition)
			require.Equal(t, lifecycle.Verdict{}, c.Create(lifecycle.ClientSide, first))
			next := copied(first)
			test.change(next)
			_, v := c.Update(lifecycle.ClientSide, first, next)
			assert.Equal(t, test.refused, v.Message)
			assert.Equal(t, test.refused != "", v.Refused)
		})
	}
}

func TestFinalizersHold(t *testing.T) {
	c := New()
	held := fieldsOf(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: held, finalizers: [example.com/hold]}\n")
	let := fieldsOf(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: held, finalizers: [kubernetes.io/pvc-protection]}\n")
	namespace := fieldsOf(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: held}\n")
	for _, o := range []map[string]any{namespace, held, let} {
		require.Equal(t, lifecycle.Verdict{}, c.Create(lifecycle.ClientSide, o))
	}
	c.Delete("v1", "Namespace", "", "held")
	c.Settle()
	assert.Nil(t, c.Get("v1", "ConfigMap", "held", "b"))
	for _, o := range []map[string]any{c.Get("v1", "ConfigMap", "held", "a"), c.Get("v1", "Namespace", "", "held")} {
		assert.NotEmpty(t, manifest.StringAt(o, "metadata", "deletionTimestamp"))
	}
	more := copied(held)
	child(more, "metadata")["finalizers"] = []any{"example.com/hold", "example.com/more"}
	_, v := c.Update(lifecycle.ClientSide, held, more)
	assert.Contains(t, v.Message, "no new finalizers can be added if the object is being deleted")
}

func TestOneDefaultPriorityClass(t *testing.T) {
	c := New()
	class := func(name, isDefault string) map[string]any {
		return fieldsOf(t, "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: "+name+"}\nvalue: 1\nglobalDefault: "+isDefault+"\n")
	}
	require.Equal(t, lifecycle.Verdict{}, c.Create(lifecycle.ClientSide, class("a", "true")))
	require.Equal(t, lifecycle.Verdict{}, c.Create(lifecycle.ClientSide, class("b", "false")))
	v := c.Create(lifecycle.ClientSide, class("c", "true"))
	assert.Equal(t, `priorityclasses.scheduling.k8s.io "c" is forbidden: PriorityClass a is already marked as default. Only one default can exist`, v.Message)
	_, v = c.Update(lifecycle.ClientSide, class("b", "false"), class("b", "true"))
	assert.True(t, v.Refused)
	_, v = c.Update(lifecycle.ClientSide, class("a", "true"), class("a", "true"))
	assert.False(t, v.Refused)
}
