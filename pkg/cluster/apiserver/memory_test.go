package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCreateAgain: what is remembered is no other object's, and nobody else's to
// change.
func TestCreateAgain(t *testing.T) {
	for _, kind := range []string{"ConfigMap", "Job"} {
		object := func(uid, name string) map[string]any {
			o := map[string]any{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": name, "namespace": "n", "uid": uid}}
			if kind == "Job" {
				o["apiVersion"] = "batch/v1"
				o["spec"] = map[string]any{"template": map[string]any{"spec": map[string]any{
					"restartPolicy": "Never", "containers": []any{map[string]any{"name": "c", "image": "i"}},
				}}}
			}
			return o
		}
		j := New()
		first, v := j.Create(object("1", "a"))
		require.False(t, v.Refused, v.Message)
		first["metadata"].(map[string]any)["name"] = "changed"
		second, _ := j.Create(object("2", "a"))
		want, _ := New().Create(object("2", "a"))
		assert.Equal(t, want, second)
		_, v = j.Create(object("3", "Not_a_name"))
		require.True(t, v.Refused)
		_, again := j.Create(object("4", "Not_a_name"))
		assert.Equal(t, v, again)
	}
}
