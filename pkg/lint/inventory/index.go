package inventory

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// index finds by name what rules would else search the whole release for, once
// for each object of it: a stream may hold tens of thousands.
type index struct {
	custom      []*manifest.Object
	autoscalers map[target][]*Autoscaler
	roles       []*manifest.Object
	bindings    map[string][]*manifest.Object // by the names of their ServiceAccounts
	// claims are numbers in Inventory.Claims, workloads in Inventory.Workloads,
	// in order.
	claims  map[string][]int      // by the key of their name
	mounts  map[string][]int      // workloads, by the keys of the claims that they mount
	labels  map[label][]*Workload // by the labels of their pods
	granted []*Workload
}

type label struct{ key, value string }

// target is what an autoscaler scales.
type target struct{ kind, name string }

func newIndex(inv *Inventory) *index {
	ix := &index{
		autoscalers: map[target][]*Autoscaler{}, bindings: map[string][]*manifest.Object{},
		claims: map[string][]int{}, mounts: map[string][]int{}, labels: map[label][]*Workload{},
	}
	for _, o := range inv.Objects {
		if o.APIVersion != "" && !manifest.BuiltIn(o.Group()) {
			ix.custom = append(ix.custom, o)
		}
		if a := autoscalerOf(o); a != nil {
			ix.autoscalers[a.target] = append(ix.autoscalers[a.target], a)
		}
		ix.addGrant(o)
	}
	for i, c := range inv.Claims {
		key := c.Name
		if c.Template {
			key = templateKey(c.Name)
		}
		ix.claims[key] = append(ix.claims[key], i)
	}
	for i, w := range inv.Workloads {
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
		for key, value := range w.Labels {
			ix.labels[label{key, value}] = append(ix.labels[label{key, value}], w)
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

// Labelled are the workloads whose pods have a label. The list must not be changed.
func (inv *Inventory) Labelled(key, value string) []*Workload {
	return inv.index.labels[label{key, value}]
}

// Selected are the workloads whose pods a label selector matches, in any
// namespace.
func (inv *Inventory) Selected(selector map[string]any) []*Workload {
	candidates := inv.Workloads
	for key, value := range manifest.StringMapAt(selector, "matchLabels") {
		if with := inv.Labelled(key, value); len(with) < len(candidates) {
			candidates = with
		}
	}
	var out []*Workload
	for _, w := range candidates {
		if Selects(selector, w.Labels) {
			out = append(out, w)
		}
	}
	return out
}
