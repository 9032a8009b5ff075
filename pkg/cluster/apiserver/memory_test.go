package apiserver

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMemory(t *testing.T) {
	var m memory[int]
	asked := 0
	ask := func(n int) {
		assert.Equal(t, n, m.of(strconv.Itoa(n), func() int { asked++; return n }))
	}
	for range 3 {
		for n := range mostAnswers {
			ask(n)
		}
	}
	assert.Equal(t, mostAnswers, asked, "each is found once")
	ask(mostAnswers)
	assert.Len(t, m.known, 1, "what are too many are forgotten")
	ask(0)
	assert.Equal(t, mostAnswers+2, asked, "and found again")
}
