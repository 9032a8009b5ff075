package inventory

import "github.com/helm-stateful/helm-stateful/pkg/manifest"

// Labelled finds by their labels what selectors would else be held against one
// after the other.
type Labelled[T any] struct {
	all    []T
	labels func(T) map[string]string
	with   map[label][]T
}

type label struct{ key, value string }

// NewLabelled makes an index of all, in whose order it answers. all must not be
// changed.
func NewLabelled[T any](all []T, labels func(T) map[string]string) *Labelled[T] {
	l := &Labelled[T]{all, labels, map[label][]T{}}
	for _, item := range all {
		for key, value := range labels(item) {
			l.with[label{key, value}] = append(l.with[label{key, value}], item)
		}
	}
	return l
}

// Candidates are all that a selector can match, by the rarest of its matchLabels. The
// list must not be changed.
func (l *Labelled[T]) Candidates(selector map[string]any) []T {
	candidates := l.all
	for key, value := range manifest.StringMapAt(selector, "matchLabels") {
		if with := l.with[label{key, value}]; len(with) < len(candidates) {
			candidates = with
		}
	}
	return candidates
}

// Selected are those that a label selector matches.
func (l *Labelled[T]) Selected(selector map[string]any) []T {
	var out []T
	for _, item := range l.Candidates(selector) {
		if Selects(selector, l.labels(item)) {
			out = append(out, item)
		}
	}
	return out
}

// Selects reports whether a label selector matches one of them.
func (l *Labelled[T]) Selects(selector map[string]any) bool {
	for _, item := range l.Candidates(selector) {
		if Selects(selector, l.labels(item)) {
			return true
		}
	}
	return false
}

// Labelled are the workloads whose pods have a label. The list must not be changed.
func (inv *Inventory) Labelled(key, value string) []*Workload {
	return inv.index.pods.with[label{key, value}]
}

// Selected are the workloads whose pods a label selector matches, in any
// namespace.
func (inv *Inventory) Selected(selector map[string]any) []*Workload {
	return inv.index.pods.Selected(selector)
}
