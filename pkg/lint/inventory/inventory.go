// Package inventory reads out of a release's objects what rules ask for: which
// claims there are, which pods mount them, what else the release holds.
package inventory

import (
	"iter"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Inventory is what one release holds. It must not be changed.
type Inventory struct {
	// Release is empty when it is not known.
	Release lifecycle.Release
	// Objects are all objects, hooks included, in the order of the stream.
	// Objects that Helm drops (an unknown hook event) are left out.
	Objects   []*manifest.Object
	Workloads []*Workload
	Claims    []*Claim

	index *index
}

// New takes the inventory of objects.
func New(release lifecycle.Release, objects []*manifest.Object) *Inventory {
	inv := &Inventory{Release: release}
	for _, o := range objects {
		if o.Hook != nil && o.Hook.Dropped {
			continue
		}
		inv.Objects = append(inv.Objects, o)
		inv.Claims = append(inv.Claims, claimsOf(o)...)
		if w := workloadOf(o); w != nil {
			inv.Workloads = append(inv.Workloads, w)
		}
	}
	inv.index = newIndex(inv)
	return inv
}

// Namespace is the namespace an object lives in: its own, else the release's.
func (inv *Inventory) Namespace(o *manifest.Object) string {
	if o.Namespace != "" {
		return o.Namespace
	}
	return inv.Release.Namespace
}

// SameNamespace reports whether two objects live in one namespace. Where the
// release's namespace is not known, an object that names none may be anywhere.
func (inv *Inventory) SameNamespace(a, b *manifest.Object) bool {
	na, nb := inv.Namespace(a), inv.Namespace(b)
	return na == nb || na == "" || nb == ""
}

// Kind are the objects of a kind. The list must not be changed.
func (inv *Inventory) Kind(group, name string) []*manifest.Object {
	return inv.index.kinds[kind{group, name}]
}

// Named are the objects of a kind that have a name, in any namespace. The list must
// not be changed.
func (inv *Inventory) Named(group, of, name string) []*manifest.Object {
	return inv.index.names[named{kind{group, of}, name}]
}

// WorkloadOf returns the workload that an object is, or nil.
func (inv *Inventory) WorkloadOf(o *manifest.Object) *Workload { return inv.index.workloads[o] }

// ClaimsOf are the claims that an object is, or that a StatefulSet makes.
func (inv *Inventory) ClaimsOf(o *manifest.Object) []*Claim { return inv.index.made[o] }

// CustomResources are the objects of groups that are not Kubernetes' own.
func (inv *Inventory) CustomResources() []*manifest.Object { return inv.index.custom }

// Roles are the Roles and ClusterRoles.
func (inv *Inventory) Roles() []*manifest.Object { return inv.index.roles }

// Bindings are the RoleBindings and ClusterRoleBindings that name a
// ServiceAccount, of any namespace.
func (inv *Inventory) Bindings(account string) []*manifest.Object { return inv.index.bindings[account] }

// Granted are the workloads to whose ServiceAccounts a binding of the release, of any
// namespace, may give permissions.
func (inv *Inventory) Granted() []*Workload { return inv.index.granted }

// FindClaim returns the claim that a pod of o mounts under a name: a
// PersistentVolumeClaim of the release or one that a StatefulSet creates.
func (inv *Inventory) FindClaim(o *manifest.Object, name string) *Claim {
	for _, i := range inv.index.providing(name) {
		if c := inv.Claims[i]; c.Provides(name) && inv.SameNamespace(c.Object, o) {
			return c
		}
	}
	return nil
}

// MountedBy are the workloads that mount a claim.
func (inv *Inventory) MountedBy(c *Claim) []*Workload {
	return slices.Collect(inv.Mounting(c))
}

// Mounting are the workloads that mount a claim, one after the other.
func (inv *Inventory) Mounting(c *Claim) iter.Seq[*Workload] {
	return func(yield func(*Workload) bool) {
		for _, i := range inv.index.mounting(c) {
			w := inv.Workloads[i]
			mounts := func(v *Volume) bool {
				return v.Claim != "" && c.Provides(v.Claim) && inv.SameNamespace(c.Object, w.Object)
			}
			if slices.ContainsFunc(w.Volumes, mounts) && !yield(w) {
				return
			}
		}
	}
}

// Claim is a claim of the release: a PersistentVolumeClaim, or what a
// StatefulSet makes of one of its claim templates.
type Claim struct {
	// Object is the PersistentVolumeClaim or the StatefulSet.
	Object *manifest.Object
	// Path is the claim's place in Object: empty, or that of the template.
	Path manifest.Path
	// Name is the claim's name, or for a template the names' common start,
	// "<template>-<set>-", which an ordinal follows.
	Name     string
	Template bool
	// Fields are those of the claim or the claim template.
	Fields map[string]any
}

// Provides reports whether name is a name of the claim.
func (c *Claim) Provides(name string) bool {
	if !c.Template {
		return c.Name == name
	}
	ordinal, ok := strings.CutPrefix(name, c.Name)
	return ok && ordinal != "" && strings.Trim(ordinal, "0123456789") == ""
}

// AccessModes are the claim's spec.accessModes.
func (c *Claim) AccessModes() []string { return manifest.StringsAt(c.Fields, "spec", "accessModes") }

// Exclusive reports whether the claim can be used on one node only
// (ReadWriteOnce) or by one pod only (ReadWriteOncePod). A claim that lists a
// shared mode as well is not exclusive: the attach controller goes by that
// (kubernetes, pkg/volume/util/util.go, IsMultiAttachAllowed).
func (c *Claim) Exclusive() (node, pod bool) {
	for _, mode := range c.AccessModes() {
		switch mode {
		case "ReadWriteOnce":
			node = true
		case "ReadWriteOncePod":
			node, pod = true, true
		case "ReadWriteMany", "ReadOnlyMany":
			return false, false
		}
	}
	return node, pod
}

func claimsOf(o *manifest.Object) []*Claim {
	switch {
	case o.Kind == "PersistentVolumeClaim" && o.Group() == "":
		return []*Claim{{Object: o, Name: o.Name, Fields: o.Fields}}
	case o.Kind == "StatefulSet" && o.Group() == "apps":
		var out []*Claim
		for i, t := range manifest.ListAt(o.Fields, "spec", "volumeClaimTemplates") {
			fields, ok := t.(map[string]any)
			if !ok {
				continue
			}
			out = append(out, &Claim{
				Object:   o,
				Path:     manifest.Path{"spec", "volumeClaimTemplates", i},
				Name:     manifest.StringAt(fields, "metadata", "name") + "-" + o.Name + "-",
				Template: true,
				Fields:   fields,
			})
		}
		return out
	}
	return nil
}
