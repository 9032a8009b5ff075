package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDiff(t *testing.T) {
	const text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n"
	assert.Empty(t, exampleDiff(text, text))
	assert.Equal(t, "-a\n+b\n", exampleDiff("a\n", "b\n"))
	assert.Equal(t, "+a\n b\n", exampleDiff("b\n", "a\nb\n"))
	assert.Equal(t,
		" 1\n-2\n 3\n 4\n 5\n 6\n …\n 9\n 10\n 11\n 12\n-13\n+thirteen\n 14\n",
		exampleDiff(text, "1\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\nthirteen\n14\n"))
}
