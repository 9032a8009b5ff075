// Package cluster simulates the cluster that a release is installed on, as far
// as a chart can see it through lookup.
package cluster

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Cluster holds objects in memory. It is not safe for concurrent use.
type Cluster struct {
	objects map[key]map[string]any
	created int
}

type key struct{ group, kind, namespace, name string }

// New returns an empty cluster.
func New() *Cluster { return &Cluster{objects: map[key]map[string]any{}} }

var _ lifecycle.Cluster = (*Cluster)(nil)

// Install stores the objects of a first revision, settled: every object has a
// uid, everything but hooks has Helm's ownership marks, claims are bound,
// Services have addresses, StatefulSets have created their claims. Test hooks
// do not run at an install.
func (c *Cluster) Install(release lifecycle.Release, objects []*manifest.Object) {
	for _, o := range objects {
		if o.Hook != nil && !o.Hook.On("pre-install", "post-install") {
			continue
		}
		fields := deepCopy(o.Fields).(map[string]any)
		namespace := o.Namespace
		if namespace == "" && !manifest.ClusterScoped(o.Group(), o.Kind) {
			namespace = release.Namespace
		}
		if o.Hook == nil {
			mark(fields, release)
		}
		c.store(key{o.Group(), o.Kind, namespace, o.Name}, fields)
		if o.Group() == "apps" && o.Kind == "StatefulSet" {
			c.createClaims(o, namespace)
		}
	}
}

// Get returns a copy of the object, or nil.
func (c *Cluster) Get(apiVersion, kind, namespace, name string) map[string]any {
	id := manifest.ID{APIVersion: apiVersion}
	if manifest.ClusterScoped(id.Group(), kind) {
		namespace = ""
	}
	fields, ok := c.objects[key{id.Group(), kind, namespace, name}]
	if !ok {
		return nil
	}
	return deepCopy(fields).(map[string]any)
}

// List returns copies of the objects of a kind, sorted by namespace and name.
func (c *Cluster) List(apiVersion, kind, namespace string) []map[string]any {
	id := manifest.ID{APIVersion: apiVersion}
	keys := slices.SortedFunc(maps.Keys(c.objects), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.namespace, b.namespace), cmp.Compare(a.name, b.name))
	})
	var out []map[string]any
	for _, k := range keys {
		if k.group == id.Group() && k.kind == kind && (namespace == "" || k.namespace == namespace) {
			out = append(out, deepCopy(c.objects[k]).(map[string]any))
		}
	}
	return out
}

func (c *Cluster) store(k key, fields map[string]any) {
	c.created++
	meta := child(fields, "metadata")
	meta["uid"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", c.created)
	meta["resourceVersion"] = fmt.Sprint(c.created)
	meta["creationTimestamp"] = "2026-01-01T00:00:00Z"
	if k.namespace != "" {
		meta["namespace"] = k.namespace
	}
	switch {
	case k.group == "" && k.kind == "PersistentVolumeClaim":
		bind(fields, meta["uid"].(string))
	case k.group == "" && k.kind == "Service":
		c.allocate(fields)
	case k.group == "" && k.kind == "Secret":
		fold(fields)
	}
	c.objects[k] = fields
}

// mark sets what Helm writes on the objects it owns (helm v3.22.0,
// pkg/action/validate.go, setMetadataVisitor).
func mark(fields map[string]any, release lifecycle.Release) {
	meta := child(fields, "metadata")
	child(meta, "labels")["app.kubernetes.io/managed-by"] = "Helm"
	annotations := child(meta, "annotations")
	annotations["meta.helm.sh/release-name"] = release.Name
	annotations["meta.helm.sh/release-namespace"] = release.Namespace
}

// createClaims makes the claims of a StatefulSet as its controller does
// (kubernetes, pkg/controller/statefulset/stateful_set_utils.go): one for each
// template and ordinal, with the template's metadata and the selector's labels.
func (c *Cluster) createClaims(set *manifest.Object, namespace string) {
	replicas, ok := manifest.IntAt(set.Fields, "spec", "replicas")
	if !ok {
		replicas = 1
	}
	start, _ := manifest.IntAt(set.Fields, "spec", "ordinals", "start")
	for _, template := range manifest.ListAt(set.Fields, "spec", "volumeClaimTemplates") {
		for ordinal := start; ordinal < start+min(replicas, 100); ordinal++ {
			claim, ok := deepCopy(template).(map[string]any)
			if !ok {
				continue
			}
			name := fmt.Sprintf("%s-%s-%d", manifest.StringAt(claim, "metadata", "name"), set.Name, ordinal)
			claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
			meta := child(claim, "metadata")
			meta["name"] = name
			labels := child(meta, "labels")
			for k, v := range manifest.MapAt(set.Fields, "spec", "selector", "matchLabels") {
				labels[k] = v
			}
			c.store(key{"", "PersistentVolumeClaim", namespace, name}, claim)
		}
	}
}

// bind fills in what the claim's binding leaves behind. An absent class is
// given the default one; "" means no class at all.
func bind(claim map[string]any, uid string) {
	spec := child(claim, "spec")
	if name, _ := spec["volumeName"].(string); name == "" {
		spec["volumeName"] = "pvc-" + uid
	}
	if class, ok := spec["storageClassName"]; !ok || class == nil {
		spec["storageClassName"] = "standard"
	}
	if mode, ok := spec["volumeMode"]; !ok || mode == nil {
		spec["volumeMode"] = "Filesystem"
	}
	meta := child(claim, "metadata")
	meta["finalizers"] = []any{"kubernetes.io/pvc-protection"}
	child(meta, "annotations")["pv.kubernetes.io/bind-completed"] = "yes"
	status := map[string]any{"phase": "Bound", "accessModes": deepCopy(spec["accessModes"])}
	if size := manifest.StringAt(spec, "resources", "requests", "storage"); size != "" {
		status["capacity"] = map[string]any{"storage": size}
	}
	claim["status"] = status
}

// allocate gives a Service its address.
func (c *Cluster) allocate(service map[string]any) {
	spec := child(service, "spec")
	if t, _ := spec["type"].(string); t == "" {
		spec["type"] = "ClusterIP"
	}
	if address, _ := spec["clusterIP"].(string); address == "" && spec["type"] != "ExternalName" {
		spec["clusterIP"] = fmt.Sprintf("10.96.%d.%d", c.created/250%250, c.created%250+1)
		spec["clusterIPs"] = []any{spec["clusterIP"]}
	}
}

// fold moves stringData into data, as the API server stores a Secret.
func fold(secret map[string]any) {
	for k, v := range manifest.MapAt(secret, "stringData") {
		if text, ok := v.(string); ok {
			child(secret, "data")[k] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
	delete(secret, "stringData")
	if t, _ := secret["type"].(string); strings.TrimSpace(t) == "" {
		secret["type"] = "Opaque"
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
