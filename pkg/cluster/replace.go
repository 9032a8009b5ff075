package cluster

import (
	"maps"
	"reflect"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// replaced returns what a patch makes of a live object where a manifest does
// nothing but write other values into fields that it had before, and that the
// cluster has as it wrote them: most of what a new version of a chart does. Every
// way of applying a manifest then comes to the same, and what is not touched is
// shared with live.
func (c *Cluster) replaced(live *resident, previous, next map[string]any) (patched map[string]any, ok bool) {
	if c.fights(live, next) || switches(live.fields, previous, next) || !keepsStrategy(live.fields, next) || hasNull(next) {
		return nil, false
	}
	for _, identity := range []string{"apiVersion", "kind"} {
		if previous[identity] != next[identity] || live.fields[identity] != next[identity] {
			return nil, false
		}
	}
	if reflect.DeepEqual(previous, next) {
		return nil, false
	}
	lists := byName
	if !c.judge.Known(manifest.StringAt(next, "apiVersion"), manifest.StringAt(next, "kind")) {
		lists = nil // which are replaced as a whole
	}
	fields, ok := replacedIn(live.fields, previous, next, "", lists)
	if !ok {
		return nil, false
	}
	return fields.(map[string]any), true
}

// keepsStrategy reports whether the server fills in again what a three-way merge
// takes from the live update strategy: all that the manifest does not name there
// ($retainKeys).
func keepsStrategy(live, next map[string]any) bool {
	strategy := manifest.Path{"spec", "strategy"}
	named, ok := manifest.Lookup(next, strategy...)
	if !ok {
		return true
	}
	for key, value := range manifest.MapAt(live, strategy...) {
		if _, ok := manifest.Lookup(named, key); !ok && !reflect.DeepEqual(value, map[string]any{"maxSurge": "25%", "maxUnavailable": "25%"}) {
			return false
		}
	}
	return true
}

// byName are lists that a patch of a built-in kind merges item by item, by their
// names.
var byName = []string{"containers", "initContainers", "env"}

// replacedIn does so for the value of a key; lists are those whose items have
// names. A value in which nothing changes is returned as it is.
func replacedIn(live, previous, next any, key string, lists []string) (any, bool) {
	if reflect.DeepEqual(previous, next) {
		return live, has(live, previous)
	}
	switch p := previous.(type) {
	case map[string]any:
		l, isMap := live.(map[string]any)
		n, stays := next.(map[string]any)
		if !isMap || !stays || len(n) != len(p) {
			return nil, false
		}
		out := maps.Clone(l)
		for k, item := range p {
			other, stays := n[k]
			was, there := l[k]
			value, ok := replacedIn(was, item, other, k, lists)
			if !stays || !there || !ok {
				return nil, false
			}
			out[k] = value
		}
		return out, true
	case []any:
		l, isList := live.([]any)
		n, stays := next.([]any)
		if !isList || !stays || len(n) != len(p) || len(l) != len(p) || !slices.Contains(lists, key) {
			return nil, false
		}
		out := slices.Clone(l)
		for i := range p {
			name := nameOf(p[i])
			if name == "" || nameOf(n[i]) != name || nameOf(l[i]) != name {
				return nil, false
			}
			value, ok := replacedIn(l[i], p[i], n[i], "", lists)
			if !ok {
				return nil, false
			}
			out[i] = value
		}
		return out, true
	}
	if next == nil || next == "" || reflect.TypeOf(previous) != reflect.TypeOf(next) || live != previous {
		return nil, false
	}
	return next, true
}

func nameOf(item any) string {
	m, _ := item.(map[string]any)
	name, _ := m["name"].(string)
	return name
}

// has reports whether the cluster has what a manifest says, and in the same
// places: more strictly than covers.
func has(live, manifest any) bool {
	switch m := manifest.(type) {
	case map[string]any:
		l, ok := live.(map[string]any)
		if !ok {
			return false
		}
		for k, item := range m {
			value, ok := l[k]
			if !ok || !has(value, item) {
				return false
			}
		}
		return true
	case []any:
		l, ok := live.([]any)
		if !ok || len(l) != len(m) {
			return false
		}
		for i, item := range m {
			if !has(l[i], item) {
				return false
			}
		}
		return true
	}
	return live == manifest
}

func hasNull(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case map[string]any:
		for _, item := range v {
			if hasNull(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasNull)
	}
	return false
}
