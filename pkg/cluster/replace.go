package cluster

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"

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

// relabels reports whether a patched object, as replaced returns it, differs from
// the live one in the values of its own labels and annotations alone, and in such
// as the API server takes for any object: it freezes some of its own, such as
// volume.beta.kubernetes.io/storage-class of a claim.
func relabels(live, patched map[string]any) bool {
	was, _ := live["metadata"].(map[string]any)
	is, _ := patched["metadata"].(map[string]any)
	if was == nil || was["deletionTimestamp"] != nil || !shares(live, patched, "metadata") || !shares(was, is, "labels", "annotations") {
		return false
	}
	for _, kind := range []string{"labels", "annotations"} {
		before, _ := was[kind].(map[string]any)
		after, _ := is[kind].(map[string]any)
		for key, value := range after {
			if meansSomething(key) && before[key] != value {
				return false
			}
		}
	}
	labels, _ := is["labels"].(map[string]any)
	for _, value := range labels {
		if text, ok := value.(string); !ok || len(utilvalidation.IsValidLabelValue(text)) > 0 {
			return false
		}
	}
	size := 0
	annotations, _ := is["annotations"].(map[string]any)
	for key, value := range annotations {
		text, ok := value.(string)
		if !ok {
			return false
		}
		size += len(key) + len(text)
	}
	return size <= validation.TotalAnnotationSizeLimitB
}

// meansSomething reports whether a label or an annotation belongs to Kubernetes,
// other than those that it recommends to all (app.kubernetes.io).
func meansSomething(key string) bool {
	domain, _, qualified := strings.Cut(key, "/")
	if !qualified || domain == "app.kubernetes.io" {
		return false
	}
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io"}, func(own string) bool {
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}

// shares reports whether two maps have the very same values, but for some keys.
func shares(a, b map[string]any, but ...string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, x := range a {
		y, ok := b[k]
		if !ok || !slices.Contains(but, k) && !identical(x, y) {
			return false
		}
	}
	return true
}

func identical(x, y any) bool {
	switch a := x.(type) {
	case map[string]any:
		b, ok := y.(map[string]any)
		return ok && reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
	case []any:
		b, ok := y.([]any)
		return ok && len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
	}
	return x == y
}
