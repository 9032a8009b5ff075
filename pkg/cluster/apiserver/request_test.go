package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

// TestAskingTwiceIsAskingOnce: what a request has been asked before makes no
// difference to its answers, nor what others were asked.
func TestAskingTwiceIsAskingOnce(t *testing.T) {
	t.Parallel()
	const uid, other = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
	texts := map[string]string{
		"custom":       "{apiVersion: example.com/v1, kind: Thing, metadata: {name: a}, spec: {size: 1}}",
		"refused":      "{apiVersion: v1, kind: ConfigMap, metadata: {name: Not_Valid}}",
		"unknown":      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}, more: {}}",
		"unreadable":   "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: [a]}",
		"without meta": "{apiVersion: v1, kind: ConfigMap}",
	}
	for name, text := range apicases.Bases {
		texts[name] = text
	}
	for name, text := range texts {
		manifest := object(t, text)
		if meta, ok := manifest["metadata"].(map[string]any); ok {
			delete(meta, "uid")
		}
		want, wantVerdict := New().Ask(deepCopy(manifest)).Create(uid)
		fits := New().Ask(deepCopy(manifest)).Fits()

		j := New()
		r := j.Ask(manifest)
		assert.Equal(t, fits, r.Fits(), name)
		_, v := r.Create(other)
		assert.Equal(t, wantVerdict, v, name)
		for range 2 { // the first time from what Fits has read, then from memory
			got, v := r.Create(uid)
			assert.Equal(t, wantVerdict, v, name)
			assert.Equal(t, want, got, name)
			assert.Equal(t, fits, r.Fits(), name)
			r = j.Ask(deepCopy(manifest))
		}
		withUID := object(t, text)
		if meta, ok := withUID["metadata"].(map[string]any); ok {
			meta["uid"] = uid
			got, v := j.Create(withUID)
			assert.Equal(t, wantVerdict, v, name)
			assert.Equal(t, want, got, name)
		}
		assert.Equal(t, deepCopy(manifest), manifest, name)
	}
}
