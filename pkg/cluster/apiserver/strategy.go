package apiserver

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// strategy is what the API server knows about one kind (k8s.io/apiserver
// pkg/registry/rest/create.go and update.go).
type strategy interface {
	namespaced() bool
	// beginCreate and beginUpdate come before everything else and may refuse.
	beginCreate(next runtime.Object) field.ErrorList
	beginUpdate(next, live runtime.Object) field.ErrorList
	prepareForCreate(next runtime.Object)
	prepareForUpdate(next, live runtime.Object)
	validateCreate(next runtime.Object) field.ErrorList
	validateUpdate(next, live runtime.Object) field.ErrorList
	// declarative configures the generated validation; live is nil at a create.
	declarative(next, live runtime.Object) (options map[string]bool, rules []field.NormalizationRule)
}

// rules is the strategy of the kind whose internal type is T. A function that
// is nil does nothing.
type rules[T runtime.Object] struct {
	ClusterScoped bool

	BeginCreate func(next T) field.ErrorList
	BeginUpdate func(next, live T) field.ErrorList

	PrepareCreate func(next T)
	PrepareUpdate func(next, live T)

	Validate       func(next T) field.ErrorList
	ValidateUpdate func(next, live T) field.ErrorList

	// Options are the options of declarative validation. live may be nil.
	Options       func(next, live T) map[string]bool
	Normalization []field.NormalizationRule
}

var _ strategy = rules[runtime.Object]{}

func (r rules[T]) namespaced() bool { return !r.ClusterScoped }

func (r rules[T]) beginCreate(next runtime.Object) field.ErrorList {
	if r.BeginCreate == nil {
		return nil
	}
	return r.BeginCreate(next.(T))
}

func (r rules[T]) beginUpdate(next, live runtime.Object) field.ErrorList {
	if r.BeginUpdate == nil {
		return nil
	}
	return r.BeginUpdate(next.(T), live.(T))
}

func (r rules[T]) prepareForCreate(next runtime.Object) {
	if r.PrepareCreate != nil {
		r.PrepareCreate(next.(T))
	}
}

func (r rules[T]) prepareForUpdate(next, live runtime.Object) {
	if r.PrepareUpdate != nil {
		r.PrepareUpdate(next.(T), live.(T))
	}
}

func (r rules[T]) validateCreate(next runtime.Object) field.ErrorList {
	return r.Validate(next.(T))
}

func (r rules[T]) validateUpdate(next, live runtime.Object) field.ErrorList {
	return r.ValidateUpdate(next.(T), live.(T))
}

func (r rules[T]) declarative(next, live runtime.Object) (map[string]bool, []field.NormalizationRule) {
	if r.Options == nil {
		return nil, r.Normalization
	}
	old, _ := live.(T)
	return r.Options(next.(T), old), r.Normalization
}

// strategies are found by internal type.
type strategies map[reflect.Type]strategy

func add[T runtime.Object](s strategies, r rules[T]) { s[reflect.TypeFor[T]()] = r }
