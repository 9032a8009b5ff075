package apiserver

import (
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

func object(t testing.TB, text string) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &out))
	return out
}

// overlay lays a JSON merge patch over an object: null deletes.
func overlay(t testing.TB, base map[string]any, text string) map[string]any {
	t.Helper()
	out := deepCopy(base)
	merge(out, object(t, text))
	return out
}

func merge(into, patch map[string]any) {
	for k, v := range patch {
		switch v := v.(type) {
		case nil:
			delete(into, k)
		case map[string]any:
			child, ok := into[k].(map[string]any)
			if !ok {
				child = map[string]any{}
				into[k] = child
			}
			merge(child, v)
		default:
			into[k] = v
		}
	}
}

// stored is the base as the API server stores it.
func stored(t testing.TB, j *Judge, base string) map[string]any {
	t.Helper()
	require.Contains(t, apicases.Bases, base)
	out, v := j.Create(object(t, apicases.Bases[base]))
	require.Falsef(t, v.Refused, "%s: %s", base, v.Message)
	return out
}
