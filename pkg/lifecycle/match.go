package lifecycle

import (
	"maps"
	"reflect"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// matches pairs the objects of one rendering with those of another.
type matches map[*manifest.Object]*manifest.Object

// match pairs objects by kind, namespace and name, and those left over whose
// names differ by template, kind and position.
func match(a, b *Rendering) matches {
	type place struct {
		source, kind string
		index        int
	}
	pairs := matches{}
	byID := map[manifest.ID]*manifest.Object{}
	for _, o := range b.Stream.Objects() {
		byID[o.ID] = o
	}
	taken := map[*manifest.Object]bool{}
	for _, o := range a.Stream.Objects() {
		if other := byID[o.ID]; other != nil && !taken[other] {
			pairs[o], taken[other] = other, true
		}
	}
	rest := map[place]*manifest.Object{}
	counts := map[place]int{}
	for _, o := range b.Stream.Objects() {
		if !taken[o] {
			at := place{source: o.Source, kind: o.Kind}
			counts[at]++
			at.index = counts[at]
			rest[at] = o
		}
	}
	clear(counts)
	for _, o := range a.Stream.Objects() {
		if pairs[o] == nil {
			at := place{source: o.Source, kind: o.Kind}
			counts[at]++
			at.index = counts[at]
			if other := rest[at]; other != nil {
				pairs[o] = other
			}
		}
	}
	return pairs
}

// Difference is a field that two values do not share. Before or After is nil
// where the field is absent.
type Difference struct {
	Path          manifest.Path
	Before, After any
}

// Differences returns the deepest fields in which two values differ, in the
// order of their paths. Lists of different lengths differ as a whole.
func Differences(before, after any) []Difference {
	return appendDifferences(nil, nil, before, after)
}

func appendDifferences(out []Difference, path manifest.Path, before, after any) []Difference {
	switch b := before.(type) {
	case map[string]any:
		a, ok := after.(map[string]any)
		if !ok {
			break
		}
		keys := slices.Collect(maps.Keys(b))
		for k := range a {
			if _, ok := b[k]; !ok {
				keys = append(keys, k)
			}
		}
		slices.Sort(keys)
		for _, k := range keys {
			out = appendDifferences(out, path.Append(k), b[k], a[k])
		}
		return out
	case []any:
		a, ok := after.([]any)
		if !ok || len(a) != len(b) {
			break
		}
		for i := range b {
			out = appendDifferences(out, path.Append(i), b[i], a[i])
		}
		return out
	}
	if reflect.DeepEqual(before, after) {
		return out
	}
	return append(out, Difference{Path: path, Before: before, After: after})
}
