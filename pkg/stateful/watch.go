package stateful

import (
	"maps"
	"slices"
	"sync"
)

// Watch knows what a run of Lint is at. A program that bounds its own memory
// can tell from it whom to blame, and leave that chart out of the next run: see
// LintOptions.GivenUp. The zero value is ready for use, by one run.
type Watch struct {
	mu      sync.Mutex
	running map[string]int
	left    map[string]string
}

// Running are the paths of the charts that are being worked on, sorted.
func (w *Watch) Running() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.running))
}

// Left are the charts that took too long and were left to themselves, by path,
// with what was said of them. Template engines cannot be interrupted: such a
// chart goes on to take time and memory.
func (w *Watch) Left() map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.left)
}

func (w *Watch) start(path string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running == nil {
		w.running = map[string]int{}
	}
	w.running[path]++
}

func (w *Watch) end(path string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running[path]--; w.running[path] <= 0 {
		delete(w.running, path)
	}
}

func (w *Watch) leave(path, why string) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left == nil {
		w.left = map[string]string{}
	}
	w.left[path] = why
}
