package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// refusal is a change to one object that the API server refuses.
type refusal struct {
	// object is the object as the install renders it.
	object *manifest.Object
	// event is the first refusal, of the first step and mode that has one.
	event lifecycle.Event
	// breaks names the steps that are refused, with the Helms that they are
	// refused to.
	breaks []string
	// changes are the fields at fault that differ between the two revisions,
	// none where the revisions are alike.
	changes []lifecycle.Difference
}

// refusals returns the changes that are refused after a first install, one for
// each object.
func refusals(p *lint.Pass) []refusal {
	var out []refusal
	refused := refusedEventsOf(p.Rehearsal)
	for _, o := range p.Objects {
		if o.Hook != nil {
			continue
		}
		if r := refusalOf(p.Rehearsal, refused, o); r != nil {
			out = append(out, *r)
		}
	}
	return out
}

func refusalOf(reh *lifecycle.Rehearsal, refused refusedEvents, o *manifest.Object) *refusal {
	var out *refusal
	for _, step := range []lifecycle.Step{lifecycle.Upgrade, lifecycle.NextVersion, lifecycle.Rollback} {
		var helms []string
		for _, play := range reh.Plays {
			events := refused.of(play, step, o)
			i := slices.IndexFunc(events, func(e lifecycle.Event) bool { return e.Previous != nil && e.Live != nil })
			if i < 0 || len(refused.of(play, lifecycle.Install, o)) > 0 || step == lifecycle.Upgrade && len(refused.of(play, lifecycle.InstallNext, o)) > 0 {
				continue // it is not the change that is refused
			}
			e := events[i]
			if out == nil {
				out = &refusal{object: o, event: e, changes: changesAtFault(e)}
			}
			helms = append(helms, play.Mode.Helm())
		}
		switch len(helms) {
		case 0:
		case len(reh.Plays):
			out.breaks = append(out.breaks, string(step)+" (Helm 3 and 4)")
		default:
			out.breaks = append(out.breaks, string(step)+" ("+strings.Join(helms, "; ")+")")
		}
	}
	return out
}

// refusedEvents are the refusals of a rehearsal, by what is refused.
type refusedEvents map[refusedWhat][]lifecycle.Event

type refusedWhat struct {
	play *lifecycle.Play
	step lifecycle.Step
	id   manifest.ID
}

func refusedEventsOf(reh *lifecycle.Rehearsal) refusedEvents {
	out := refusedEvents{}
	for _, play := range reh.Plays {
		for _, e := range play.Events {
			if e.Action == lifecycle.Refused {
				what := refusedWhat{play, e.Step, e.Object.ID}
				out[what] = append(out[what], e)
			}
		}
	}
	return out
}

// of are the refusals of an object in a step.
func (r refusedEvents) of(play *lifecycle.Play, step lifecycle.Step, o *manifest.Object) []lifecycle.Event {
	return r[refusedWhat{play, step, o.ID}]
}

// changesAtFault are the differences between the revisions below the fields
// that the API server names. A verdict that names none is about all.
func changesAtFault(e lifecycle.Event) []lifecycle.Difference {
	var out []lifecycle.Difference
	for _, d := range lifecycle.Differences(e.Previous.Fields, e.Object.Fields) {
		if atFault(e, d.Path) {
			out = append(out, d)
		}
	}
	return out
}

func atFault(e lifecycle.Event, path manifest.Path) bool {
	if changesFreely(e.Object, path) {
		return false
	}
	path = asStored(e.Object, path)
	return len(e.Verdict.Fields) == 0 || slices.ContainsFunc(e.Verdict.Fields, func(field string) bool { return blames(e.Object, field, path) })
}

// blames reports whether the API server means path where it names a field. Some
// of a volume's it calls otherwise than manifests do (kubernetes,
// pkg/apis/core/validation/validation.go, ValidatePersistentVolumeUpdate).
func blames(o *manifest.Object, field string, path manifest.Path) bool {
	at := fieldPath(field)
	if isVolume(o) && len(at) == 1 {
		at = append(manifest.Path{"spec"}, at...)
	}
	if isVolume(o) && field == "spec.persistentvolumesource" {
		return len(path) > 1 && path[0] == "spec" && !slices.Contains(besidesSource, path[1])
	}
	return path.HasPrefix(at) || at.HasPrefix(path)
}

// besidesSource are the fields of a volume's spec that do not say where it is.
var besidesSource = []any{
	"accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode",
}

// asStored is the path under which the API server keeps a field, and blames it.
func asStored(o *manifest.Object, path manifest.Path) manifest.Path {
	switch {
	case o.Kind == "Secret" && path.HasPrefix(manifest.Path{"stringData"}):
		return append(manifest.Path{"data"}, path[1:]...)
	case o.Kind == "Service" && path.HasPrefix(manifest.Path{"spec", "clusterIP"}):
		return manifest.Path{"spec", "clusterIPs", 0}
	}
	return path
}

// changesFreely excepts what a verdict about all of a claim's spec does not
// mean.
func changesFreely(o *manifest.Object, path manifest.Path) bool {
	return o.Kind == "PersistentVolumeClaim" && o.Group() == "" &&
		(path.HasPrefix(manifest.Path{"spec", "resources", "requests"}) || path.HasPrefix(manifest.Path{"spec", "volumeAttributesClassName"}))
}

// fieldPath reads a field path as the API server prints it: spec.ports[0].name,
// metadata.labels[app], spec.ports[name="x"].port. What it cannot read ends the
// path.
func fieldPath(text string) manifest.Path {
	var path manifest.Path
	for text != "" {
		switch {
		case text[0] == '.':
			text = text[1:]
		case text[0] == '[':
			end := strings.IndexByte(text, ']')
			if end < 0 {
				return path
			}
			inner := text[1:end]
			text = text[end+1:]
			if n, err := strconv.Atoi(inner); err == nil {
				path = append(path, n)
			} else if strings.Contains(inner, "=") {
				return path
			} else {
				path = append(path, strings.Trim(inner, `"`))
			}
		default:
			end := strings.IndexAny(text, ".[")
			if end < 0 {
				end = len(text)
			}
			path = append(path, text[:end])
			text = text[end:]
		}
	}
	return path
}

// derivations are those of all changes at fault, each once.
func (r *refusal) derivations(reh *lifecycle.Rehearsal) []lifecycle.Derivation {
	var out []lifecycle.Derivation
	for _, c := range r.changes {
		for _, d := range reh.Derives(r.object, c.Path) {
			if !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// because returns the first change at fault that derives from one of the
// inputs, or nil; with no inputs, the first that is not random.
func (r *refusal) because(reh *lifecycle.Rehearsal, inputs ...lifecycle.Derivation) *lifecycle.Difference {
	for i, c := range r.changes {
		if len(inputs) == 0 && !reh.Random(r.object, c.Path) {
			return &r.changes[i]
		}
		if slices.ContainsFunc(reh.Derives(r.object, c.Path), func(d lifecycle.Derivation) bool { return slices.Contains(inputs, d) }) {
			return &r.changes[i]
		}
	}
	return nil
}

// report is the finding about a refusal, but for its message.
func (r *refusal) report(reh *lifecycle.Rehearsal, path manifest.Path) lint.Report {
	out := lint.Report{Object: r.object, Path: path, Verdict: lint.Short(r.event.Verdict.Message), Elsewhere: r.event.Verdict.Elsewhere, Breaks: r.breaks, NotFixable: true}
	for _, d := range r.derivations(reh) {
		out.Derives = append(out.Derives, string(d))
	}
	return out
}
