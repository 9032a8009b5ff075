package apiserver

import "sync"

// memory remembers answers, until there are too many: a chart asks the same again
// from one rendering to the next, a long stream never does. The zero value is ready
// for use.
type memory[T any] struct {
	mu    sync.Mutex
	known map[string]T
}

// mostAnswers bounds what is kept; the largest of charts have some hundred objects.
const mostAnswers = 4096

// of returns the answer for a key, found once. It is shared and must not be
// changed.
func (m *memory[T]) of(key string, find func() T) T {
	m.mu.Lock()
	answer, ok := m.known[key]
	m.mu.Unlock()
	if ok {
		return answer
	}
	answer = find()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= mostAnswers {
		m.known = map[string]T{}
	}
	m.known[key] = answer
	return answer
}
