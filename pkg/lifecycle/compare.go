package lifecycle

import (
	"context"
	"fmt"
)

// Compare plays the upgrade of a release from one version of a chart to
// another, and the rollback; beside that, what the upgrade renders is created
// on an empty cluster, which tells what is refused for its own sake. The rehearsal's Install is the old version, its
// Upgrade and BlindUpgrade are the new one; of the other renderings it has only
// Repeat.
func Compare(ctx context.Context, old, next Renderer, cluster Cluster, release Release) (*Rehearsal, error) {
	reh := &Rehearsal{
		Release:     release,
		TwoVersions: true,
		Values:      next.Values(),
		KubeVersion: next.KubeVersion(),
		pairs:       map[*Rendering]matches{},
	}
	d := &director{Rehearsal: reh, ctx: ctx, renderer: old}
	var err error
	if reh.Install, err = old.Render(ctx, Inputs{Release: release, Revision: 1}); err != nil {
		return nil, fmt.Errorf("the old version: %w", err)
	}
	if old.Feels().Chance {
		reh.Repeat = d.try(Inputs{Revision: 1, Elapsed: later})
	}
	cluster = cluster.Clone()
	cluster.Define(old.Definitions())
	cluster.Define(next.Definitions())
	for _, mode := range Modes() {
		if err := d.playUpgrade(mode, cluster.Clone(), next); err != nil {
			return nil, err
		}
	}
	if reh.LooksUp() {
		d.renderer = next
		reh.BlindUpgrade = d.try(Inputs{Revision: 2, Elapsed: later, Upgrade: true})
	}
	for _, rendering := range []*Rendering{reh.Repeat, reh.Upgrade, reh.BlindUpgrade} {
		if rendering != nil {
			reh.pairs[rendering] = match(reh.Install, rendering)
		}
	}
	return reh, nil
}

// playUpgrade plays the steps of a comparison in one mode.
func (d *director) playUpgrade(mode Mode, cluster Cluster, next Renderer) (err error) {
	play := &Play{Mode: mode}
	d.Plays = append(d.Plays, play)
	s := &stage{release: d.Release, cluster: cluster, mode: mode, play: play}
	empty := cluster.Clone()
	s.deploy(Install, nil, d.Install, "install")
	if d.Upgrade == nil {
		d.Upgrade, err = next.Render(d.ctx, Inputs{Release: d.Release, Revision: 2, Elapsed: later, Upgrade: true, Lookup: cluster})
		if err != nil {
			return fmt.Errorf("the new version: %w", err)
		}
	}
	s.deploy(Upgrade, d.Install, d.Upgrade, "upgrade")
	s.deploy(Rollback, d.Upgrade, d.Install, "rollback")
	s.cluster = empty
	s.deploy(InstallNext, nil, d.Upgrade, "install")
	return nil
}
