package stateful

import (
	"sync"
	"sync/atomic"
)

// crew shares the cores among charts, and among the values cases of one chart
// where fewer charts than cores are left. A nil crew does one thing after the
// other.
type crew struct {
	size int64
	busy atomic.Int64 // goroutines that work on a chart
}

func newCrew(size int) *crew { return &crew{size: int64(size)} }

// begin and end say that a chart's own goroutine works. Charts are not made to
// wait for cases: one that is given up may leave some that never end.
func (c *crew) begin() { c.busy.Add(1) }
func (c *crew) end()   { c.busy.Add(-1) }

func (c *crew) hire() bool {
	if c == nil {
		return false
	}
	if c.busy.Add(1) > c.size {
		c.busy.Add(-1)
		return false
	}
	return true
}

// spread does n pieces of work, here and on every core that is free, and begins
// them in their order. A panic of one is a panic of the whole.
func (c *crew) spread(n int, work func(i int)) {
	var next atomic.Int64
	take := func() (i int, ok bool) {
		i = int(next.Add(1)) - 1
		return i, i < n
	}
	var hired sync.WaitGroup
	panics := make(chan any, 1)
	help := func() {
		defer c.end()
		defer func() {
			if p := recover(); p != nil {
				select {
				case panics <- p:
				default: // the first is enough
				}
			}
		}()
		for i, ok := take(); ok; i, ok = take() {
			work(i)
		}
	}
	for i, ok := take(); ok; i, ok = take() {
		for int(next.Load()) < n && c.hire() {
			hired.Go(help)
		}
		work(i)
	}
	hired.Wait()
	select {
	case p := <-panics:
		panic(p)
	default:
	}
}

// turns lets pieces of work that are done side by side do one thing each in
// their order.
type turns []chan struct{}

func newTurns(n int) turns {
	t := make(turns, n)
	for i := range t {
		t[i] = make(chan struct{})
	}
	return t
}

// await waits until the pieces before have had their turn.
func (t turns) await(i int) {
	if i > 0 {
		<-t[i-1]
	}
}

// pass ends the turn of a piece, whether it has used it or not.
func (t turns) pass(i int) {
	t.await(i)
	close(t[i])
}
