package manifest

import (
	"bytes"
	"fmt"
	"strings"
)

// FilenameAnnotation names the template of a document in the stream that
// Helm 4 sends to a post-renderer (helm v4.3.1, pkg/action/action.go).
const FilenameAnnotation = "postrenderer.helm.sh/postrender-filename"

// Object is one Kubernetes object of a stream.
type Object struct {
	ID
	// Document holds the object.
	Document *Document
	// Item is the object's index in its List, or -1 when it stands alone.
	Item int
	// InList says that Helm sees the List, not the object. The items of a
	// ResourceList, which KRM functions are given, are objects of their own.
	InList bool
	// Source is the template that printed the object, or "".
	Source string
	// Fields is the object as the API server reads it: maps, slices, strings,
	// bool, int64, float64 and nil. It is shared and must not be changed.
	Fields map[string]any
	// Hook is set when Helm runs the object as a hook.
	Hook *Hook
}

// ID names an object in a namespace.
type ID struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// Group is the API group, "" for the core group.
func (id ID) Group() string {
	group, _, found := strings.Cut(id.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// String is "Kind/name", as kubectl prints it but for the capital.
func (id ID) String() string { return id.Kind + "/" + id.Name }

// content is an object's fields and its place in a List, or -1.
type content struct {
	fields map[string]any
	item   int
	inList bool
}

// decode reads the document's objects, from cache where that has read the same
// text before.
func (d *Document) decode(cache *Cache) error {
	contents, err := cache.contents(d)
	if err != nil {
		return err
	}
	for _, c := range contents {
		d.objects = append(d.objects, d.newObject(c))
	}
	return nil
}

// contents reads what the document holds.
func (d *Document) contents() ([]content, error) {
	body := bytes.TrimPrefix(d.body, []byte("\ufeff"))
	if isBlank(body) {
		return nil, nil
	}
	value, err := readYAML(body)
	if err != nil {
		return nil, d.syntaxError(err)
	}
	fields, ok := value.(map[string]any)
	if !ok {
		if value == nil {
			return nil, nil
		}
		return nil, &SyntaxError{Line: d.Line, Source: d.Source, Reason: fmt.Sprintf("the document is a %s, not an object with apiVersion and kind", typeName(value))}
	}
	items, ok := fields["items"].([]any)
	if !ok || !isList(fields) {
		return []content{{fields: fields, item: -1}}, nil
	}
	var out []content
	for i, item := range items {
		itemFields, ok := item.(map[string]any)
		if !ok {
			return nil, &SyntaxError{Line: d.Line, Source: d.Source, Reason: fmt.Sprintf("item %d of the List is a %s, not an object", i, typeName(item))}
		}
		out = append(out, content{itemFields, i, fields["kind"] != "ResourceList"})
	}
	return out, nil
}

func (d *Document) newObject(c content) *Object {
	o := &Object{Document: d, Item: c.item, InList: c.inList, Source: d.Source, Fields: c.fields}
	o.APIVersion = o.StringAt("apiVersion")
	o.Kind = o.StringAt("kind")
	o.Namespace = o.StringAt("metadata", "namespace")
	o.Name = o.StringAt("metadata", "name")
	if source := o.Annotation(FilenameAnnotation); source != "" {
		o.Source = source
	}
	if c.item < 0 { // Helm looks for hooks at the top of a document only
		o.Hook = hookOf(o)
	}
	return o
}

// isList reports whether Kubernetes' decoder unwraps the object: a kind that
// ends in List and has items (apimachinery, meta/help.go).
func isList(fields map[string]any) bool {
	kind, _ := fields["kind"].(string)
	return strings.HasSuffix(kind, "List")
}

func isBlank(body []byte) bool {
	for line := range bytes.Lines(body) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

func typeName(value any) string {
	switch value.(type) {
	case []any:
		return "sequence"
	case map[string]any:
		return "mapping"
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	default:
		return "number"
	}
}
