package inventory

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Account is a ServiceAccount to which bindings of the release give permissions.
type Account struct {
	Grants []Grant
}

// Grant is what one binding of the release gives to an account.
type Grant struct {
	Binding *manifest.Object
	Rules   []any
	// Admin says that the role is Kubernetes' own cluster-admin, which may do
	// everything.
	Admin bool
}

// access are the accounts of workloads, and what they are given.
type access struct {
	inv      *Inventory
	roles    map[role][]*manifest.Object
	accounts map[*Workload]*Account
	all      []*Account
}

type role struct{ kind, name string }

// AccountOf returns the ServiceAccount of a workload's pods with what the release's
// own bindings give to it, or nil where that is nothing. Workloads with the same
// account share it.
func (inv *Inventory) AccountOf(w *Workload) *Account { return inv.index.access().accounts[w] }

// Accounts are those of all workloads, in their order.
func (inv *Inventory) Accounts() []*Account { return inv.index.access().all }

func newAccess(inv *Inventory) *access {
	a := &access{inv: inv, roles: map[role][]*manifest.Object{}, accounts: map[*Workload]*Account{}}
	for _, o := range inv.Roles() {
		a.roles[role{o.Kind, o.Name}] = append(a.roles[role{o.Kind, o.Name}], o)
	}
	type identity struct{ name, namespace string }
	known := map[identity]*Account{}
	for _, w := range inv.Granted() {
		id := identity{w.ServiceAccount(), inv.Namespace(w.Object)}
		account, ok := known[id]
		if !ok {
			if account = a.account(inv.BindingsOf(w)); account != nil {
				a.all = append(a.all, account)
			}
			known[id] = account
		}
		if account != nil {
			a.accounts[w] = account
		}
	}
	return a
}

func (a *access) account(bindings []*manifest.Object) *Account {
	if len(bindings) == 0 {
		return nil
	}
	account := &Account{}
	for _, o := range bindings {
		kind, name := o.StringAt("roleRef", "kind"), o.StringAt("roleRef", "name")
		account.Grants = append(account.Grants, Grant{Binding: o, Rules: a.rules(o, role{kind, name}), Admin: kind == "ClusterRole" && name == "cluster-admin"})
	}
	return account
}

// BindingsOf are the release's bindings of a workload's ServiceAccount.
func (inv *Inventory) BindingsOf(w *Workload) []*manifest.Object {
	account := w.ServiceAccount()
	home := inv.Namespace(w.Object)
	var out []*manifest.Object
	for _, o := range inv.Bindings(account) {
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

// rules returns the rules of a role that a binding of the release names.
func (a *access) rules(binding *manifest.Object, named role) []any {
	for _, o := range a.roles[named] {
		if o.Kind == "ClusterRole" || a.inv.SameNamespace(o, binding) {
			return slices.Concat(manifest.ListAt(o.Fields, "rules"), a.aggregated(o))
		}
	}
	return nil
}

// aggregated are the rules that the control plane fills a ClusterRole with.
func (a *access) aggregated(filled *manifest.Object) []any {
	var out []any
	for _, selector := range manifest.ListAt(filled.Fields, "aggregationRule", "clusterRoleSelectors") {
		for _, o := range a.inv.Roles() {
			if o.Kind == "ClusterRole" && o != filled && Selects(manifest.MapAt(selector), o.Labels()) {
				out = append(out, manifest.ListAt(o.Fields, "rules")...)
			}
		}
	}
	return out
}
