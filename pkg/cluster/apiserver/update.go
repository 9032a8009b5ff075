package apiserver

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/operation"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Update judges next as the full new content over live (both full objects); it
// returns the object as stored, or a refusal. next may be in another version
// than live. An object of an unknown kind is stored as it is.
// (k8s.io/apiserver pkg/registry/rest/update.go, BeforeUpdate.)
func (j *Judge) Update(live, next map[string]any) (map[string]any, Verdict) {
	a, gvk := builtin(), gvkOf(next)
	s, ok := a.served[gvk]
	if !ok {
		return deepCopy(next), Verdict{}
	}
	newObj, newMeta, err := a.decodeMeta(next, gvk)
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	liveGVK := gvkOf(live)
	oldObj, oldMeta, err := a.decodeMeta(live, liveGVK)
	if err != nil {
		return nil, undecodable(liveGVK, err)
	}
	if v := sameIdentity(newMeta, oldMeta, s.namespaced()); v.Refused {
		return nil, v
	}
	kind := a.kindOf(newObj)
	restore := fillForUpdate(newMeta, oldMeta, s.namespaced())

	if errs := s.beginUpdate(newObj, oldObj); len(errs) > 0 {
		return nil, invalid(kind, newMeta.GetName(), errs)
	}
	newMeta.SetGeneration(oldMeta.GetGeneration())
	s.prepareForUpdate(newObj, oldObj)
	keepSystemFields(newMeta, oldMeta)

	path := field.NewPath("metadata")
	errs := validation.ValidateObjectMetaAccessor(newMeta, s.namespaced(), validatePathSegment, path)
	errs = append(errs, validation.ValidateObjectMetaAccessorUpdate(newMeta, oldMeta, path)...)
	errs = append(errs, s.validateUpdate(newObj, oldObj)...)

	versioned, err := a.convert(newObj, gvk.GroupVersion())
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	versionedOld, err := a.convert(oldObj, gvk.GroupVersion())
	if err != nil {
		return nil, undecodable(liveGVK, err)
	}
	options, normalization := s.declarative(newObj, oldObj)
	errs = a.validateDeclaratively(operation.Update, options, normalization, versioned, versionedOld, errs)
	if len(errs) > 0 {
		return nil, invalid(kind, newMeta.GetName(), errs)
	}
	stored, err := a.encode(versioned)
	if err != nil {
		return nil, undecodable(gvk, err)
	}
	restore(stored)
	return stored, Verdict{}
}

func (a *api) decodeMeta(object map[string]any, gvk schema.GroupVersionKind) (runtime.Object, metav1.Object, error) {
	o, err := a.decode(object, gvk)
	if err != nil {
		return nil, nil, err
	}
	m, err := meta.Accessor(o)
	return o, m, err
}

// sameIdentity refuses an update that names another object (k8s.io/apiserver
// pkg/endpoints/handlers/rest.go, checkName).
func sameIdentity(next, live metav1.Object, namespaced bool) Verdict {
	if next.GetName() != live.GetName() {
		return badRequest("the name of the object (%s) does not match the name on the URL (%s)", next.GetName(), live.GetName())
	}
	if namespaced && next.GetNamespace() != "" && live.GetNamespace() != "" && next.GetNamespace() != live.GetNamespace() {
		return badRequest("the namespace of the object (%s) does not match the namespace on the request (%s)",
			next.GetNamespace(), live.GetNamespace())
	}
	return Verdict{}
}

// fillForUpdate gives both objects the namespace and the resource version
// without which validation would refuse them. A resource version in next is
// not compared: Helm sends patches, which carry none. restore takes back what
// live did not have either.
func fillForUpdate(next, live metav1.Object, namespaced bool) (restore func(stored map[string]any)) {
	var invented []string
	switch {
	case !namespaced:
		next.SetNamespace("")
		live.SetNamespace("")
	case live.GetNamespace() != "":
		next.SetNamespace(live.GetNamespace())
	case next.GetNamespace() != "":
		live.SetNamespace(next.GetNamespace())
	default:
		next.SetNamespace(metav1.NamespaceDefault)
		live.SetNamespace(metav1.NamespaceDefault)
		invented = append(invented, "namespace")
	}
	if live.GetResourceVersion() == "" {
		live.SetResourceVersion("1")
		invented = append(invented, "resourceVersion")
	}
	next.SetResourceVersion(live.GetResourceVersion())
	if created := live.GetCreationTimestamp(); created.IsZero() {
		next.SetCreationTimestamp(metav1.Time{})
	}
	if live.GetUID() == "" {
		live.SetUID(fixedUID)
		invented = append(invented, "uid")
	}
	return func(stored map[string]any) {
		fields, _ := stored["metadata"].(map[string]any)
		for _, key := range invented {
			delete(fields, key)
		}
	}
}

// keepSystemFields copies what an update cannot change and need not repeat.
func keepSystemFields(next, live metav1.Object) {
	if next.GetUID() == "" {
		next.SetUID(live.GetUID())
	}
	if created := live.GetCreationTimestamp(); !created.IsZero() {
		next.SetCreationTimestamp(created)
	}
	if deleted := live.GetDeletionTimestamp(); !deleted.IsZero() {
		next.SetDeletionTimestamp(deleted)
	}
	if live.GetDeletionGracePeriodSeconds() != nil && next.GetDeletionGracePeriodSeconds() == nil {
		next.SetDeletionGracePeriodSeconds(live.GetDeletionGracePeriodSeconds())
	}
	next.SetSelfLink("")
}
