package handover

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPostRenders(t *testing.T) {
	for _, args := range [][]string{nil, {"post-render"}, {"post-render", "--fix=all"}, {"--fail-on=error"}} {
		assert.True(t, PostRenders(args), "%q", args)
	}
	for _, args := range [][]string{{"lint", "."}, {""}, {"-h"}, {"--help"}, {"--version"}, {"plan"}, {"compare", "--", "-"}} {
		assert.False(t, PostRenders(args), "%q", args)
	}
}
