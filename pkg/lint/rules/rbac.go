package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

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
	if names := manifest.StringsAt(rule, "resourceNames"); len(names) > 0 && !slices.Contains(names, o.Name) {
		return permission{}
	}
	return permissionOnKind(o, rule)
}

// permissionOnKind is what a rule allows on the objects of o's kind, or on those of
// them that it names.
func permissionOnKind(o *manifest.Object, rule any) permission {
	groups := manifest.StringsAt(rule, "apiGroups")
	named := slices.Contains(groups, o.Group())
	if !named && !slices.Contains(groups, "*") {
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

// byAccount remembers what a rule makes of an account: thousands of workloads may
// share one. Of no account it makes nothing.
func byAccount[T any](judge func(*inventory.Account) T) func(*inventory.Account) T {
	known := map[*inventory.Account]T{}
	return func(a *inventory.Account) T {
		found, ok := known[a]
		if !ok && a != nil {
			found = judge(a)
			known[a] = found
		}
		return found
	}
}
