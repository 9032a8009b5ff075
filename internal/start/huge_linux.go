package start

import (
	"runtime"
	"syscall"
)

const (
	// early is how much of the heap is laid out in huge pages, in bytes: as much as
	// is used before the first collection.
	early = 64 << 20
	// adviseHuge asks for them (madvise(2), MADV_HUGEPAGE).
	adviseHuge = 14
)

// layOut lays out the beginning of the heap. A run touches each page of its heap for the first time, and the kernel handed out
// each 4 kB by itself, which took a quarter of the time of a chart. Linux gives
// huge pages to whoever asks, on most distributions only then, and Go's heap does
// not ask. It cannot be told where to lie either: this takes a part of it, asks for
// that and gives it back, untouched.
func layOut() {
	part := make([]byte, early)
	_ = syscall.Madvise(part, adviseHuge) // a kernel without them is only slower
	runtime.KeepAlive(part)
	part = nil
	runtime.GC()
}
