package harness

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Client asks the cluster, as its administrator.
type Client struct {
	Dynamic dynamic.Interface

	discovery discovery.DiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
	settings  *settings
}

func newClient(s *settings) (*Client, error) {
	config := &rest.Config{
		Host: s.apiURL(), QPS: -1, WarningHandler: rest.NoWarnings{},
		TLSClientConfig: rest.TLSClientConfig{CAData: s.authority.pem, CertData: s.admin.cert, KeyData: s.admin.key},
	}
	c := &Client{settings: s}
	var err error
	if c.Dynamic, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	if c.discovery, err = discovery.NewDiscoveryClientForConfig(config); err != nil {
		return nil, err
	}
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(c.discovery))
	return c, nil
}

// Resource is where the objects of a kind are. The error says that the cluster
// does not have the kind.
func (c *Client) Resource(apiVersion, kind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapping(apiVersion, kind)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.Dynamic.Resource(mapping.Resource), nil
	}
	return c.Dynamic.Resource(mapping.Resource).Namespace(namespace), nil
}

// ClusterScoped reports whether the cluster has a kind, and without namespaces.
func (c *Client) ClusterScoped(apiVersion, kind string) bool {
	mapping, err := c.mapping(apiVersion, kind)
	return err == nil && mapping.Scope.Name() == meta.RESTScopeNameRoot
}

func (c *Client) mapping(apiVersion, kind string) (*meta.RESTMapping, error) {
	gvk := schema.FromAPIVersionAndKind(apiVersion, kind)
	mapping, err := c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset() // it may have been defined since
		mapping, err = c.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	}
	return mapping, err
}

// Kind is a kind that the cluster serves.
type Kind struct {
	Group, Kind string
	Namespaced  bool
}

// Kinds are those that can be created and listed, in the order in which the
// cluster names them.
func (c *Client) Kinds() ([]Kind, error) {
	lists, err := c.discovery.ServerPreferredResources()
	if err != nil {
		return nil, err
	}
	var out []Kind
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"create", "list"}}, lists) {
		group := schema.FromAPIVersionAndKind(list.GroupVersion, "").Group
		for _, r := range list.APIResources {
			out = append(out, Kind{group, r.Kind, r.Namespaced})
		}
	}
	return out, nil
}

// CreateNamespace makes a namespace whose name starts with prefix and returns
// its name.
func (c *Client) CreateNamespace(ctx context.Context, prefix string) (string, error) {
	namespaces := c.Dynamic.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"})
	created, err := namespaces.Create(ctx, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"generateName": prefix + "-"},
	}}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return created.GetName(), nil
}

// ready reports whether the API server serves.
func (c *Client) ready(ctx context.Context) bool {
	_, err := c.discovery.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
	return err == nil
}

// controllersReady reports whether the controllers work.
func (c *Client) controllersReady(ctx context.Context) bool {
	return c.settings.controllersHealthy(ctx) && c.HasServiceAccount(ctx, metav1.NamespaceDefault)
}

// HasServiceAccount reports whether a namespace has its default service
// account, without which it takes no pods.
func (c *Client) HasServiceAccount(ctx context.Context, namespace string) bool {
	accounts := c.Dynamic.Resource(schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"})
	_, err := accounts.Namespace(namespace).Get(ctx, "default", metav1.GetOptions{})
	return err == nil
}
