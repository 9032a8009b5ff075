package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"
	"sigs.k8s.io/structured-merge-diff/v6/typed"
)

// TestNeededIsOfTheWhole: of every type, the part of the schema that it needs is
// as it is in the whole one, and lacks nothing.
func TestNeededIsOfTheWhole(t *testing.T) {
	whole, err := typed.NewParser(schemaYAML)
	require.NoError(t, err)
	s := builtInSchemas()
	require.Len(t, s.definitions, len(whole.Schema.Types))
	byName := map[string]smd.TypeDef{}
	for _, definition := range whole.Schema.Types {
		byName[definition.Name] = definition
	}
	for name := range s.definitions {
		var part smd.Schema
		require.NoError(t, yaml.Unmarshal([]byte(s.needed(name)), &part))
		has := map[string]bool{}
		for _, definition := range part.Types {
			has[definition.Name] = true
			assert.Equal(t, byName[definition.Name], definition)
		}
		require.True(t, has[name])
		for _, definition := range part.Types {
			for _, ref := range refsOf(definition.Atom) {
				assert.True(t, has[ref], "%s needs %s", name, ref)
			}
		}
	}
}

// refsOf are the names of the types that a type is made of.
func refsOf(a smd.Atom) (names []string) {
	add := func(ref smd.TypeRef) {
		if ref.NamedType != nil {
			names = append(names, *ref.NamedType)
		}
		names = append(names, refsOf(ref.Inlined)...)
	}
	if a.List != nil {
		add(a.List.ElementType)
	}
	if a.Map != nil {
		add(a.Map.ElementType)
		for _, field := range a.Map.Fields {
			add(field.Type)
		}
	}
	return names
}

func TestSchemaOfNoKind(t *testing.T) {
	for _, apiVersion := range []string{"v1", "apps/v1", "extensions/v1beta1"} {
		object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": apiVersion, "kind": "Nothing", "metadata": map[string]any{"name": "a"}}}
		converter, err := builtInSchemas().of(object.GroupVersionKind())
		require.NoError(t, err)
		_, err = converter.ObjectToTyped(object)
		require.Error(t, err)
		assert.True(t, isNoSchema(err), err.Error())
	}
}
