package cluster

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/structured-merge-diff/v6/typed"
	"sigs.k8s.io/structured-merge-diff/v6/value"
)

// mistakes says what in an object does not fit its schema, in words that are
// always the same. The library walks through a mapping in the order of Go's maps,
// and stops at the first field that it does not know.
func (k kindSchema) mistakes(fields map[string]any) error {
	_, err := typed.AsTyped(ordered(value.NewValueInterface(fields)), k.Schema, k.TypeRef)
	var mistakes typed.ValidationErrors
	if !errors.As(err, &mistakes) {
		return err
	}
	slices.SortFunc(mistakes, func(a, b typed.ValidationError) int { return strings.Compare(a.Error(), b.Error()) })
	return mistakes
}

// ordered is a value whose mappings are walked through by their sorted keys.
func ordered(v value.Value) value.Value {
	if v != nil && (v.IsMap() || v.IsList()) {
		return orderedValue{v}
	}
	return v
}

type orderedValue struct{ value.Value }

func (v orderedValue) AsMap() value.Map { return v.AsMapUsing(value.HeapAllocator) }
func (v orderedValue) AsMapUsing(value.Allocator) value.Map {
	return orderedMap{v.Value.AsMap(), v.Value}
}
func (v orderedValue) AsList() value.List                     { return v.AsListUsing(value.HeapAllocator) }
func (v orderedValue) AsListUsing(value.Allocator) value.List { return orderedList{v.Value.AsList()} }

// Format prints what the value itself prints, for it stands in messages.
func (v orderedValue) Format(f fmt.State, verb rune) {
	fmt.Fprintf(f, fmt.FormatString(f, verb), v.Value)
}

type orderedMap struct {
	value.Map
	of value.Value
}

func (m orderedMap) Iterate(visit func(string, value.Value) bool) bool {
	fields, _ := m.of.Unstructured().(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !visit(key, ordered(value.NewValueInterface(fields[key]))) {
			return false
		}
	}
	return true
}

func (m orderedMap) IterateUsing(_ value.Allocator, visit func(string, value.Value) bool) bool {
	return m.Iterate(visit)
}

type orderedList struct{ value.List }

func (l orderedList) At(i int) value.Value { return ordered(l.List.At(i)) }

func (l orderedList) AtUsing(_ value.Allocator, i int) value.Value { return l.At(i) }
