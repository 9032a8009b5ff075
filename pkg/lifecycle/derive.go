package lifecycle

import (
	"reflect"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Derivation is an input that a field's value derives from.
type Derivation string

// The derivations.
const (
	FromChance       Derivation = "random"
	FromLookup       Derivation = "lookup"
	FromRevision     Derivation = "install or upgrade"
	FromChartVersion Derivation = "chart version"
	FromImageTag     Derivation = "image tag"
	FromReleaseName  Derivation = "release name"
	FromNamespace    Derivation = "namespace"
)

// LooksUp reports whether the chart asks the cluster anything.
func (r *Rehearsal) LooksUp() bool {
	return len(r.Install.Queries) > 0 || (r.Upgrade != nil && len(r.Upgrade.Queries) > 0)
}

// In returns an object of Install as another rendering has it: nil when that
// one leaves it out, the object itself when the rendering was not needed.
func (r *Rehearsal) In(rendering *Rendering, o *manifest.Object) *manifest.Object {
	if rendering == nil || rendering == r.Install {
		return o
	}
	return r.pairs[rendering][o]
}

// Upgraded returns an object of Install as revision 2 renders it, nil when
// revision 2 leaves it out.
func (r *Rehearsal) Upgraded(o *manifest.Object) *manifest.Object { return r.In(r.Upgrade, o) }

// Differs reports whether the field at path, or one below it, is not the same
// in another rendering. A missing object differs in everything.
func (r *Rehearsal) Differs(o *manifest.Object, path manifest.Path, rendering *Rendering) bool {
	if rendering == nil {
		return false
	}
	other := r.In(rendering, o)
	if other == nil {
		return true
	}
	return !reflect.DeepEqual(valueAt(o, path), valueAt(other, path))
}

func valueAt(o *manifest.Object, path manifest.Path) any {
	if o == nil {
		return nil
	}
	v, _ := manifest.Lookup(o.Fields, path...)
	return v
}

// Random reports whether the field at path, or one below it, differs between
// two renderings with equal inputs.
func (r *Rehearsal) Random(o *manifest.Object, path manifest.Path) bool {
	return r.Differs(o, path, r.Repeat)
}

// Stabilised reports whether a random field keeps its value over an upgrade,
// because lookup finds it.
func (r *Rehearsal) Stabilised(o *manifest.Object, path manifest.Path) bool {
	return r.Random(o, path) && r.LooksUp() && r.Upgrade != nil && r.Upgraded(o) != nil && !r.Differs(o, path, r.Upgrade)
}

// blind is an object of Install as an upgrade whose lookups find nothing
// renders it, nil where it is left out. A chart that does not feel an upgrade
// then renders it as the install does, one that looks nothing up as any upgrade.
func (r *Rehearsal) blind(o *manifest.Object) *manifest.Object {
	if r.BlindUpgrade == nil && !r.LooksUp() {
		return r.Upgraded(o)
	}
	return r.In(r.BlindUpgrade, o)
}

// LeftOutBlindly reports whether an upgrade whose lookups find nothing leaves
// an object of Install out.
func (r *Rehearsal) LeftOutBlindly(o *manifest.Object) bool {
	return r.BlindUpgrade != nil && r.blind(o) == nil
}

// Derives tells what the field at path, or those below it, derive from, in
// the order of the constants.
func (r *Rehearsal) Derives(o *manifest.Object, path manifest.Path) []Derivation {
	var out []Derivation
	add := func(d Derivation, yes bool) {
		if yes {
			out = append(out, d)
		}
	}
	random := r.Random(o, path)
	add(FromChance, random)
	if up := r.Upgraded(o); r.Upgrade != nil && up != nil {
		blind := r.blind(o)
		looked := r.LooksUp() && blind != nil && !reflect.DeepEqual(valueAt(blind, path), valueAt(up, path))
		add(FromLookup, (looked && !random) || r.Stabilised(o, path))
		add(FromRevision, !r.TwoVersions && !random && blind != nil && !reflect.DeepEqual(valueAt(o, path), valueAt(blind, path)))
	}
	if !random {
		if r.nextChart != nil || r.nextImages != nil {
			add(FromChartVersion, r.Differs(o, path, r.nextChart))
			add(FromImageTag, r.Differs(o, path, r.nextImages))
		} else {
			add(FromChartVersion, r.NextVersion != nil && !reflect.DeepEqual(valueAt(r.In(or(r.Upgrade, r.Install), o), path), valueAt(r.In(r.NextVersion, o), path)))
		}
		name, namespace := r.fromIdentity(o, path)
		add(FromReleaseName, name)
		add(FromNamespace, namespace)
	}
	return out
}

// fromIdentity tells whether the sibling's name and namespace stand in the
// sibling's value of the field. A value that changes and holds neither (a
// hash) counts as derived from the name.
func (r *Rehearsal) fromIdentity(o *manifest.Object, path manifest.Path) (name, namespace bool) {
	other := r.In(r.Other, o)
	if r.Other == nil || other == nil {
		return false, false
	}
	for _, d := range Differences(valueAt(o, path), valueAt(other, path)) {
		text, ok := d.After.(string)
		inNamespace := ok && strings.Contains(text, r.Sibling.Namespace)
		inName := ok && strings.Contains(text, r.Sibling.Name)
		namespace = namespace || inNamespace
		name = name || inName || !inNamespace
	}
	return name, namespace
}
