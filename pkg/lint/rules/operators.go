package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// operators tell which workloads of a release run which custom resources. Objects
// that are alike in what matters are judged once.
type operators struct {
	*lint.Pass
	// hooks are the workloads that Helm runs to completion before it deletes anything.
	hooks   []*inventory.Workload
	spoken  map[kindOf]bool
	limited map[kindOf]bool
	run     map[traits]*runners
	served  map[serving]*inventory.Workload
}

// kindOf is a kind of objects.
type kindOf struct{ group, kind string }

// traits is what of an object matters to whoever may write it: its name where a
// rule names single objects.
type traits struct {
	kindOf
	namespace, name string
}

type serving struct {
	traits
	finalizer string
}

// runners are the workloads that run some custom resources.
type runners struct {
	number    int
	operators []*inventory.Workload
}

func newOperators(p *lint.Pass) *operators {
	return &operators{
		Pass: p, hooks: cleaningHooks(p), spoken: map[kindOf]bool{}, limited: map[kindOf]bool{},
		run: map[traits]*runners{}, served: map[serving]*inventory.Workload{},
	}
}

func (ops *operators) traitsOf(o *manifest.Object) traits {
	kind := kindOf{o.Group(), o.Kind}
	limited, known := ops.limited[kind]
	if !known {
		limited = slices.ContainsFunc(ops.Accounts(), func(a *inventory.Account) bool { return namesSingle(a, o) })
		ops.limited[kind] = limited
	}
	like := traits{kindOf: kind, namespace: ops.Namespace(o)}
	if limited {
		like.name = o.Name
	}
	return like
}

// namesSingle reports whether a rule gives permissions on single objects of a kind.
func namesSingle(a *inventory.Account, o *manifest.Object) bool {
	for _, g := range a.Grants {
		for _, rule := range g.Rules {
			if len(manifest.StringsAt(rule, "resourceNames")) > 0 && permissionOnKind(o, rule).writes {
				return true
			}
		}
	}
	return false
}

// evidence says how sure it is that a workload is the operator of a custom
// resource.
type evidence int

const (
	noEvidence evidence = iota
	// mayDoAnything workloads are operators by name, with rights to all groups.
	mayDoAnything
	// mayWrite workloads are operators by name that may write the resource.
	mayWrite
	// mayManage workloads have the rights that a controller needs.
	mayManage
)

// of returns the workloads of the release that run a custom resource and that Helm
// deletes before it: those for which the evidence is best.
func (ops *operators) of(instance *manifest.Object) *runners {
	like := ops.traitsOf(instance)
	if known := ops.run[like]; known != nil {
		return known
	}
	found := &runners{number: len(ops.run)}
	ops.run[like] = found
	best := mayDoAnything
	rights := byAccount(func(a *inventory.Account) permissions { return ops.rightsOf(a, instance) })
	for _, w := range ops.Granted() {
		if !w.RunsForever() || keptByHelm(w.Object) || !deletedBefore(w.Object.Kind, instance.Kind) {
			continue
		}
		e := evidenceFor(rights(ops.AccountOf(w)), w, instance)
		if e > best {
			best, found.operators = e, nil
		}
		if e == best {
			found.operators = append(found.operators, w)
		}
	}
	return found
}

// deletedBefore reports whether helm uninstall deletes a workload of one kind
// before a custom resource of another. It sorts by kind alone, whatever the
// group, and puts kinds that it does not list last (helm v3.22.0,
// pkg/releaseutil/kind_sorter.go, UninstallOrder and lessByKind; the same in
// v4.3.1).
func deletedBefore(workload, resource string) bool {
	order := []string{
		"APIService", "Ingress", "IngressClass", "Service", "CronJob", "Job", "StatefulSet", "HorizontalPodAutoscaler", "Deployment",
		"ReplicaSet", "ReplicationController", "Pod", "DaemonSet",
	}
	at := slices.Index(order, workload)
	other := slices.Index(order, resource)
	return at >= 0 && (other < 0 || at < other)
}

// permissions are what an account may do with a custom resource.
type permissions struct{ anything, writes, manages bool }

func (ops *operators) rightsOf(a *inventory.Account, instance *manifest.Object) (r permissions) {
	for _, g := range a.Grants {
		if g.Binding.Kind == "RoleBinding" && !ops.SameNamespace(g.Binding, instance) {
			continue
		}
		r.anything = r.anything || g.Admin
		for _, rule := range g.Rules {
			allowed := permissionOn(instance, rule)
			r.anything = r.anything || allowed.writes && !allowed.named
			r.writes = r.writes || allowed.writes && allowed.named
			r.manages = r.manages || allowed.manages && allowed.named
		}
	}
	return r
}

func evidenceFor(r permissions, w *inventory.Workload, instance *manifest.Object) evidence {
	switch {
	case r.writes && r.manages:
		return mayManage
	case r.writes && namedOperator(w, instance):
		return mayWrite
	case r.anything && namedOperator(w, instance):
		return mayDoAnything
	}
	return noEvidence
}

// namedOperator reports whether a workload's names, images or commands say
// that it is an operator, or speak of the custom resource.
func namedOperator(w *inventory.Workload, instance *manifest.Object) bool {
	text := w.Object.Name + " " + containerText(w, "name", "image", "command", "args")
	return containsAny(text, append(wordsFor(instance), "operator")...)
}

// wordsFor are the words by which people speak of a custom resource.
func wordsFor(instance *manifest.Object) []string {
	words := []string{instance.Group()}
	if len(instance.Kind) > 3 { // App is part of too many words
		words = append(words, instance.Kind)
	}
	return words
}

// deletedByHook reports whether a hook of helm uninstall plausibly deletes a custom
// resource: its text names the kind or the group, or speaks of deleting.
func (ops *operators) deletedByHook(instance *manifest.Object) bool {
	kind := kindOf{instance.Group(), instance.Kind}
	spoken, known := ops.spoken[kind]
	if !known {
		words := append(wordsFor(instance), "delete", "uninstall", "cleanup", "clean-up", "finalizer")
		spoken = slices.ContainsFunc(ops.hooks, func(w *inventory.Workload) bool {
			name := strings.ReplaceAll(w.Object.Name, "pre-delete", "")
			return containsAny(name+" "+containerText(w, "command", "args", "env"), words...)
		})
		ops.spoken[kind] = spoken
	}
	return spoken
}

// finalizerController returns the workload of the release that takes the
// finalizer off an object, where helm uninstall deletes both, or nil.
func (ops *operators) finalizerController(o *manifest.Object, finalizer string) *inventory.Workload {
	if keptByHelm(o) || ops.deletedByHook(o) {
		return nil
	}
	at := serving{ops.traitsOf(o), finalizer}
	if ops.WorkloadOf(o) != nil {
		at.name = o.Name // it does not serve itself
	}
	found, known := ops.served[at]
	if !known {
		found = ops.servantOf(o, finalizer)
		ops.served[at] = found
	}
	return found
}

// servantOf finds the first workload that may change an object and belongs to its
// finalizer's domain.
func (ops *operators) servantOf(o *manifest.Object, finalizer string) *inventory.Workload {
	owner := ownerOf(finalizerDomain(finalizer))
	type service struct{ writes, related bool }
	serviceOf := byAccount(func(a *inventory.Account) (s service) {
		for _, g := range a.Grants {
			here := g.Binding.Kind == "ClusterRoleBinding" || ops.SameNamespace(g.Binding, o)
			s.writes = s.writes || here && g.Admin
			for _, rule := range g.Rules {
				s.writes = s.writes || here && permissionOn(o, rule).writes
				s.related = s.related || slices.ContainsFunc(manifest.StringsAt(rule, "apiGroups"), func(group string) bool {
					return strings.Contains(group, ".") && ownerOf(group) == owner
				})
			}
		}
		return s
	})
	for _, w := range ops.Granted() {
		if !w.RunsForever() || w.Object == o || keptByHelm(w.Object) {
			continue
		}
		s := serviceOf(ops.AccountOf(w))
		if s.writes && (s.related || containsAny(w.Object.Name+" "+containerText(w, "image", "command", "args", "env"), owner)) {
			return w
		}
	}
	return nil
}

// heldByFinalizer reports whether finalizer-blocks-deletion speaks of an object.
func (ops *operators) heldByFinalizer(o *manifest.Object) bool {
	return slices.ContainsFunc(finalizersOf(o), func(f string) bool { return ops.finalizerController(o, f) != nil })
}
