package apiserver

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
)

// gvkOf returns the kind of an object.
func gvkOf(object map[string]any) schema.GroupVersionKind {
	apiVersion, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)
	return schema.FromAPIVersionAndKind(apiVersion, kind)
}

// decode reads an object as the API server does: into its version's type, in
// which unknown fields are dropped, then the defaults, then the internal type
// (k8s.io/apimachinery pkg/runtime/serializer/json/json.go and
// versioning/versioning.go).
func (a *api) decode(object map[string]any, gvk schema.GroupVersionKind) (runtime.Object, error) {
	data, err := marshal(object)
	if err != nil {
		return nil, err
	}
	if err := a.endless(data, gvk); err != nil {
		return nil, err
	}
	versioned, err := a.read(data, gvk)
	if err != nil {
		return nil, err
	}
	return a.internal(versioned, gvk)
}

// read does the first of this.
func (a *api) read(data []byte, gvk schema.GroupVersionKind) (runtime.Object, error) {
	versioned, err := a.scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	return versioned, kjson.UnmarshalCaseSensitivePreserveInts(data, versioned)
}

// internal does the rest.
func (a *api) internal(versioned runtime.Object, gvk schema.GroupVersionKind) (runtime.Object, error) {
	a.scheme.Default(versioned)
	return a.convert(versioned, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
}

// Fits is what a Request says.
func (j *Judge) Fits(object map[string]any) bool { return j.Ask(object).Fits() }

// convert changes an object's version. The result may share memory with it.
func (a *api) convert(object runtime.Object, to schema.GroupVersion) (runtime.Object, error) {
	return a.scheme.UnsafeConvertToVersion(object, to)
}

// encode returns an object of a version as plain maps, as it is read back: what
// comes out of the store is given the defaults once more.
func (a *api) encode(versioned runtime.Object) (map[string]any, error) {
	a.scheme.Default(versioned)
	fields, err := plain(versioned)
	if err != nil {
		return nil, fmt.Errorf("encode a %T: %w", versioned, err)
	}
	return fields, nil
}
