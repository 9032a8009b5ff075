// Package cluster simulates the cluster that a release lives on: an API server
// whose verdicts come from Kubernetes' own code (pkg/cluster/apiserver), and
// what the controllers do between one request and the next. It lives in memory
// and answers the template function lookup.
package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Cluster holds objects in memory. It is not safe for concurrent use.
type Cluster struct {
	judge       *apiserver.Judge
	apply       *applier
	objects     map[key]*resident
	requests    int // counted up to make uids and resource versions
	diverged    bool
	controllers controllers
	// scopes are those of the kinds that were defined beforehand: whether they
	// have no namespace.
	scopes map[groupKind]bool
	// definitions are those in the cluster.
	definitions map[key]bool
}

type groupKind struct{ group, kind string }

// key names an object in the cluster. The version of its group does not matter.
type key struct{ group, kind, namespace, name string }

// resident is an object as stored. Its maps are never changed, only replaced,
// so that clones share them.
type resident struct {
	fields map[string]any
	// byControllers are the fields that a controller has written.
	byControllers map[string]any
	// sent is the manifest that made it so, if it was one.
	sent sent
}

var _ lifecycle.Cluster = (*Cluster)(nil)

// New returns an empty cluster with a default StorageClass, "standard", whose
// volumes can grow.
func New() *Cluster {
	return &Cluster{judge: apiserver.New(), apply: newApplier(), objects: map[key]*resident{}, controllers: newControllers(), definitions: map[key]bool{}}
}

// Clone implements lifecycle.Cluster.
func (c *Cluster) Clone() lifecycle.Cluster {
	clone := *c
	clone.objects = maps.Clone(c.objects)
	clone.controllers = c.controllers.clone()
	clone.definitions = maps.Clone(c.definitions)
	return &clone
}

// Define implements lifecycle.Cluster.
func (c *Cluster) Define(definitions []lifecycle.Definition) {
	c.scopes = maps.Clone(c.scopes)
	if c.scopes == nil {
		c.scopes = map[groupKind]bool{}
	}
	for _, d := range definitions {
		c.scopes[groupKind{d.Group, d.Kind}] = d.ClusterScoped
	}
}

// Diverged implements lifecycle.Cluster.
func (c *Cluster) Diverged() bool { return c.diverged }

// Get implements lifecycle.Lookup.
func (c *Cluster) Get(apiVersion, kind, namespace, name string) map[string]any {
	r := c.objects[c.key(apiVersion, kind, namespace, name)]
	if r == nil {
		return nil
	}
	return copied(r.fields)
}

// Has implements lifecycle.Cluster.
func (c *Cluster) Has(apiVersion, kind, namespace, name string) bool {
	return c.objects[c.key(apiVersion, kind, namespace, name)] != nil
}

// List implements lifecycle.Lookup; the objects are sorted by namespace and
// name.
func (c *Cluster) List(apiVersion, kind, namespace string) []map[string]any {
	var out []map[string]any
	for _, k := range c.keysOf(groupOf(apiVersion), kind) {
		if namespace == "" || k.namespace == namespace {
			out = append(out, copied(c.objects[k].fields))
		}
	}
	return out
}

// Objects implements lifecycle.Cluster.
func (c *Cluster) Objects() []map[string]any {
	var out []map[string]any
	for _, k := range c.keys() {
		out = append(out, copied(c.objects[k].fields))
	}
	return out
}

// ClusterScoped implements lifecycle.Cluster: the scope of a custom resource is
// that of its definition, if the cluster has it.
func (c *Cluster) ClusterScoped(apiVersion, kind string) bool {
	group := groupOf(apiVersion)
	if manifest.ClusterScoped(group, kind) {
		return true
	}
	if manifest.BuiltIn(group) {
		return false
	}
	if clusterScoped, defined := c.scopes[groupKind{group, kind}]; defined {
		return clusterScoped
	}
	for k := range c.definitions {
		r := c.objects[k]
		if manifest.StringAt(r.fields, "spec", "group") == group && manifest.StringAt(r.fields, "spec", "names", "kind") == kind {
			return manifest.StringAt(r.fields, "spec", "scope") == "Cluster"
		}
	}
	return false
}

const definitionKind = "CustomResourceDefinition"

func (c *Cluster) key(apiVersion, kind, namespace, name string) key {
	if c.ClusterScoped(apiVersion, kind) {
		namespace = ""
	}
	return key{groupOf(apiVersion), kind, namespace, name}
}

func (c *Cluster) keyOf(object map[string]any) key {
	return c.key(manifest.StringAt(object, "apiVersion"), manifest.StringAt(object, "kind"),
		manifest.StringAt(object, "metadata", "namespace"), manifest.StringAt(object, "metadata", "name"))
}

// keys are those of all objects, sorted.
func (c *Cluster) keys() []key {
	return slices.SortedFunc(maps.Keys(c.objects), compareKeys)
}

// keysOf are those of the objects of one kind, sorted.
func (c *Cluster) keysOf(group, kind string) []key {
	var out []key
	for k := range c.objects {
		if k.group == group && k.kind == kind {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, compareKeys)
	return out
}

func compareKeys(a, b key) int {
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.kind, b.kind), cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
}

// groupOf is an API version's group.
func groupOf(apiVersion string) string {
	return manifest.ID{APIVersion: apiVersion}.Group()
}

// store puts an object in its place.
func (c *Cluster) store(k key, r *resident) {
	c.controllers.see(k, c.objects[k], r)
	c.objects[k] = r
	if k.kind == definitionKind {
		c.definitions[k] = true
	}
}

// discard takes an object away.
func (c *Cluster) discard(k key) {
	c.controllers.see(k, c.objects[k], nil)
	delete(c.objects, k)
	delete(c.definitions, k)
}

const uidPrefix = "00000000-0000-4000-8000-"

func (c *Cluster) nextUID() string {
	c.requests++
	return fmt.Sprintf("%s%012d", uidPrefix, c.requests)
}

func copied(m map[string]any) map[string]any {
	out, _ := deepCopy(m).(map[string]any)
	return out
}

func deepCopy(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = deepCopy(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = deepCopy(item)
		}
		return out
	default:
		return v
	}
}

// child returns the map at key, made if it is not there.
func child(m map[string]any, key string) map[string]any {
	if c, ok := m[key].(map[string]any); ok {
		return c
	}
	c := map[string]any{}
	m[key] = c
	return c
}
