package inventory

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/api/resource"
)

var quantities = []string{"1", "8Gi", "8G", "0.5Gi", "1500m", "1e9", "1E3", "1E", "-1Ki", "+2M", "12.", ".5k", "3u", "7n", "1Pi", "2T", "1e-2",
	"", "Gi", "Pi", "-.Ei", "E", "n", "e-9", "e-10", "e20", "8GB", "8gi", "1 Gi", "1..2", "1-2", "ten", "1e", "1Ee", "--1", ".", " ", "1 "}

// TestQuantity holds the sizes to what the API server reads.
func TestQuantity(t *testing.T) {
	for _, text := range quantities {
		t.Run(text, func(t *testing.T) {
			_, ok := Quantity(text)
			_, err := resource.ParseQuantity(text)
			assert.Equal(t, err == nil, ok)
			agree(t, text)
		})
	}
	for value, want := range map[any]int64{int64(5): 5, 2.0: 2} {
		got, ok := Quantity(value)
		assert.True(t, ok)
		assert.Zero(t, got.Cmp(big.NewRat(want, 1)))
	}
	for _, value := range []any{nil, true, []any{"1"}} {
		_, ok := Quantity(value)
		assert.False(t, ok)
	}
}

func FuzzQuantity(f *testing.F) {
	for _, text := range quantities {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { agree(t, text) })
}

// agree compares with the library that the API server reads quantities with,
// which rounds what is smaller than a billionth.
func agree(t *testing.T, text string) {
	got, ok := Quantity(text)
	if !ok {
		return // for that library's sake, too: .10000000000000000000E80010000000 keeps it busy for good
	}
	want, err := resource.ParseQuantity(text)
	if !assert.NoError(t, err) {
		return
	}
	exact, _ := new(big.Rat).SetString(want.AsDec().String())
	difference := new(big.Rat).Sub(got, exact)
	limit := new(big.Rat).SetFrac(big.NewInt(1), big.NewInt(1_000_000_000))
	small := difference.Abs(difference).Cmp(limit) <= 0
	assert.True(t, small || got.Cmp(new(big.Rat).SetInt64(1<<62)) > 0 || got.Cmp(new(big.Rat).SetInt64(-(1<<62))) < 0, "%s is %s, not %s", text, exact.FloatString(3), got.FloatString(3))
}
