package start

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPostRenders(t *testing.T) {
	for _, args := range [][]string{nil, {"post-render"}, {"post-render", "--fix=all"}, {"--fail-on=error"}} {
		assert.True(t, postRenders(args), "%q", args)
	}
	for _, args := range [][]string{{"lint", "."}, {"plan"}, {"compare", "--", "-"}} {
		assert.False(t, postRenders(args), "%q", args)
	}
}
