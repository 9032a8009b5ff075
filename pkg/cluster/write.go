package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Create implements lifecycle.Cluster.
func (c *Cluster) Create(mode lifecycle.Mode, object map[string]any) lifecycle.Verdict {
	k := c.keyOf(object)
	if c.objects[k] != nil {
		return lifecycle.Verdict{Refused: true, Message: fmt.Sprintf("%s %q already exists", resourceName(k), k.name)}
	}
	request := c.judge.Ask(object)
	fits, refusal := c.fit(mode, object, request)
	if refusal.Refused {
		return refusal
	}
	uid := c.nextUID()
	if admitted, changed := c.admitted(k, object); changed {
		request = c.judge.Ask(admitted)
	}
	stored, v := request.Create(uid)
	if v.Refused {
		return verdict(v)
	}
	if v := c.admitDefaultPriority(k, stored); v.Refused {
		return v
	}
	allocate(k, stored, c.requests)
	meta := child(stored, "metadata")
	meta["creationTimestamp"] = "2026-01-01T00:00:00Z"
	meta["resourceVersion"] = fmt.Sprint(c.requests)
	c.store(k, &resident{fields: stored, sent: sent{mode: mode, manifest: object, fits: fits}})
	return lifecycle.Verdict{}
}

// Update implements lifecycle.Cluster.
func (c *Cluster) Update(mode lifecycle.Mode, previous, next map[string]any) (bool, lifecycle.Verdict) {
	k := c.keyOf(next)
	live := c.objects[k]
	if live == nil {
		return false, lifecycle.Verdict{Refused: true, Message: fmt.Sprintf("%s %q not found", resourceName(k), k.name)}
	}
	again := reflect.DeepEqual(previous, next)
	if again && live.sent.settled && live.sent.is(mode, next) {
		return false, lifecycle.Verdict{}
	}
	if again && covers(live.fields, next) && !c.fights(live, next) {
		if live.sent.is(mode, next) && takesNothing(live.fields, next) {
			c.settle(k, live.sent)
		}
		return false, lifecycle.Verdict{} // nothing to send that the server has not
	}
	if again && c.means(mode, k, live, next) {
		c.settle(k, live.sent)
		return false, lifecycle.Verdict{}
	}
	stored, is, v := c.judged(mode, k, live, previous, next)
	if v.Refused || stored == nil {
		return false, v
	}
	if v := judgeFrozen(k, live.fields, stored); v.Refused {
		return false, v
	}
	if v := c.admitResize(k, live.fields, stored); v.Refused {
		return false, v
	}
	if v := c.admitDefaultPriority(k, stored); v.Refused {
		return false, v
	}
	if reflect.DeepEqual(stored, live.fields) {
		if again {
			c.settle(k, is)
		}
		return false, lifecycle.Verdict{}
	}
	v.Elsewhere = elsewhere(k, live.fields, stored, false)
	c.requests++
	allocate(k, stored, c.requests)
	child(stored, "metadata")["resourceVersion"] = fmt.Sprint(c.requests)
	c.store(k, &resident{fields: stored, byControllers: live.byControllers, sent: is})
	return true, v
}

// judged returns the object as the server would store it, but for what is
// allocated, or nil where nothing is sent; and what it was sent with.
func (c *Cluster) judged(mode lifecycle.Mode, k key, live *resident, previous, next map[string]any) (map[string]any, sent, lifecycle.Verdict) {
	expected, certain := c.rewritten(mode, k, live, previous, next)
	if certain {
		return expected, sent{mode: mode, manifest: next, fits: true, settled: true}, lifecycle.Verdict{}
	}
	fits, v := c.fit(mode, next, c.judge.Ask(next))
	is := sent{mode: mode, manifest: next, fits: fits}
	patched, simple := c.replaced(live, previous, next)
	if !v.Refused && !simple {
		patched, v = c.patch(mode, live, previous, next)
	}
	if v.Refused || patched == nil {
		return nil, is, v
	}
	stored, judged := c.judge.Update(live.fields, patched)
	if judged.Refused {
		refusal := verdict(judged)
		refusal.Elsewhere = elsewhere(k, live.fields, patched, true)
		return nil, is, refusal
	}
	if expected != nil && reflect.DeepEqual(stored, expected) {
		is = c.settled(k, live, is)
	}
	return stored, is, v
}

// patch returns the object that the server would store but for its defaults
// and its judgement, or nil where nothing is sent.
func (c *Cluster) patch(mode lifecycle.Mode, live *resident, previous, next map[string]any) (map[string]any, lifecycle.Verdict) {
	// Where a manifest only adds, changes and empties fields that no one else
	// has written, both ways of applying it come to the same.
	patched, empty, err := c.judge.Merge(previous, next, live.fields)
	differs := err != nil || drops(previous, next) || c.fights(live, next) || switches(live.fields, previous, next)
	null, overMap := voids(live.fields, previous, next)
	if !differs && !empty && null {
		// What null takes away the server mostly fills in again. It matters where
		// it does not, and where it takes away what it is made of.
		_, v := c.judge.Update(live.fields, patched)
		differs = overMap || v.Refused
	}
	c.diverged = c.diverged || differs
	if mode == lifecycle.ServerSide && (differs || null || !covers(live.fields, previous)) {
		if patched, v, err := c.apply.apply(live, previous, next); err == nil {
			return patched, v
		}
		// A live object that the schema cannot read is merged instead.
	}
	switch {
	case err != nil:
		return nil, lifecycle.Verdict{Refused: true, Message: err.Error()}
	case empty:
		return nil, lifecycle.Verdict{}
	}
	return patched, lifecycle.Verdict{}
}

// Delete implements lifecycle.Cluster. A Namespace takes along what is in it, a
// definition its custom resources.
func (c *Cluster) Delete(apiVersion, kind, namespace, name string) {
	c.remove(c.key(apiVersion, kind, namespace, name))
}

// remove removes an object, or marks it as going where a finalizer holds it, or
// something in it: nobody here takes a finalizer of a manifest away.
func (c *Cluster) remove(at key) {
	going := c.objects[at]
	if going == nil {
		return
	}
	held := holds(going.fields)
	for _, k := range c.within(at, going.fields) {
		c.remove(k)
		held = held || c.objects[k] != nil
	}
	if !held {
		c.discard(at)
		return
	}
	fields := copied(going.fields)
	meta := child(fields, "metadata")
	meta["deletionTimestamp"], meta["deletionGracePeriodSeconds"] = "2026-01-01T00:00:00Z", int64(0)
	c.store(at, &resident{fields: fields, byControllers: going.byControllers})
}

// within are the objects that go with a Namespace or a definition.
func (c *Cluster) within(at key, fields map[string]any) []key {
	var out []key
	for k := range c.objects {
		inNamespace := at.kind == "Namespace" && at.group == "" && k.namespace == at.name
		instance := at.kind == definitionKind && k.group == manifest.StringAt(fields, "spec", "group") &&
			k.kind == manifest.StringAt(fields, "spec", "names", "kind")
		if inNamespace || instance {
			out = append(out, k)
		}
	}
	return out
}

// holds reports whether an object has a finalizer that is not one of
// Kubernetes' own controllers, which do their work and take it away.
func holds(fields map[string]any) bool {
	return slices.ContainsFunc(manifest.StringsAt(fields, "metadata", "finalizers"), func(f string) bool {
		domain, _, qualified := strings.Cut(f, "/")
		return qualified && domain != "kubernetes.io"
	})
}

// admitted is a new object after mutating admission, and whether it changed: a claim
// without a class gets the default one (kubernetes, plugin/pkg/admission/storage/
// storageclass/setdefault). A Service is given its address. A uid that a manifest
// states is forgotten.
func (c *Cluster) admitted(k key, object map[string]any) (_ map[string]any, changed bool) {
	meta, isMap := object["metadata"].(map[string]any)
	if _, says := meta["uid"]; !isMap || says {
		object, meta = maps.Clone(object), maps.Clone(meta)
		delete(meta, "uid")
		object["metadata"], changed = meta, true
	}
	spec, _ := object["spec"].(map[string]any)
	if given := c.given(k, object, spec); given != nil {
		object, spec = maps.Clone(object), maps.Clone(spec)
		maps.Copy(spec, given)
		object["spec"], changed = spec, true
	}
	return object, changed
}

// given is what admission writes into a new object's spec.
func (c *Cluster) given(k key, object, spec map[string]any) map[string]any {
	if k.group != "" || spec == nil {
		return nil
	}
	switch k.kind {
	case "PersistentVolumeClaim":
		_, named := manifest.Lookup(object, "metadata", "annotations", betaClassAnnotation)
		if spec["storageClassName"] == nil && !named {
			return map[string]any{"storageClassName": "standard"}
		}
	case "Service":
		if manifest.StringAt(spec, "type") != "ExternalName" && manifest.StringAt(spec, "clusterIP") == "" {
			address := fmt.Sprintf("10.96.%d.%d", c.requests/250%250, c.requests%250+1)
			return map[string]any{"clusterIP": address, "clusterIPs": []any{address}}
		}
	}
	return nil
}

// allocate gives a Service of two families its second address.
func allocate(k key, stored map[string]any, number int) {
	if k.group != "" || k.kind != "Service" || manifest.StringAt(stored, "spec", "clusterIP") == "None" {
		return
	}
	if addresses := manifest.ListAt(stored, "spec", "clusterIPs"); len(addresses) == 1 && len(manifest.ListAt(stored, "spec", "ipFamilies")) == 2 {
		spec := maps.Clone(child(stored, "spec"))
		spec["clusterIPs"] = []any{addresses[0], fmt.Sprintf("fd00::%x", number)}
		stored["spec"] = spec
	}
}

// betaClassAnnotation names a claim's class, as it was done before Kubernetes
// 1.6 and still works.
const betaClassAnnotation = "volume.beta.kubernetes.io/storage-class"

// admitResize refuses to grow a claim that has no class, or one of the release
// that does not allow it (kubernetes, plugin/pkg/admission/storage/persistentvolume/resize).
func (c *Cluster) admitResize(k key, live, next map[string]any) lifecycle.Verdict {
	if k.group != "" || k.kind != "PersistentVolumeClaim" || !grows(live, next) {
		return lifecycle.Verdict{}
	}
	name := cmp.Or(manifest.StringAt(live, "metadata", "annotations", betaClassAnnotation), manifest.StringAt(live, "spec", "storageClassName"))
	class := c.objects[key{"storage.k8s.io", "StorageClass", "", name}]
	if class == nil && name != "" {
		return lifecycle.Verdict{} // the cluster's own class, taken to allow it
	}
	if class != nil {
		if allowed, _ := manifest.Lookup(class.fields, "allowVolumeExpansion"); allowed == true {
			return lifecycle.Verdict{}
		}
	}
	return lifecycle.Verdict{
		Refused: true,
		Message: fmt.Sprintf("persistentvolumeclaims %q is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize", k.name),
		Fields:  []string{"spec.resources.requests.storage"},
	}
}

// admitDefaultPriority refuses a second default among the priority classes
// (kubernetes, plugin/pkg/admission/priority).
func (c *Cluster) admitDefaultPriority(k key, next map[string]any) lifecycle.Verdict {
	if k.group != "scheduling.k8s.io" || k.kind != "PriorityClass" || !isDefaultPriority(next) {
		return lifecycle.Verdict{}
	}
	for _, other := range c.keysOf(k.group, k.kind) {
		if other.name != k.name && isDefaultPriority(c.objects[other].fields) {
			return lifecycle.Verdict{
				Refused: true,
				Message: fmt.Sprintf("priorityclasses.scheduling.k8s.io %q is forbidden: PriorityClass %s is already marked as default. Only one default can exist", k.name, other.name),
				Fields:  []string{"globalDefault"},
			}
		}
	}
	return lifecycle.Verdict{}
}

func isDefaultPriority(class map[string]any) bool {
	yes, _ := manifest.Lookup(class, "globalDefault")
	return yes == true
}

func grows(live, next map[string]any) bool { return compareSizes(live, next) < 0 }

func verdict(v apiserver.Verdict) lifecycle.Verdict {
	return lifecycle.Verdict{Refused: v.Refused, Message: v.Message, Fields: v.Fields}
}

// resourceName is the plural that the API server uses in messages, as far as
// adding an s makes it.
func resourceName(k key) string {
	name := strings.ToLower(k.kind) + "s"
	if k.group != "" {
		name += "." + k.group
	}
	return name
}

// covers reports whether the cluster has what a manifest says, word for word.
// It has not where a manifest writes null or "" over what the server or a
// controller has filled in, nor where the server has dropped a value.
func covers(live, next any) bool {
	switch n := next.(type) {
	case nil:
		return isEmpty(live)
	case string:
		return n == live || n == "" && isEmpty(live)
	case map[string]any:
		l, ok := live.(map[string]any)
		if !ok {
			return false
		}
		for k, item := range n {
			if !covers(l[k], item) {
				return false
			}
		}
		return true
	case []any:
		l, _ := live.([]any)
		if len(l) != len(n) {
			return false
		}
		for i, item := range n {
			if !covers(l[i], item) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(live, next)
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// drops reports whether next lacks a field or a list item of previous.
func drops(previous, next any) bool {
	switch p := previous.(type) {
	case map[string]any:
		n, ok := next.(map[string]any)
		if !ok {
			return true
		}
		for k, item := range p {
			other, ok := n[k]
			if !ok || drops(item, other) {
				return true
			}
		}
	case []any:
		n, ok := next.([]any)
		if !ok || len(n) < len(p) {
			return true
		}
		for i := range p {
			if drops(p[i], n[i]) {
				return true
			}
		}
	}
	return false
}

// switches reports whether an update strategy changes, of which a three-way
// merge keeps only the keys of the new one ($retainKeys, k8s.io/api
// apps/v1/types.go), be it only from what the cluster has.
func switches(live, previous, next map[string]any) bool {
	strategy := manifest.Path{"spec", "strategy"}
	if !reflect.DeepEqual(manifest.MapAt(previous, strategy...), manifest.MapAt(next, strategy...)) {
		return true
	}
	kind := strategy.Append("type")
	wanted := manifest.StringAt(next, kind...)
	return wanted != "" && wanted != manifest.StringAt(live, kind...)
}

// voids reports whether a manifest writes null where the cluster has a value,
// or where the manifest before did not, and whether that value is a map. A
// three-way merge takes the value away; of server-side apply only what Helm
// owns goes, and in a map of strings "" stays.
func voids(live, previous, next map[string]any) (null, overMap bool) {
	for k, item := range next {
		has, ok := live[k]
		before, had := previous[k]
		hasMap, isMap := has.(map[string]any)
		if item == nil && (ok || !had) {
			null, overMap = true, overMap || isMap && len(hasMap) > 0
		}
		if n, ok := item.(map[string]any); ok {
			p, _ := before.(map[string]any)
			below, belowMap := voids(hasMap, p, n)
			null, overMap = null || below, overMap || belowMap
		}
	}
	return null, overMap
}

// fights reports whether a manifest writes a field that a controller has
// written.
func (c *Cluster) fights(live *resident, next map[string]any) bool {
	return overlaps(live.byControllers, next)
}

func overlaps(fields, next any) bool {
	f, ok := fields.(map[string]any)
	if !ok {
		return fields != nil
	}
	n, _ := next.(map[string]any)
	for k, item := range f {
		if other, ok := n[k]; ok && overlaps(item, other) {
			return true
		}
	}
	return false
}
