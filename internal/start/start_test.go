package start

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSet(t *testing.T) {
	t.Setenv("GOGC", "")
	set(atFirst)
	Steady()
	t.Cleanup(func() { debug.SetGCPercent(100) })
	Tight()
	assert.Equal(t, tight, debug.SetGCPercent(steady))
	assert.Equal(t, steady, debug.SetGCPercent(50))

	t.Setenv("GOGC", "50")
	Steady()
	assert.Equal(t, 50, debug.SetGCPercent(50), "the user has set it")
}
