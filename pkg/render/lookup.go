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
	answers lifecycle.Lookup
	queries []lifecycle.Query
}

// GetClientFor implements engine.ClientProvider.
func (l *lookups) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	id := manifest.ID{APIVersion: apiVersion}
	return resource{lookups: l, apiVersion: apiVersion, kind: kind}, !manifest.ClusterScoped(id.Group(), kind), nil
}

func (l *lookups) record(q lifecycle.Query) {
	if !slices.Contains(l.queries, q) {
		l.queries = append(l.queries, q)
	}
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
	r.lookups.record(lifecycle.Query{APIVersion: r.apiVersion, Kind: r.kind, Namespace: r.namespace, Name: name})
	if r.lookups.answers != nil {
		if fields := r.lookups.answers.Get(r.apiVersion, r.kind, r.namespace, name); fields != nil {
			return &unstructured.Unstructured{Object: fields}, nil
		}
	}
	return nil, r.notFound(name)
}

func (r resource) List(_ context.Context, _ metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	r.lookups.record(lifecycle.Query{APIVersion: r.apiVersion, Kind: r.kind, Namespace: r.namespace})
	if r.lookups.answers == nil {
		return nil, r.notFound("") // Helm makes this the empty map that templates see offline
	}
	list := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": r.apiVersion, "kind": r.kind + "List"}}
	for _, fields := range r.lookups.answers.List(r.apiVersion, r.kind, r.namespace) {
		list.Items = append(list.Items, unstructured.Unstructured{Object: fields})
	}
	return list, nil
}

func (r resource) notFound(name string) error {
	gv, _ := schema.ParseGroupVersion(r.apiVersion)
	return apierrors.NewNotFound(schema.GroupResource{Group: gv.Group, Resource: strings.ToLower(r.kind)}, name)
}
