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
	versioned, err := a.scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, versioned); err != nil {
		return nil, err
	}
	a.scheme.Default(versioned)
	return a.convert(versioned, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal})
}

// Fits reports whether an object of a built-in kind has the fields of its type
// and no others, which server-side apply insists on. Other kinds have no type
// to fit.
func (j *Judge) Fits(object map[string]any) bool {
	a, gvk := builtin(), gvkOf(object)
	if _, ok := a.served[gvk]; !ok {
		return true
	}
	data, err := marshal(object)
	if err != nil {
		return false
	}
	return j.fits.of(string(data), func() bool {
		versioned, err := a.scheme.New(gvk)
		if err != nil {
			return false
		}
		unknown, err := kjson.UnmarshalStrict(data, versioned, kjson.DisallowUnknownFields)
		return err == nil && len(unknown) == 0
	})
}

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
