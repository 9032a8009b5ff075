package lifecycle

import (
	"maps"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// The marks by which Helm knows the objects of a release (helm v3.22.0,
// pkg/action/validate.go).
const (
	managedByLabel        = "app.kubernetes.io/managed-by"
	releaseNameAnnotation = "meta.helm.sh/release-name"
	releaseNamespaceMark  = "meta.helm.sh/release-namespace"
	managedByHelm         = "Helm"
)

// namespaced returns the object's fields with its namespace written out.
func (s *stage) namespaced(o *manifest.Object) map[string]any {
	namespace := s.namespace(o)
	if manifest.StringAt(o.Fields, "metadata", "namespace") == namespace {
		return o.Fields
	}
	fields := maps.Clone(o.Fields)
	meta := clonedMap(fields, "metadata")
	meta["namespace"] = namespace
	return fields
}

// owned returns the object's fields with Helm's marks.
func (s *stage) owned(o *manifest.Object) map[string]any {
	fields := maps.Clone(s.namespaced(o))
	meta := clonedMap(fields, "metadata")
	clonedMap(meta, "labels")[managedByLabel] = managedByHelm
	annotations := clonedMap(meta, "annotations")
	annotations[releaseNameAnnotation] = s.release.Name
	annotations[releaseNamespaceMark] = s.release.Namespace
	return fields
}

// owns reports whether a live object carries the release's marks.
func (s *stage) owns(live map[string]any) bool {
	return manifest.StringAt(live, "metadata", "labels", managedByLabel) == managedByHelm &&
		manifest.StringAt(live, "metadata", "annotations", releaseNameAnnotation) == s.release.Name &&
		manifest.StringAt(live, "metadata", "annotations", releaseNamespaceMark) == s.release.Namespace
}

// clonedMap replaces the map at key by a copy, or a new one, and returns it.
func clonedMap(m map[string]any, key string) map[string]any {
	old, _ := m[key].(map[string]any)
	c := maps.Clone(old)
	if c == nil {
		c = map[string]any{}
	}
	m[key] = c
	return c
}
