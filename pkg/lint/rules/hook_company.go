package rules

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// lateRights returns the bindings, and the roles, that give rights to a hook's
// ServiceAccount and are not there yet, where no others are. The ServiceAccount
// itself must be there, and be one that is made for hooks.
func lateRights(p *lint.Pass, s, all scene, w *inventory.Workload) []*manifest.Object {
	account := s.find(need{kind: "ServiceAccount", name: accountOf(w)}, p.Namespace(w.Object))
	if account == nil || account.Hook == nil {
		return nil
	}
	var late []*manifest.Object
	for _, o := range p.BindingsOf(w) {
		role := need{group: manifest.RBACGroup, kind: o.StringAt("roleRef", "kind"), name: o.StringAt("roleRef", "name")}
		namespace := p.Namespace(o)
		switch {
		case s[placeOf(p.Inventory, o)] == nil:
			late = append(late, o)
		case all.find(role, namespace) != nil && s.find(role, namespace) == nil:
			late = append(late, all.find(role, namespace))
		default:
			return nil
		}
	}
	return late
}

func accountOf(w *inventory.Workload) string {
	if name := manifest.StringAt(w.Spec, "serviceAccountName"); name != "" {
		return name
	}
	return manifest.StringAt(w.Spec, "serviceAccount")
}

// latePolicies returns the network policies that are made for a hook's pods, and
// for none that run on, and are not there yet, where no other of them is.
func latePolicies(p *lint.Pass, s scene, w *inventory.Workload) []*manifest.Object {
	var late []*manifest.Object
	for _, o := range p.Objects {
		selector := policySelector(o)
		if selector == nil || len(requirements(selector)) == 0 || !p.SameNamespace(o, w.Object) || !inventory.Selects(selector, w.Labels) {
			continue
		}
		if slices.ContainsFunc(p.Workloads, func(other *inventory.Workload) bool {
			return other.Object.Hook == nil && inventory.Selects(selector, other.Labels)
		}) {
			continue
		}
		if s[placeOf(p.Inventory, o)] != nil {
			return nil
		}
		late = append(late, o)
	}
	return late
}

// policySelector is how a network policy chooses pods, nil for other objects.
func policySelector(o *manifest.Object) map[string]any {
	switch {
	case o.Kind == "NetworkPolicy" && o.Group() == "networking.k8s.io":
		return manifest.MapAt(o.Fields, "spec", "podSelector")
	case o.Kind == "CiliumNetworkPolicy" && o.Group() == "cilium.io":
		return manifest.MapAt(o.Fields, "spec", "endpointSelector")
	}
	return nil
}
