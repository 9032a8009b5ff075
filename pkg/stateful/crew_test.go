package stateful

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSpreadDoesAllSideBySide(t *testing.T) {
	c := newCrew(3)
	c.begin()
	var together sync.WaitGroup
	together.Add(3) // none goes on before three have begun
	done := make([]int, 7)
	c.spread(len(done), func(i int) {
		if i < 3 {
			together.Done()
			together.Wait()
		}
		done[i]++
	})
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1}, done)
	assert.EqualValues(t, 1, c.busy.Load(), "whoever was hired has gone")
}

func TestSpreadHiresNobodyWhereAllAreBusy(t *testing.T) {
	for name, c := range map[string]*crew{"nil": nil, "busy": newCrew(1)} {
		t.Run(name, func(t *testing.T) {
			if c != nil {
				c.begin()
			}
			var order []int // unguarded: the race detector would see another goroutine
			c.spread(5, func(i int) { order = append(order, i) })
			assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
		})
	}
}

func TestSpreadPassesPanicsOn(t *testing.T) {
	c := newCrew(4)
	c.begin()
	assert.PanicsWithValue(t, "two", func() {
		c.spread(8, func(i int) {
			if i == 2 {
				panic("two")
			}
		})
	})
	assert.Panics(t, func() { (*crew)(nil).spread(1, func(int) { panic("here") }) })
}

func TestTurnsComeInOrder(t *testing.T) {
	const n = 50
	c := newCrew(8)
	c.begin()
	turns := newTurns(n)
	var order []int // guarded by the turns
	c.spread(n, func(i int) {
		defer turns.pass(i)
		if i%7 == 3 {
			return // whoever does without passes the turn on
		}
		turns.await(i)
		order = append(order, i)
	})
	var want []int
	for i := range n {
		if i%7 != 3 {
			want = append(want, i)
		}
	}
	assert.Equal(t, want, order)
}
