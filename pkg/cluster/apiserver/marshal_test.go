package apiserver

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMarshalWantsNumbers(t *testing.T) {
	_, err := marshal(map[string]any{"a": []any{math.NaN()}})
	assert.Error(t, err)
}

// FuzzMarshal: what encoding/json reads of it is what it reads of its own.
func FuzzMarshal(f *testing.F) {
	for _, text := range []string{"", "plain", "a\"b\\c/\n\t\r\x00\x1f\x7f", "ä\u2028<>&\U0001F600", "\xff broken \xe2\x82", "\ufffd"} {
		f.Add(text, 1.5, int64(-3))
	}
	f.Fuzz(func(t *testing.T, text string, number float64, whole int64) {
		if math.IsNaN(number) || math.IsInf(number, 0) {
			return // no number in JSON
		}
		object := map[string]any{
			"z": text, text: number, "a": []any{whole, nil, true, false, map[string]any{}, []any{}, map[string]any(nil), []any(nil), text},
			"m": map[string]any{text + "1": text, "deep": []any{[]any{number}}},
		}
		data, err := marshal(object)
		require.NoError(t, err)
		want, err := json.Marshal(object)
		require.NoError(t, err)
		var got, wanted any
		require.NoError(t, json.Unmarshal(data, &got), string(data))
		require.NoError(t, json.Unmarshal(want, &wanted))
		assert.Equal(t, wanted, got)
	})
}
