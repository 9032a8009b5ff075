package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
)

// TestLabelled: the index finds what a look at each finds, in the same order.
func TestLabelled(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	labels := func() map[string]string {
		out := map[string]string{}
		for range random.IntN(4) {
			out[fmt.Sprintf("k%d", random.IntN(3))] = fmt.Sprintf("v%d", random.IntN(2))
		}
		return out
	}
	for range 200 {
		var all []map[string]string
		for range random.IntN(8) {
			all = append(all, labels())
		}
		index := inventory.NewLabelled(all, func(l map[string]string) map[string]string { return l })
		selector := map[string]any{}
		if match := labels(); random.IntN(4) > 0 {
			any := map[string]any{}
			for key, value := range match {
				any[key] = value
			}
			selector["matchLabels"] = any
		}
		if random.IntN(3) == 0 {
			selector["matchExpressions"] = []any{map[string]any{"key": "k0", "operator": []string{"Exists", "DoesNotExist"}[random.IntN(2)]}}
		}
		var want []map[string]string
		for _, l := range all {
			if inventory.Selects(selector, l) {
				want = append(want, l)
			}
		}
		assert.Equal(t, want, index.Selected(selector))
		assert.Equal(t, len(want) > 0, index.Selects(selector))
	}
}
