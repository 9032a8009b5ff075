package config

import (
	"reflect"
	"strings"
)

// keyField is a key of a mapping and the field of the struct that takes it.
type keyField struct {
	key   string
	index int
}

// keysOf returns the keys of a struct's mapping, and those among them that must
// be there.
func keysOf(t reflect.Type) (fields []keyField, required []string) {
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("json")
		if !ok || tag == "-" {
			continue
		}
		key, options, _ := strings.Cut(tag, ",")
		fields = append(fields, keyField{key, i})
		if options != "omitempty" {
			required = append(required, key)
		}
	}
	return fields, required
}
