package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

const module = "github.com/helm-stateful/helm-stateful/"

// commentsOf looks up the Go comments of packages of the checkout at root. They
// begin with the name of a field; its key goes there instead.
func commentsOf(root string, packages ...string) (func(reflect.Type, string) string, error) {
	var found jsonschema.Reflector
	for _, name := range packages {
		if err := found.AddGoComments("", filepath.Join(root, name), jsonschema.WithFullComment()); err != nil {
			return nil, fmt.Errorf("comments of %s: %w", name, err)
		}
	}
	return func(t reflect.Type, field string) string {
		dir := filepath.Join(root, strings.TrimPrefix(t.PkgPath(), module))
		name := filepath.ToSlash(dir) + "." + t.Name()
		word := t.Name()
		key := word
		if field != "" {
			name += "." + field
			word = field
			if f, ok := t.FieldByName(field); ok {
				key, _, _ = strings.Cut(f.Tag.Get("json"), ",")
			}
		}
		text := strings.ReplaceAll(found.CommentMap[name], "\n", " ")
		if rest, ok := strings.CutPrefix(text, word+" "); ok {
			text = key + " " + rest
		}
		return text
	}, nil
}
