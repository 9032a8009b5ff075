package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// grant is what one binding of the release gives to a workload's pods.
type grant struct {
	binding *manifest.Object
	rules   []any
	// admin says that the role is Kubernetes' own cluster-admin, which may do
	// everything.
	admin bool
}

// grantsTo returns what the release's own bindings give to a workload's
// ServiceAccount.
func grantsTo(p *lint.Pass, w *inventory.Workload) []grant {
	var out []grant
	for _, o := range bindingsOf(p, w) {
		kind, name := o.StringAt("roleRef", "kind"), o.StringAt("roleRef", "name")
		out = append(out, grant{binding: o, rules: rulesOf(p, o, kind, name), admin: kind == "ClusterRole" && name == "cluster-admin"})
	}
	return out
}

// bindingsOf are the release's bindings of a workload's ServiceAccount.
func bindingsOf(p *lint.Pass, w *inventory.Workload) []*manifest.Object {
	account := w.ServiceAccount()
	home := p.Namespace(w.Object)
	var out []*manifest.Object
	for _, o := range p.Bindings(account) {
		if slices.ContainsFunc(manifest.ListAt(o.Fields, "subjects"), func(subject any) bool {
			namespace := manifest.StringAt(subject, "namespace")
			return manifest.StringAt(subject, "kind") == "ServiceAccount" && manifest.StringAt(subject, "name") == account &&
				(namespace == home || namespace == "" || home == "")
		}) {
			out = append(out, o)
		}
	}
	return out
}

// rulesOf returns the rules of a role that a binding of the release names.
func rulesOf(p *lint.Pass, binding *manifest.Object, kind, name string) []any {
	for _, o := range p.Roles() {
		if o.Kind == kind && o.Name == name && (kind == "ClusterRole" || p.SameNamespace(o, binding)) {
			return slices.Concat(manifest.ListAt(o.Fields, "rules"), aggregatedRules(p, o))
		}
	}
	return nil
}

// aggregatedRules are those that the control plane fills a ClusterRole with.
func aggregatedRules(p *lint.Pass, role *manifest.Object) []any {
	var out []any
	for _, selector := range manifest.ListAt(role.Fields, "aggregationRule", "clusterRoleSelectors") {
		for _, o := range p.Roles() {
			if o.Kind == "ClusterRole" && o != role && inventory.Selects(manifest.MapAt(selector), o.Labels()) {
				out = append(out, manifest.ListAt(o.Fields, "rules")...)
			}
		}
	}
	return out
}

// permission is what an RBAC rule allows on a custom resource.
type permission struct {
	// writes says that it may be changed, as whoever sets finalizers must.
	writes bool
	// named says that the rule names the resource's own group.
	named bool
	// manages says that the rule allows what only the resource's controller
	// does: everything, or to write its status or finalizers.
	manages bool
}

func permissionOn(o *manifest.Object, rule any) permission {
	groups := manifest.StringsAt(rule, "apiGroups")
	named := slices.Contains(groups, o.Group())
	names := manifest.StringsAt(rule, "resourceNames")
	if !named && !slices.Contains(groups, "*") || len(names) > 0 && !slices.Contains(names, o.Name) {
		return permission{}
	}
	verbs := manifest.StringsAt(rule, "verbs")
	everything := slices.Contains(verbs, "*")
	if !everything && !slices.Contains(verbs, "update") && !slices.Contains(verbs, "patch") {
		return permission{}
	}
	result := permission{named: named}
	for _, resource := range manifest.StringsAt(rule, "resources") {
		name, sub, _ := strings.Cut(resource, "/")
		if name != "*" && !isPlural(name, o.Kind) {
			continue
		}
		result.writes = result.writes || sub == ""
		result.manages = result.manages || everything || name == "*" || sub == "status" || sub == "finalizers"
	}
	return result
}

// isPlural reports whether an API resource is that of a kind, by the plurals
// that code generators make.
func isPlural(resource, kind string) bool {
	kind = strings.ToLower(kind)
	switch resource {
	case kind, kind + "s", kind + "es":
		return true
	}
	stem, ok := strings.CutSuffix(kind, "y")
	return ok && resource == stem+"ies"
}
