// Package start sets the garbage collector for a short run. It is a package of its
// own, which imports next to nothing, so that it is initialised before most others:
// what they set up as the program starts was collected twice, which took a quarter
// of the post-renderer's time.
package start

import (
	"os"
	"runtime/debug"

	"github.com/helm-stateful/helm-stateful/internal/handover"
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
	set(atFirst)
	if !handover.PostRenders(os.Args[1:]) { // most post-renders end before it pays
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
