package cluster_test

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func object(t *testing.T, text string) map[string]any {
	t.Helper()
	stream, err := manifest.Parse([]byte(text))
	require.NoError(t, err)
	require.Len(t, stream.Objects(), 1)
	return clone(stream.Objects()[0].Fields)
}

// overlay lays a change over an object. Other than in a JSON merge patch, null
// stays null.
func overlay(t *testing.T, base map[string]any, change string) map[string]any {
	t.Helper()
	out := clone(base)
	merge(out, parsed(t, change))
	return out
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.UnmarshalCaseSensitivePreserveInts(data, &out))
	return out
}

func merge(into, patch map[string]any) {
	for key, value := range patch {
		next, isMap := value.(map[string]any)
		has, hasMap := into[key].(map[string]any)
		if isMap && hasMap {
			merge(has, next)
			continue
		}
		into[key] = value
	}
}

// withoutNulls takes away what an overlay has set to null.
func withoutNulls(o map[string]any) map[string]any {
	for key, value := range o {
		switch v := value.(type) {
		case nil:
			delete(o, key)
		case map[string]any:
			withoutNulls(v)
		}
	}
	return o
}

// placed puts an object into a namespace. One that has no namespace is given a
// name that no other test uses.
func placed(o map[string]any, namespace string) map[string]any {
	id := identify(o)
	meta := o["metadata"].(map[string]any)
	delete(meta, "namespace")
	if manifest.ClusterScoped(id.Group(), id.Kind) {
		if meta["name"] = id.Name + "-" + namespace; id.Kind == "IPAddress" {
			meta["name"] = addressOf(namespace)
		}
		return o
	}
	meta["namespace"] = namespace
	return o
}

// addressOf is an address for each namespace, out of the range of Services.
func addressOf(namespace string) string {
	sum := crc32.ChecksumIEEE([]byte(namespace))
	return fmt.Sprintf("10.200.%d.%d", sum>>8&0xff, sum&0xff)
}

// expand puts a value in the place of ${name}.
func expand(text, name, value string) string {
	return strings.ReplaceAll(text, "${"+name+"}", value)
}

func newNamespace(t *testing.T) string {
	t.Helper()
	name, err := server.CreateNamespace(t.Context(), "conform")
	require.NoError(t, err)
	return name
}
