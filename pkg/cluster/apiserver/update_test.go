package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

// change is one update; see apicases.Update.
type change apicases.Update

func (c change) judge(t *testing.T) (map[string]any, Verdict) {
	t.Helper()
	j := New()
	live := stored(t, j, c.Base)
	if c.Live != "" {
		live = overlay(t, live, c.Live)
	}
	next := overlay(t, live, c.Change)
	before, beforeNext := deepCopy(live), deepCopy(next)
	out, v := j.Update(live, next)
	assert.Equal(t, before, live, "live must not be changed")
	assert.Equal(t, beforeNext, next, "next must not be changed")
	return out, v
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	for _, c := range apicases.Updates() {
		t.Run(c.Base+"/"+c.Name, func(t *testing.T) {
			t.Parallel()
			out, v := change(c).judge(t)
			if c.Refused == "" {
				require.Falsef(t, v.Refused, "refused: %s", v.Message)
				assert.NotNil(t, out)
				assert.Empty(t, v.Message)
				return
			}
			require.True(t, v.Refused, "must be refused")
			assert.Nil(t, out)
			assert.Contains(t, v.Message, c.Refused)
			if c.Fields != nil {
				assert.Equal(t, c.Fields, v.Fields)
			}
		})
	}
}

func TestUpdateKeepsWhatAnUpdateCannotSet(t *testing.T) {
	t.Parallel()
	c := change{Base: "claim", Live: apicases.BoundClaim, Change: `
metadata: {creationTimestamp: "2030-01-01T00:00:00Z", generation: 9}
status: {phase: Lost}`}
	out, v := c.judge(t)
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "Bound", out["status"].(map[string]any)["phase"])
	assert.NotContains(t, out["metadata"], "generation")
	assert.NotContains(t, out["metadata"], "resourceVersion", "it is the caller's")
	assert.NotContains(t, out["metadata"], "uid")
}
