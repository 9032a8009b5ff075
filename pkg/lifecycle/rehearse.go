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

	repeated, upgraded matches
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
		if reh.Upgrade, err = r.Render(ctx, Inputs{Release: release, Revision: 2, Upgrade: true, Lookup: cluster}); err != nil {
			return nil, fmt.Errorf("rendering of the upgrade, with lookups answered: %w", err)
		}
		reh.upgraded = match(install, reh.Upgrade)
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
