package cluster

import (
	"maps"
	"reflect"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// sent is the manifest that an object was last sent with, in one mode.
type sent struct {
	mode     lifecycle.Mode
	manifest map[string]any
	// fits says that the manifest has nothing that its kind's schema does not take.
	fits bool
	// settled says that to send it once more changes nothing.
	settled bool
}

func (s sent) is(mode lifecycle.Mode, manifest map[string]any) bool {
	return s.manifest != nil && s.mode == mode && reflect.DeepEqual(s.manifest, manifest)
}

// settle notes that to send an object's manifest once more changes nothing, if it
// is a manifest of which this tells what becomes of another with other texts.
func (c *Cluster) settle(k key, by sent) {
	live := *c.objects[k]
	live.sent = c.settled(k, &live, by)
	c.objects[k] = &live
}

// settled is sent with that note. Of kinds that are not judged it does not tell, nor
// of a PriorityClass, for which it depends on the others.
func (c *Cluster) settled(k key, live *resident, by sent) sent {
	by.settled = by.fits && c.judge.Known(manifest.StringAt(live.fields, "apiVersion"), k.kind) && k.kind != "PriorityClass"
	return by
}

// takesNothing reports whether a manifest that the cluster covers takes nothing
// away from it by null, nor by what it leaves out of an update strategy.
func takesNothing(live, next map[string]any) bool {
	null, _ := voids(live, next, next)
	return !null && keepsStrategy(live, next)
}

// rewritten returns what the server stores of an object where a manifest does
// nothing but write other texts into fields that the API server takes for free
// text (see freeTexts): most of what a new version of a chart does. It is certain
// where to send the manifest without these changes would change nothing: every way
// of applying it then comes to the same, nothing else depends on these fields, and
// so nothing needs to be merged or judged. What is not touched is shared with live.
func (c *Cluster) rewritten(mode lifecycle.Mode, k key, live *resident, previous, next map[string]any) (stored map[string]any, certain bool) {
	r := rewrite{free: freeTexts{key: k, live: live.fields, next: next}}
	value, changed, ok := r.in(live.fields, previous, next)
	if !ok || !changed {
		return nil, false
	}
	stored = value.(map[string]any)
	if !r.free.finish(stored) {
		return nil, false
	}
	return stored, live.sent.settled && live.sent.is(mode, previous) || c.holds(live, previous) || c.means(mode, k, live, previous)
}

// holds reports whether the cluster has a manifest as it was written, and no way
// of applying it once more would change anything.
func (c *Cluster) holds(live *resident, sent map[string]any) bool {
	return !c.fights(live, sent) && !switches(live.fields, sent, sent) && keepsStrategy(live.fields, sent) && !hasNull(sent) && has(live.fields, sent)
}

// means reports whether the manifest that an object was last sent with says what the
// cluster has, if in other words: values that are the same as none, quantities.
func (c *Cluster) means(mode lifecycle.Mode, k key, live *resident, manifest map[string]any) bool {
	if hasEmptyField(manifest) || !c.settled(k, live, live.sent).settled || !live.sent.is(mode, manifest) || c.fights(live, manifest) || !keepsStrategy(live.fields, manifest) {
		return false
	}
	normal := c.judge.Ask(manifest).Normal()
	return normal != nil && hasNormal(live.fields, manifest, normal)
}

// hasEmptyField reports whether a field of the object itself is an empty map or list.
// The data of a Secret that is immutable, the binary data of such a ConfigMap and the
// parameters of a VolumeAttributesClass may not become that where they were none
// (kubernetes v1.37.1, pkg/apis/core/validation and pkg/apis/storage/validation,
// which compare them by reflect.DeepEqual).
func hasEmptyField(manifest map[string]any) bool {
	for _, value := range manifest {
		if value != nil && value != "" && isEmpty(value) {
			return true
		}
	}
	return false
}

// hasNormal reports whether the cluster has what a manifest says as its normal form
// does, and nothing where that says nothing.
func hasNormal(live, manifest, normal any) bool {
	switch m := manifest.(type) {
	case map[string]any:
		n, ok := normal.(map[string]any)
		l, isMap := live.(map[string]any)
		if !ok || !isMap {
			return false
		}
		for key, item := range m {
			value, says := n[key]
			was, there := l[key]
			if says != there || says && !hasNormal(was, item, value) {
				return false
			}
		}
		return true
	case []any:
		n, _ := normal.([]any)
		l, _ := live.([]any)
		if len(n) != len(m) || len(l) != len(m) {
			return false
		}
		for i, item := range m {
			if !hasNormal(l[i], item, n[i]) {
				return false
			}
		}
		return true
	}
	return has(live, normal)
}

// rewrite walks through two manifests at once.
type rewrite struct {
	free freeTexts
	path manifest.Path
}

// in returns a live value with the texts of next in the place of those of
// previous, if any changed. It is not ok where the manifests differ in anything else.
func (r *rewrite) in(live, previous, next any) (value any, changed, ok bool) {
	switch p := previous.(type) {
	case map[string]any:
		n, isMap := next.(map[string]any)
		l, _ := live.(map[string]any)
		if !isMap || len(n) != len(p) {
			return nil, false, false
		}
		if reflect.ValueOf(p).UnsafePointer() == reflect.ValueOf(n).UnsafePointer() {
			return nil, false, true
		}
		return r.inMap(l, p, n)
	case []any:
		n, isList := next.([]any)
		l, _ := live.([]any)
		if !isList || len(n) != len(p) {
			return nil, false, false
		}
		return r.inList(l, p, n)
	case string:
		n, isText := next.(string)
		if !isText {
			return nil, false, false
		}
		if n == p {
			return nil, false, true
		}
		if live != previous || !r.free.takes(r.path, n) {
			return nil, false, false
		}
		return n, true, true
	}
	return nil, false, reflect.DeepEqual(previous, next)
}

func (r *rewrite) inMap(live, previous, next map[string]any) (value any, changed, ok bool) {
	var out map[string]any
	for key, item := range previous {
		other, stays := next[key]
		if !stays {
			return nil, false, false
		}
		if text, isText := item.(string); isText && text == other {
			continue
		}
		r.path = append(r.path, key)
		value, changed, ok := r.in(live[key], item, other)
		r.path = r.path[:len(r.path)-1]
		if !ok {
			return nil, false, false
		}
		if changed && out == nil {
			out = maps.Clone(live)
		}
		if changed {
			out[key] = value
		}
	}
	return out, out != nil, true
}

// inList does so for lists whose items have the same names in the same places.
func (r *rewrite) inList(live, previous, next []any) (value any, changed, ok bool) {
	var out []any
	for i, item := range previous {
		var was any
		if len(live) == len(previous) && nameOf(live[i]) == nameOf(item) {
			was = live[i]
		}
		r.path = append(r.path, i)
		value, changed, ok := r.in(was, item, next[i])
		r.path = r.path[:len(r.path)-1]
		if !ok {
			return nil, false, false
		}
		if changed && out == nil {
			out = append([]any{}, live...)
		}
		if changed {
			out[i] = value
		}
	}
	return out, out != nil, true
}
