package apiserver

import (
	"maps"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/operation"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// fixedUID stands in where validation needs a uid and the caller has not given
// the object one: a Job selects its pods by it.
const fixedUID types.UID = "00000000-0000-4000-8000-000000000000"

// Create returns the object as stored (defaulted, status wiped) or a refusal.
// The object's namespace, uid, resourceVersion and creationTimestamp are kept
// as the caller gave them; a Job without a uid is given a fixed one, because
// its selector carries it. An object of an unknown kind is stored as it is.
// (k8s.io/apiserver pkg/registry/rest/create.go, BeforeCreate.)
func (j *Judge) Create(object map[string]any) (map[string]any, Verdict) {
	metadata, _ := object["metadata"].(map[string]any)
	uid, _ := metadata["uid"].(string)
	if uid != "" {
		object = withUID(object, "")
	}
	stored, v := j.Ask(object).Create(uid)
	return deepCopy(stored), v
}

// created is what became of an object.
type created struct {
	stored  map[string]any
	verdict Verdict
}

// withUID returns an object with another uid.
func withUID(object map[string]any, uid string) map[string]any {
	metadata, _ := object["metadata"].(map[string]any)
	object, metadata = maps.Clone(object), maps.Clone(metadata)
	object["metadata"], metadata["uid"] = metadata, uid
	return object
}

func (a *api) create(s strategy, object runtime.Object, gvk schema.GroupVersionKind) (map[string]any, Verdict) {
	next, err := a.internal(object, gvk)
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	m, err := meta.Accessor(next)
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	kind := a.kindOf(next)
	restore := fillForCreate(m, s.namespaced())

	if errs := s.beginCreate(next); len(errs) > 0 {
		return nil, invalid(kind, m.GetName(), errs)
	}
	s.prepareForCreate(next)

	errs := s.validateCreate(next)
	if len(errs) == 0 {
		errs = validation.ValidateObjectMetaAccessor(m, s.namespaced(), validatePathSegment, field.NewPath("metadata"))
	}
	versioned, err := a.convert(next, gvk.GroupVersion())
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	options, normalization := s.declarative(next, nil)
	errs = a.validateDeclaratively(operation.Create, options, normalization, versioned, nil, errs)
	if len(errs) > 0 {
		return nil, invalid(kind, m.GetName(), errs)
	}
	stored, err := a.encode(versioned)
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	restore(stored)
	return stored, Verdict{}
}

// fillForCreate completes the metadata so that validation sees what it would
// see in the API server: no deletion, a name made from generateName, a
// namespace and a uid. restore takes back what the caller has to choose.
func fillForCreate(m metav1.Object, namespaced bool) (restore func(stored map[string]any)) {
	m.SetDeletionTimestamp(nil)
	m.SetDeletionGracePeriodSeconds(nil)
	m.SetSelfLink("")
	if m.GetName() == "" && m.GetGenerateName() != "" {
		m.SetName(generated(m.GetGenerateName()))
	}
	var invented []string
	switch {
	case !namespaced:
		m.SetNamespace("")
	case m.GetNamespace() == "":
		m.SetNamespace(metav1.NamespaceDefault)
		invented = append(invented, "namespace")
	}
	if m.GetUID() == "" {
		m.SetUID(fixedUID)
		invented = append(invented, "uid")
	}
	return func(stored map[string]any) {
		fields, _ := stored["metadata"].(map[string]any)
		for _, key := range invented {
			if key != "uid" || stored["kind"] != "Job" {
				delete(fields, key)
			}
		}
	}
}

// generated returns a name as the API server's generator makes it, always the
// same (k8s.io/apiserver pkg/storage/names/generate.go).
func generated(base string) string {
	const suffix, longest = "xxxxx", 63
	return base[:min(len(base), longest-len(suffix))] + suffix
}

// validatePathSegment checks that a name can stand in a URL (k8s.io/apiserver
// pkg/registry/rest/create.go).
func validatePathSegment(name string, prefix bool) []string {
	if prefix {
		return content.IsPathSegmentPrefix(name)
	}
	return content.IsPathSegmentName(name)
}
