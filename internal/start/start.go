// Package start is what a run begins with: it sets the garbage collector for a short
// one, and hands post-renders over to the program that can do nothing else. It
// imports next to nothing, so that it is initialised before most other packages:
// what they set up was collected twice, and most of it a post-render never uses.
package start

import (
	"os"
	"runtime/debug"
)

const (
	// atFirst lets the heap grow to 64 MB before the first collection. Few runs get
	// there.
	atFirst = 1600
	// steady collects a large heap less often than Go does of itself, which saves a
	// tenth of the time.
	steady = 400
	// tight spares memory where there is much to keep: the heap need not become five
	// times as large as that.
	tight = 150

	// Large is the size of the heap, in bytes, from which on to collect steadily.
	Large = 128 << 20
	// Huge is that from which on to collect tightly.
	Huge = 512 << 20
)

func init() {
	postRenders := postRenders(os.Args[1:])
	if postRenders {
		handOver()
	}
	set(atFirst)
	if !postRenders { // most end before it pays
		layOut()
	}
}

// Steady has the heap collected as befits a large one.
func Steady() { set(steady) }

// Tight has the heap collected as befits a huge one.
func Tight() { set(tight) }

// set sets the percentage by which the heap may grow, unless the user has.
func set(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
