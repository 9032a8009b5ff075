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

// twins are the objects that a template has printed, in order, by what find looks at.
type twins struct {
	same   map[sameText]*twin
	named  map[manifest.ID][]*twin
	ofKind map[string][]*twin
}

type sameText struct {
	kind, text string
	item       int
}

func newTwins() *twins {
	return &twins{map[sameText]*twin{}, map[manifest.ID][]*twin{}, map[string][]*twin{}}
}

func (s *twins) add(t twin) {
	o := t.object
	if text := (sameText{o.Kind, t.document.body, o.Item}); s.same[text] == nil {
		s.same[text] = &t
	}
	s.named[o.ID] = append(s.named[o.ID], &t)
	s.ofKind[o.Kind] = append(s.ofKind[o.Kind], &t)
}

// find returns the object of the marked rendering that is the same as one
// rendered without marks, and whether that is sure: the text is the same, or at
// least the shape is, random values aside.
func (t *Trace) find(o *manifest.Object) (*twin, bool) {
	printed := t.printed(o.Source)
	if same := printed.same[sameText{o.Kind, string(bytes.TrimSpace(withoutSource(o.Document.Body()))), o.Item}]; same != nil {
		return same, true
	}
	named := printed.named[o.ID]
	for _, same := range named {
		if sameShape(same.object.Fields, o.Fields) {
			return same, true
		}
	}
	ofKind := printed.ofKind[o.Kind]
	switch {
	case len(named) > 0:
		return named[0], false
	case len(ofKind) > 0: // under another name, which is random perhaps
		return ofKind[0], len(ofKind) == 1 && sameShape(ofKind[0].object.Fields, o.Fields)
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
