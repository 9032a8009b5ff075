package engine

import (
	"slices"
	"sync"
)

// idle are executions that no rendering uses at present. It is safe for concurrent
// use.
type idle struct {
	mu  sync.Mutex
	all []*execution
}

// atMost is enough for the renderings of a chart that run side by side.
const atMost = 4

// take returns an execution of just these templates, or nil.
func (i *idle) take(names []string, files map[string]renderable) *execution {
	i.mu.Lock()
	defer i.mu.Unlock()
	for n, x := range i.all {
		if x.has(names, files) {
			i.all = slices.Delete(i.all, n, n+1)
			return x
		}
	}
	return nil
}

func (x *execution) has(names []string, files map[string]renderable) bool {
	if len(x.files) != len(names) {
		return false
	}
	for i, f := range x.files {
		if f.name != names[i] || f.text != files[f.name].text {
			return false
		}
	}
	return true
}

// keep keeps an execution whose rendering has ended well.
func (i *idle) keep(x *execution) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.all) == atMost {
		i.all = slices.Delete(i.all, 0, 1)
	}
	i.all = append(i.all, x)
}
