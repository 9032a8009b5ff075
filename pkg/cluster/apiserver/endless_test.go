package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

// TestEndlessQuantities: without the check, reading them outlasts the test.
func TestEndlessQuantities(t *testing.T) {
	withSize := func(size string) map[string]any {
		o := object(t, apicases.Bases["claim"])
		o["spec"].(map[string]any)["resources"] = map[string]any{"requests": map[string]any{"storage": size}}
		return o
	}
	j := New()
	for _, size := range []string{"1E-99999999", ".10000000000000000000E80010000000", "+1e-2000000000"} {
		_, v := j.Create(withSize(size))
		assert.True(t, v.Refused, size)
		assert.Contains(t, v.Message, "too large an exponent", size)
		assert.False(t, j.Fits(withSize(size)), size)
		_, v = j.Update(stored(t, j, "claim"), withSize(size))
		assert.True(t, v.Refused, size)
	}
	for _, size := range []string{"1E3", "8Gi", "1e-9"} {
		_, v := j.Create(withSize(size))
		assert.NotContains(t, v.Message, "exponent", size)
	}
	wrong := withSize("1E-99999999")
	wrong["metadata"].(map[string]any)["generation"] = "no number"
	_, v := j.Create(wrong)
	assert.Contains(t, v.Message, "too large an exponent", "beside another mistake")
	elsewhere := withSize("1Gi")
	elsewhere["metadata"].(map[string]any)["annotations"] = map[string]any{"hash": "1E-99999999", "1e99999999": "x"}
	_, v = j.Create(elsewhere)
	assert.False(t, v.Refused, v.Message)
}
