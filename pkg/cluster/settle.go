package cluster

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Settle implements lifecycle.Cluster: what the controllers do before the next
// step, in an order that needs one pass.
func (c *Cluster) Settle() {
	c.collect()
	for _, k := range taken(&c.controllers.sets) {
		if set := c.objects[k]; set != nil {
			c.createClaims(k, set.fields)
		}
	}
	for _, k := range taken(&c.controllers.claims) {
		if c.objects[k] != nil {
			c.bind(k)
		}
	}
}

// createClaims makes the claims of a StatefulSet as its controller does
// (kubernetes, pkg/controller/statefulset/stateful_set_utils.go,
// getPersistentVolumeClaims): one for each template and ordinal, with the
// template's metadata and the selector's labels over it. One that is there is
// used as it is. Under a retention policy of Delete the set owns them.
func (c *Cluster) createClaims(k key, set map[string]any) {
	replicas, ok := manifest.IntAt(set, "spec", "replicas")
	if !ok {
		replicas = 1
	}
	start, _ := manifest.IntAt(set, "spec", "ordinals", "start")
	owned := manifest.StringAt(set, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete"
	for _, template := range manifest.ListAt(set, "spec", "volumeClaimTemplates") {
		for ordinal := start; ordinal < start+min(replicas, maxReplicas); ordinal++ {
			name := fmt.Sprintf("%s-%s-%d", manifest.StringAt(template, "metadata", "name"), k.name, ordinal)
			at := key{"", "PersistentVolumeClaim", k.namespace, name}
			c.controllers.makers[at] = k
			if c.objects[at] == nil {
				c.createClaim(at, template, set)
			}
			claim := c.objects[at]
			if claim == nil {
				c.controllers.sets[k] = true // it tries again
				continue
			}
			if now := withOwner(claim, set, owned); now != claim {
				c.store(at, now)
			}
		}
	}
}

// maxReplicas bounds what a chart can make a rehearsal create.
const maxReplicas = 20

func (c *Cluster) createClaim(at key, template any, set map[string]any) {
	source, ok := template.(map[string]any)
	if !ok {
		return
	}
	claim := copied(source)
	claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
	meta := child(claim, "metadata")
	meta["name"], meta["namespace"] = at.name, at.namespace
	delete(claim, "status")
	if selected := manifest.MapAt(set, "spec", "selector", "matchLabels"); len(selected) > 0 {
		labels := child(meta, "labels")
		for k, v := range selected {
			labels[k] = v
		}
	}
	c.Create("", claim)
}

// withOwner sets or takes away the StatefulSet's ownership of a claim.
func withOwner(claim *resident, set map[string]any, owned bool) *resident {
	if owned == (len(manifest.ListAt(claim.fields, "metadata", "ownerReferences")) > 0) {
		return claim
	}
	fields := copied(claim.fields)
	meta := child(fields, "metadata")
	delete(meta, "ownerReferences")
	if owned {
		meta["ownerReferences"] = []any{map[string]any{
			"apiVersion": set["apiVersion"], "kind": "StatefulSet", "controller": true, "blockOwnerDeletion": true,
			"name": manifest.StringAt(set, "metadata", "name"), "uid": manifest.StringAt(set, "metadata", "uid"),
		}}
	}
	return &resident{fields: fields, byControllers: claim.byControllers}
}

// bind gives a claim its volume, as the volume binder and a provisioner do.
func (c *Cluster) bind(k key) {
	claim := c.objects[k]
	if manifest.StringAt(claim.fields, "status", "phase") == "Bound" {
		return
	}
	fields := copied(claim.fields)
	meta, spec := child(fields, "metadata"), child(fields, "spec")
	written := map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{"pv.kubernetes.io/bind-completed": "yes"}},
	}
	if manifest.StringAt(spec, "volumeName") == "" {
		spec["volumeName"] = "pvc-" + manifest.StringAt(meta, "uid")
		written["spec"] = map[string]any{"volumeName": spec["volumeName"]}
		child(written["metadata"].(map[string]any), "annotations")["pv.kubernetes.io/bound-by-controller"] = "yes"
	}
	for name, value := range manifest.MapAt(written, "metadata", "annotations") {
		child(meta, "annotations")[name] = value
	}
	meta["finalizers"] = []any{"kubernetes.io/pvc-protection"}
	status := map[string]any{"phase": "Bound", "accessModes": deepCopy(spec["accessModes"])}
	if size := manifest.StringAt(spec, "resources", "requests", "storage"); size != "" {
		status["capacity"] = map[string]any{"storage": size}
	}
	if class := manifest.StringAt(spec, "volumeAttributesClassName"); class != "" {
		status["currentVolumeAttributesClassName"] = class
	}
	fields["status"] = status
	c.store(k, &resident{fields: fields, byControllers: written})
}

// collect removes what has lost its owner, until nothing more goes. Only owners
// of the rehearsal count: those that a manifest names are somebody else's.
func (c *Cluster) collect() {
	for c.controllers.lost {
		c.controllers.lost = false
		uids := map[string]bool{}
		for _, r := range c.objects {
			uids[manifest.StringAt(r.fields, "metadata", "uid")] = true
		}
		for k, r := range c.objects {
			for _, owner := range manifest.ListAt(r.fields, "metadata", "ownerReferences") {
				uid := manifest.StringAt(owner, "uid")
				if !uids[uid] && strings.HasPrefix(uid, uidPrefix) && manifest.StringAt(r.fields, "metadata", "deletionTimestamp") == "" {
					c.remove(k)
				}
			}
		}
	}
}
