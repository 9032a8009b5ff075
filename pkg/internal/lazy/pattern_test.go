package lazy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPattern(t *testing.T) {
	pattern := Pattern(`^a+$`)
	assert.True(t, pattern().MatchString("aa"))
	assert.Same(t, pattern(), pattern(), "compiled once")
	wrong := Pattern(`(`)
	assert.Panics(t, func() { wrong() })
}
