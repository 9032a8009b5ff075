package trace

import (
	"bytes"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// twin is an object as the marked rendering has it.
type twin struct {
	document *document
	object   *manifest.Object
}

// find returns the object of the marked rendering that is the same as one
// rendered without marks, and whether that is sure: the text is the same, or at
// least the shape is, random values aside.
func (t *Trace) find(o *manifest.Object) (*twin, bool) {
	text := bytes.TrimSpace(withoutSource(o.Document.Body()))
	var named, ofKind []twin
	for _, d := range t.documents(o.Source) {
		for _, candidate := range d.objects {
			same := twin{d, candidate}
			if candidate.Kind != o.Kind {
				continue
			}
			if candidate.Item == o.Item && d.body == string(text) {
				return &same, true
			}
			ofKind = append(ofKind, same)
			if candidate.ID == o.ID {
				named = append(named, same)
			}
		}
	}
	for _, same := range named {
		if sameShape(same.object.Fields, o.Fields) {
			return &same, true
		}
	}
	switch {
	case len(named) > 0:
		return &named[0], false
	case len(ofKind) > 0: // under another name, which is random perhaps
		return &ofKind[0], len(ofKind) == 1 && sameShape(ofKind[0].object.Fields, o.Fields)
	}
	return nil, false
}

// withoutSource drops the line that names the template.
func withoutSource(body []byte) []byte {
	body = bytes.TrimLeft(body, "\n")
	if bytes.HasPrefix(body, []byte("# Source: ")) {
		if end := bytes.IndexByte(body, '\n'); end >= 0 {
			return body[end+1:]
		}
	}
	return body
}

// sameShape reports whether two values have the same keys and lengths of lists,
// whatever their scalars say.
func sameShape(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for key, value := range a {
			if other, ok := b[key]; !ok || !sameShape(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameShape)
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}
