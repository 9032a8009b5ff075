package rules

import (
	"cmp"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// place is what tells objects of a cluster apart.
type place struct{ group, kind, namespace, name string }

// templateClaims stands in a place's kind for the claims of a StatefulSet's
// claim template; the name is then their common start.
const templateClaims = "claims of a template"

// scene is what of a release is in the cluster while Helm works, each with the
// object that it came from.
type scene map[place]*manifest.Object

func placeOf(inv *inventory.Inventory, o *manifest.Object) place {
	return placeIn(o.Group(), o.Kind, inv.Namespace(o), o.Name)
}

func placeIn(group, kind, namespace, name string) place {
	if manifest.ClusterScoped(group, kind) {
		namespace = ""
	}
	return place{group, kind, namespace, name}
}

// add puts an object on the scene, and the claims of its templates.
func (s scene) add(inv *inventory.Inventory, o *manifest.Object) {
	s[placeOf(inv, o)] = o
	for _, c := range inv.ClaimsOf(o) {
		if c.Template {
			s[place{"", templateClaims, inv.Namespace(o), c.Name}] = o
		}
	}
}

// remove takes an object away; claims made of its templates stay.
func (s scene) remove(inv *inventory.Inventory, o *manifest.Object) { delete(s, placeOf(inv, o)) }

// find returns the object that meets a need of a pod in a namespace, or nil.
func (s scene) find(n need, namespace string) *manifest.Object {
	if o := s[placeIn(n.group, n.kind, namespace, n.name)]; o != nil || n.kind != "PersistentVolumeClaim" {
		return o
	}
	if start := withoutOrdinal(n.name); start != n.name {
		return s[place{"", templateClaims, namespace, start}]
	}
	return nil
}

// whole is the scene with all that a release ever puts there.
func whole(inv *inventory.Inventory) scene {
	s := scene{}
	for _, o := range inv.Objects {
		s.add(inv, o)
	}
	return s
}

// hooksOf returns the hooks of an event in the order in which Helm runs them: by
// weight, then by name, and only then by kind (helm v3.22.0,
// pkg/action/hooks.go, hookByWeight; the same in v4.3.1).
func hooksOf(inv *inventory.Inventory, event string) []*manifest.Object {
	var out []*manifest.Object
	for _, o := range inv.Objects {
		if o.Hook.On(event) {
			out = append(out, o)
		}
	}
	rank := func(o *manifest.Object) int { // whatever pods need is of a kind before those that make pods
		if inv.WorkloadOf(o) != nil {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b *manifest.Object) int {
		return cmp.Or(cmp.Compare(a.Hook.Weight, b.Hook.Weight), cmp.Compare(a.Name, b.Name), cmp.Compare(rank(a), rank(b)))
	})
	return out
}

// run plays the hooks of an event; before is shown each hook ahead of its
// creation.
func (s scene) run(inv *inventory.Inventory, event string, before func(hook *manifest.Object)) {
	hooks := hooksOf(inv, event)
	for _, o := range hooks {
		if before != nil {
			before(o)
		}
		s.add(inv, o)
	}
	for _, o := range hooks {
		if o.Hook.DeletedBy("hook-succeeded") && !isDefinition(o) {
			s.remove(inv, o)
		}
	}
}

// apply replaces what the old manifest put on the scene by the new manifest's;
// either may be nil.
func (s scene) apply(old, next *inventory.Inventory) {
	if old != nil {
		for _, o := range old.Objects {
			if o.Hook == nil && !keptByHelm(o) {
				s.remove(old, o)
			}
		}
	}
	if next == nil {
		maps.DeleteFunc(s, func(at place, o *manifest.Object) bool { return at.kind == templateClaims && deletesClaims(o) })
		return
	}
	for _, o := range next.Objects {
		if o.Hook == nil {
			s.add(next, o)
		}
	}
}
