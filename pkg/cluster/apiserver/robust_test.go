package apiserver

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

// TestOddManifests sends every base with each of its fields left out or given
// an odd value: every answer is fine, a panic is not.
func TestOddManifests(t *testing.T) {
	t.Parallel()
	for name := range apicases.Bases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := New()
			manifest, live := object(t, apicases.Bases[name]), stored(t, j, name)
			for _, odd := range []any{absent{}, nil, "", "x", 0, -1, true, map[string]any{}, []any{}, []any{nil}, []any{map[string]any{}}} {
				mutate(manifest, odd, func() {
					j.Create(manifest)
					_, _, _ = j.Merge(live, manifest, live)
				})
				next := deepCopy(live)
				mutate(next, odd, func() {
					j.Update(live, next)
					j.Update(next, live)
				})
			}
		})
	}
}

type absent struct{}

// mutate puts a value at each place in turn, calls visit and takes it back.
func mutate(value, odd any, visit func()) {
	switch v := value.(type) {
	case map[string]any:
		for k, item := range v {
			if _, leaveOut := odd.(absent); leaveOut {
				delete(v, k)
			} else {
				v[k] = odd
			}
			visit()
			v[k] = item
			mutate(item, odd, visit)
		}
	case []any:
		for i, item := range v {
			mutate(item, odd, visit)
			if _, leaveOut := odd.(absent); !leaveOut {
				v[i] = odd
				visit()
				v[i] = item
			}
		}
	}
}
