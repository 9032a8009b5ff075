package render

import (
	"context"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// lookups stands where Helm expects a cluster. It answers from a
// lifecycle.Lookup and writes down what it is asked. Without one it behaves as
// helm template does: a lookup of anything is an empty map.
type lookups struct {
	answers  lifecycle.Lookup
	queries  []lifecycle.Query
	answered answers
}

// GetClientFor implements engine.ClientProvider.
func (l *lookups) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	id := manifest.ID{APIVersion: apiVersion}
	return resource{lookups: l, apiVersion: apiVersion, kind: kind}, !manifest.ClusterScoped(id.Group(), kind), nil
}

// ask answers a query, nil with nothing, and remembers it with its answer.
func (l *lookups) ask(q lifecycle.Query) []map[string]any {
	if !slices.Contains(l.queries, q) {
		l.queries = append(l.queries, q)
	}
	if l.answers == nil {
		return nil
	}
	var found []map[string]any
	if q.Name == "" {
		found = l.answers.List(q.APIVersion, q.Kind, q.Namespace)
	} else if fields := l.answers.Get(q.APIVersion, q.Kind, q.Namespace, q.Name); fields != nil {
		found = []map[string]any{fields}
	}
	if l.answered == nil {
		l.answered = answers{}
	}
	l.answered[q] = copied(found)
	return found
}

// answers are what a rendering's lookups found. They answer another rendering
// as they answered that one.
type answers map[lifecycle.Query][]map[string]any

// Get implements lifecycle.Lookup.
func (a answers) Get(apiVersion, kind, namespace, name string) map[string]any {
	for _, fields := range copied(a[lifecycle.Query{APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name}]) {
		return fields
	}
	return nil
}

// List implements lifecycle.Lookup.
func (a answers) List(apiVersion, kind, namespace string) []map[string]any {
	return copied(a[lifecycle.Query{APIVersion: apiVersion, Kind: kind, Namespace: namespace}])
}

// copied copies objects, for templates change what they are given.
func copied(objects []map[string]any) []map[string]any {
	out := make([]map[string]any, len(objects))
	for i, o := range objects {
		out[i] = copyMaps(o, map[uintptr]any{}).(map[string]any)
	}
	return out
}

// resource is one kind; of the whole interface Helm calls Namespace, Get and
// List (helm v3.22.0, pkg/engine/lookup_func.go).
type resource struct {
	dynamic.NamespaceableResourceInterface
	lookups          *lookups
	apiVersion, kind string
	namespace        string
}

func (r resource) Namespace(namespace string) dynamic.ResourceInterface {
	r.namespace = namespace
	return r
}

func (r resource) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	for _, fields := range r.lookups.ask(lifecycle.Query{APIVersion: r.apiVersion, Kind: r.kind, Namespace: r.namespace, Name: name}) {
		return &unstructured.Unstructured{Object: fields}, nil
	}
	return nil, r.notFound(name)
}

func (r resource) List(_ context.Context, _ metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	found := r.lookups.ask(lifecycle.Query{APIVersion: r.apiVersion, Kind: r.kind, Namespace: r.namespace})
	if r.lookups.answers == nil {
		return nil, r.notFound("") // Helm makes this the empty map that templates see offline
	}
	list := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": r.apiVersion, "kind": r.kind + "List"}}
	for _, fields := range found {
		list.Items = append(list.Items, unstructured.Unstructured{Object: fields})
	}
	return list, nil
}

func (r resource) notFound(name string) error {
	gv, _ := schema.ParseGroupVersion(r.apiVersion)
	return apierrors.NewNotFound(schema.GroupResource{Group: gv.Group, Resource: strings.ToLower(r.kind)}, name)
}
