package lifecycle

import (
	"context"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Rehearsal is what became of a release.
type Rehearsal struct {
	Release     Release
	Values      Values
	KubeVersion string
	// Install is the first revision, on an empty cluster.
	Install *Rendering
	// Repeat is rendered with the inputs of Install; nil when the chart cannot
	// differ.
	Repeat *Rendering
	// Upgrade is the second revision, on the cluster that Install left behind;
	// nil when the chart cannot tell it from Install.
	Upgrade *Rendering
	// UpgradeError says why revision 2 could not be rendered; Upgrade is then
	// nil. Some charts refuse to without values that only their user knows.
	UpgradeError error
	// BlindUpgrade is Upgrade with lookups that find nothing, as GitOps
	// controllers render it; nil when it equals Install or Upgrade.
	BlindUpgrade *Rendering

	repeated, upgraded, blind matches
}

// Rehearse renders the chart for each step of its life and installs the first
// revision on cluster, which must be empty.
func Rehearse(ctx context.Context, release Release, r Renderer, cluster Cluster) (*Rehearsal, error) {
	install, err := r.Render(ctx, Inputs{Release: release, Revision: 1})
	if err != nil {
		return nil, err
	}
	reh := &Rehearsal{Release: release, Values: r.Values(), KubeVersion: r.KubeVersion(), Install: install}
	feels := r.Feels()
	if feels.Chance {
		if reh.Repeat, err = r.Render(ctx, Inputs{Release: release, Revision: 1}); err != nil {
			return nil, fmt.Errorf("second rendering with the same inputs: %w", err)
		}
		reh.repeated = match(install, reh.Repeat)
	}
	if len(install.Queries) > 0 || feels.Upgrade {
		cluster.Install(release, install.Stream.Objects())
		reh.Upgrade, err = r.Render(ctx, Inputs{Release: release, Revision: 2, Upgrade: true, Lookup: cluster})
		switch {
		case ctx.Err() != nil:
			return nil, err
		case err != nil:
			reh.Upgrade, reh.UpgradeError = nil, err
		default:
			reh.upgraded = match(install, reh.Upgrade)
		}
	}
	if feels.Upgrade && reh.LooksUp() && reh.Upgrade != nil {
		if reh.BlindUpgrade, err = r.Render(ctx, Inputs{Release: release, Revision: 2, Upgrade: true}); err != nil {
			// Such a chart cannot be upgraded by GitOps; what it looks up is
			// then told from what install rendered.
			reh.BlindUpgrade = nil
		} else {
			reh.blind = match(install, reh.BlindUpgrade)
		}
	}
	return reh, nil
}

// Upgraded returns the object as revision 2 renders it: the same object when
// the upgrade is no different, nil when revision 2 leaves it out.
func (r *Rehearsal) Upgraded(o *manifest.Object) *manifest.Object {
	if r.Upgrade == nil {
		return o
	}
	return r.upgraded[o]
}

// LooksUp reports whether the chart asks the cluster anything.
func (r *Rehearsal) LooksUp() bool {
	return len(r.Install.Queries) > 0 || (r.Upgrade != nil && len(r.Upgrade.Queries) > 0)
}

// FromLookup returns the deepest fields of an object that derive from lookup,
// as revision 1 has them and as revision 2 does. An object that revision 2
// leaves out has none.
func (r *Rehearsal) FromLookup(o *manifest.Object) []Difference {
	after := r.Upgraded(o)
	if after == nil || after == o || !r.LooksUp() {
		return nil
	}
	blind := o
	if r.BlindUpgrade != nil && r.blind[o] != nil {
		blind = r.blind[o]
	}
	var out []Difference
	for _, d := range Differences(blind.Fields, after.Fields) {
		if r.Random(o, d.Path) {
			continue
		}
		d.Before, _ = manifest.Lookup(o.Fields, d.Path...)
		out = append(out, d)
	}
	return out
}

// Random reports whether the field at path, or one below it, differs between
// two renderings with equal inputs.
func (r *Rehearsal) Random(o *manifest.Object, path manifest.Path) bool {
	if r.Repeat == nil {
		return false
	}
	again := r.repeated[o]
	if again == nil {
		return true
	}
	a, _ := manifest.Lookup(o.Fields, path...)
	b, _ := manifest.Lookup(again.Fields, path...)
	return len(Differences(a, b)) > 0
}
