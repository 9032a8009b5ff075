package inventory

import (
	"slices"
	"strings"
	"sync"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// index finds by name what rules would else search the whole release for, once
// for each object of it: a stream may hold tens of thousands.
type index struct {
	kinds       map[kind][]*manifest.Object
	names       map[named][]*manifest.Object
	workloads   map[*manifest.Object]*Workload
	custom      []*manifest.Object
	autoscalers map[target][]*Autoscaler
	roles       []*manifest.Object
	bindings    map[string][]*manifest.Object // by the names of their ServiceAccounts
	// claims are numbers in Inventory.Claims, workloads in Inventory.Workloads,
	// in order.
	made    map[*manifest.Object][]*Claim // claims, by their objects
	claims  map[string][]int              // by the key of their name
	mounts  map[string][]int              // workloads, by the keys of the claims that they mount
	pods    *Labelled[*Workload]          // by the labels of their pods
	granted []*Workload
	access  func() *access
}

type kind struct{ group, name string }

type named struct {
	kind
	name string
}

// target is what an autoscaler scales.
type target struct{ kind, name string }

func newIndex(inv *Inventory) *index {
	ix := &index{
		kinds: map[kind][]*manifest.Object{}, names: map[named][]*manifest.Object{}, workloads: map[*manifest.Object]*Workload{},
		autoscalers: map[target][]*Autoscaler{}, bindings: map[string][]*manifest.Object{},
		made: map[*manifest.Object][]*Claim{}, claims: map[string][]int{}, mounts: map[string][]int{},
		pods:   NewLabelled(inv.Workloads, func(w *Workload) map[string]string { return w.Labels }),
		access: sync.OnceValue(func() *access { return newAccess(inv) }),
	}
	for _, o := range inv.Objects {
		of := kind{o.Group(), o.Kind}
		ix.kinds[of] = append(ix.kinds[of], o)
		ix.names[named{of, o.Name}] = append(ix.names[named{of, o.Name}], o)
		if o.APIVersion != "" && !manifest.BuiltIn(o.Group()) {
			ix.custom = append(ix.custom, o)
		}
		if a := autoscalerOf(o); a != nil {
			ix.autoscalers[a.target] = append(ix.autoscalers[a.target], a)
		}
		ix.addGrant(o)
	}
	for i, c := range inv.Claims {
		ix.made[c.Object] = append(ix.made[c.Object], c)
		key := c.Name
		if c.Template {
			key = templateKey(c.Name)
		}
		ix.claims[key] = append(ix.claims[key], i)
	}
	for i, w := range inv.Workloads {
		ix.workloads[w.Object] = w
		if len(ix.bindings[w.ServiceAccount()]) > 0 {
			ix.granted = append(ix.granted, w)
		}
		for _, v := range w.Volumes {
			for _, key := range claimKeys(v.Claim) {
				if at := ix.mounts[key]; len(at) == 0 || at[len(at)-1] != i {
					ix.mounts[key] = append(at, i)
				}
			}
		}
	}
	return ix
}

// addGrant takes up what grants permissions.
func (ix *index) addGrant(o *manifest.Object) {
	if o.Group() != manifest.RBACGroup {
		return
	}
	switch o.Kind {
	case "Role", "ClusterRole":
		ix.roles = append(ix.roles, o)
	case "RoleBinding", "ClusterRoleBinding":
		for _, subject := range manifest.ListAt(o.Fields, "subjects") {
			if manifest.StringAt(subject, "kind") != "ServiceAccount" {
				continue
			}
			account := manifest.StringAt(subject, "name")
			if known := ix.bindings[account]; len(known) == 0 || known[len(known)-1] != o {
				ix.bindings[account] = append(known, o)
			}
		}
	}
}

// templateKey is the key of what a claim template makes, by the names' common
// start. No name has a space.
func templateKey(start string) string { return start + " " }

// claimKeys are the keys of the claims that may provide a name.
func claimKeys(name string) []string {
	if name == "" {
		return nil
	}
	keys := []string{name}
	if start := strings.TrimRight(name, "0123456789"); start != name {
		keys = append(keys, templateKey(start))
	}
	return keys
}

// providing are the claims that may provide a name, in order.
func (ix *index) providing(name string) []int {
	var out []int
	for _, key := range claimKeys(name) {
		out = append(out, ix.claims[key]...)
	}
	slices.Sort(out)
	return out
}

// mounting are the workloads that may mount a claim, in order.
func (ix *index) mounting(c *Claim) []int {
	if c.Template {
		return ix.mounts[templateKey(c.Name)]
	}
	return ix.mounts[c.Name]
}
