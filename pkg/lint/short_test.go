package lint

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestShort(t *testing.T) {
	assert.Equal(t, "refused", Short("refused\n- a\n+ b"))
	assert.Equal(t, "failed (x): errors: .a: no .b: no", Short("failed (x): errors:\n  .a: no\n  .b: no"))
	long := Short("head " + strings.Repeat("x", 1000) + " tail")
	assert.True(t, strings.HasPrefix(long, "head ") && strings.HasSuffix(long, " tail") && strings.Contains(long, " … "))
	assert.Less(t, len(long), 400)
}
