package lifecycle

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Event is what became of one object in one step.
type Event struct {
	Step   Step
	Action Action
	// Object is the object as the step's manifest has it; for what leaves the
	// release, as the manifest before has it.
	Object *manifest.Object
	// Previous is the object in the revision before, nil where it was not.
	Previous *manifest.Object
	Verdict  Verdict
	// Live is what the cluster has, where it refuses to change it.
	Live map[string]any
}

// Play is one life of the release, in one mode.
type Play struct {
	Mode   Mode
	Events []Event
	// Left are the objects that are in the cluster after the uninstall.
	Left []map[string]any
}

// Of returns the events of a step.
func (p *Play) Of(step Step) []Event {
	var out []Event
	for _, e := range p.Events {
		if e.Step == step {
			out = append(out, e)
		}
	}
	return out
}

// stage plays steps of one release on one cluster.
type stage struct {
	release Release
	cluster Cluster
	mode    Mode
	play    *Play
	step    Step
	// diverged is set where Helm itself does otherwise in another mode.
	diverged bool
}

// split parts a rendering's objects into those of the manifest, in install
// order, and the hooks. Objects whose hook event Helm does not know are in
// neither.
func split(r *Rendering) (objects, hooks []*manifest.Object) {
	for _, o := range r.Stream.Objects() {
		switch {
		case o.Hook == nil:
			objects = append(objects, o)
		case !o.Hook.Dropped:
			hooks = append(hooks, o)
		}
	}
	return objects, hooks
}

func (s *stage) note(action Action, o, previous *manifest.Object, v Verdict) {
	e := Event{Step: s.step, Action: action, Object: o, Previous: previous, Verdict: v}
	if action == Refused {
		e.Live = s.live(o)
	}
	s.play.Events = append(s.play.Events, e)
}

// deploy makes target the release's revision, in the place of previous (nil at
// an install). A refusal does not stop it, as it would stop Helm in part, so
// that one rehearsal shows them all. The revision that Helm takes for deployed
// from then on, and an upgrade compares with, is returned.
func (s *stage) deploy(step Step, previous, target *Rendering, event string) (deployed *Rendering) {
	s.step = step
	objects, hooks := split(target)
	var before []*manifest.Object
	if previous != nil {
		before, _ = split(previous)
	}
	s.runHooks(hooks, "pre-"+event)
	was, is := s.identified(before), map[identity]bool{}
	for _, o := range objects {
		id := s.identity(o)
		if is[id] {
			s.repeat(o)
			continue
		}
		is[id] = true
		s.apply(was[id], o)
	}
	for _, o := range before {
		if !is[s.identity(o)] {
			s.leave(o)
		}
	}
	s.cluster.Settle()
	s.runHooks(hooks, "post-"+event)
	s.cluster.Settle()
	if slices.ContainsFunc(s.play.Of(step), func(e Event) bool { return e.Action == Refused }) {
		return previous
	}
	return target
}

// apply sends one object (helm v3.22.0, pkg/kube/client.go, update).
func (s *stage) apply(previous, o *manifest.Object) {
	fields := s.owned(o)
	switch {
	case !s.has(o):
		v := s.cluster.Create(s.mode, fields)
		s.note(pick(v, Created), o, previous, v)
	case previous == nil && !s.owns(s.live(o)):
		s.note(Refused, o, nil, Verdict{Refused: true, Message: o.ID.String() + " exists and cannot be imported into the current release: invalid ownership metadata"})
	case previous == nil:
		// Helm patches what it adopts with its own manifest as the original.
		_, v := s.cluster.Update(s.mode, fields, fields)
		s.note(pick(v, Adopted), o, nil, v)
	default:
		// The marks count as sent before: they never make a difference.
		changed, v := s.cluster.Update(s.mode, s.owned(previous), fields)
		action := Unchanged
		if changed {
			action = Changed
		}
		s.note(pick(v, action), o, previous, v)
	}
}

// repeat sends an object that the manifest has twice: to create it again is
// refused, to apply it again is not.
func (s *stage) repeat(o *manifest.Object) {
	s.diverged = true
	if s.mode == ClientSide && (s.step == Install || s.step == Reinstall) {
		s.note(Refused, o, nil, Verdict{Refused: true, Message: o.ID.String() + " already exists"})
		return
	}
	s.apply(o, o)
}

func pick(v Verdict, accepted Action) Action {
	if v.Refused {
		return Refused
	}
	return accepted
}

// leave deletes an object that the new revision does not have, unless the live
// object says keep, in exactly that spelling.
func (s *stage) leave(o *manifest.Object) {
	live := s.live(o)
	if live == nil {
		return
	}
	if manifest.StringAt(live, "metadata", "annotations", manifest.ResourcePolicyAnnotation) == "keep" {
		s.note(Kept, o, o, Verdict{})
		return
	}
	s.delete(o)
	s.note(Deleted, o, o, Verdict{})
}

// uninstall deletes the release's objects in Helm's order, but those whose
// manifest has a resource policy (helm v3.22.0, pkg/action/uninstall.go and
// resource_policy.go: one that is not keep is forgotten rather than kept).
func (s *stage) uninstall(current *Rendering) {
	s.step = Uninstall
	objects, hooks := split(current)
	s.runHooks(hooks, "pre-delete")
	slices.SortStableFunc(objects, func(a, b *manifest.Object) int { return byUninstallOrder(s.mode, a.Kind, b.Kind) })
	for _, o := range objects {
		switch {
		case !s.has(o):
		case o.Item < 0 && o.HasAnnotation(manifest.ResourcePolicyAnnotation):
			s.note(Kept, o, o, Verdict{})
		default:
			s.delete(o)
			s.note(Deleted, o, o, Verdict{})
		}
	}
	s.cluster.Settle()
	s.runHooks(hooks, "post-delete")
	s.cluster.Settle()
	s.play.Left = s.cluster.Objects()
}

// runHooks runs an event's hooks by weight and name (helm v3.22.0,
// pkg/action/hooks.go). Their pods are taken to succeed.
func (s *stage) runHooks(hooks []*manifest.Object, event string) {
	var run []*manifest.Object
	for _, h := range hooks {
		if h.Hook.On(event) {
			run = append(run, h)
		}
	}
	slices.SortStableFunc(run, func(a, b *manifest.Object) int {
		if a.Hook.Weight != b.Hook.Weight {
			return a.Hook.Weight - b.Hook.Weight
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, h := range run {
		if h.Hook.DeletedBy("before-hook-creation") && h.Kind != "CustomResourceDefinition" && s.has(h) {
			s.delete(h)
			s.cluster.Settle()
			s.note(Deleted, h, h, Verdict{})
		}
		if s.has(h) {
			s.diverged = true
			if s.mode == ServerSide {
				_, v := s.cluster.Update(s.mode, s.namespaced(h), s.namespaced(h))
				s.note(pick(v, Changed), h, h, v)
				continue
			}
			s.note(Refused, h, h, Verdict{Refused: true, Message: h.ID.String() + " already exists"})
			continue
		}
		v := s.cluster.Create(s.mode, s.namespaced(h))
		s.note(pick(v, Created), h, nil, v)
	}
	s.cluster.Settle()
	for _, h := range slices.Backward(run) {
		if h.Hook.DeletedBy("hook-succeeded") && h.Kind != "CustomResourceDefinition" && s.has(h) {
			s.delete(h)
			s.note(Deleted, h, h, Verdict{})
		}
	}
	s.cluster.Settle()
}

func (s *stage) live(o *manifest.Object) map[string]any {
	return s.cluster.Get(o.APIVersion, o.Kind, s.namespace(o), o.Name)
}

func (s *stage) has(o *manifest.Object) bool {
	return s.cluster.Has(o.APIVersion, o.Kind, s.namespace(o), o.Name)
}

func (s *stage) delete(o *manifest.Object) {
	s.cluster.Delete(o.APIVersion, o.Kind, s.namespace(o), o.Name)
}

func (s *stage) namespace(o *manifest.Object) string {
	if s.cluster.ClusterScoped(o.APIVersion, o.Kind) {
		return ""
	}
	if o.Namespace != "" {
		return o.Namespace
	}
	return s.release.Namespace
}

// identity is what an object is in the cluster, under any version of its kind.
type identity struct{ group, kind, namespace, name string }

func (s *stage) identity(o *manifest.Object) identity {
	return identity{o.Group(), o.Kind, orRelease(o.Namespace, s.release), o.Name}
}

// identified are the objects by what they are in the cluster, the first of each.
func (s *stage) identified(objects []*manifest.Object) map[identity]*manifest.Object {
	out := make(map[identity]*manifest.Object, len(objects))
	for _, o := range objects {
		if id := s.identity(o); out[id] == nil {
			out[id] = o
		}
	}
	return out
}

func orRelease(namespace string, release Release) string {
	if namespace == "" {
		return release.Namespace
	}
	return namespace
}
