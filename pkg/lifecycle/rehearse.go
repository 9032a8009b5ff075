package lifecycle

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"
)

// Rehearsal is what became of a release.
type Rehearsal struct {
	Release Release
	// Sibling is the identity of another release of the same chart.
	Sibling Release
	// TwoVersions says that the rehearsal is a comparison: see Compare.
	TwoVersions bool
	Values      Values
	KubeVersion string

	// The renderings differ from Install in one thing each. Those that the
	// chart cannot feel, or that fail, are nil.

	// Install is the first revision, on an empty cluster.
	Install *Rendering
	// Repeat is rendered with the inputs of Install, but later.
	Repeat *Rendering
	// Upgrade is the second revision, on the cluster that Install left behind.
	Upgrade *Rendering
	// BlindUpgrade is Upgrade with lookups that find nothing, as GitOps
	// controllers render it.
	BlindUpgrade *Rendering
	// NextVersion is Upgrade with the next version of the chart, the
	// application and its images.
	NextVersion *Rendering
	// Other is Install under the identity of Sibling.
	Other *Rendering
	// Again is the first revision once more, on the cluster that the uninstall
	// left behind.
	Again *Rendering

	// UpgradeError says why revision 2 could not be rendered. Some charts
	// refuse to without values that only their user knows.
	UpgradeError error

	// BlindError says why BlindUpgrade could not be rendered where Upgrade was.
	BlindError error

	// Plays are the lives of the release, one for each mode.
	Plays []*Play

	nextChart, nextImages *Rendering // NextVersion's two halves, where they matter
	pairs                 map[*Rendering]matches
}

// Options are the choices of a rehearsal.
type Options struct {
	Release Release
	// Skip, if set, is shown the first rendering and may end the rehearsal
	// there; Rehearse then returns neither a rehearsal nor an error.
	Skip func(install *Rendering) bool
	// InstallAlone ends the rehearsal after the install: there is no other
	// rendering, and no other step is played.
	InstallAlone bool
}

// Rehearse renders the chart for each step of its life and plays the steps on
// copies of cluster, which must be empty.
func Rehearse(ctx context.Context, r Renderer, cluster Cluster, o Options) (*Rehearsal, error) {
	release := o.Release
	reh := &Rehearsal{
		Release:     release,
		Sibling:     Release{Name: siblingName, Namespace: siblingNamespace},
		Values:      r.Values(),
		KubeVersion: r.KubeVersion(),
		pairs:       map[*Rendering]matches{},
	}
	d := &director{Rehearsal: reh, ctx: ctx, renderer: r}
	var err error
	if reh.Install, err = d.renderer.Render(ctx, Inputs{Release: release, Revision: 1}); err != nil {
		return nil, err
	}
	if o.Skip != nil && o.Skip(reh.Install) {
		return nil, nil
	}
	cluster = cluster.Clone()
	cluster.Define(r.Definitions())
	if o.InstallAlone {
		d.playModes(cluster, d.playInstall)
		return reh, nil
	}
	d.vary()
	d.playModes(cluster, d.playLife)
	d.varied.Wait()
	d.attribute()
	for _, rendering := range []*Rendering{reh.Repeat, reh.Upgrade, reh.BlindUpgrade, reh.NextVersion, reh.Other, reh.Again, reh.nextChart, reh.nextImages} {
		if rendering != nil {
			reh.pairs[rendering] = match(reh.Install, rendering)
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return reh, nil
}

// The sibling's identity: words that no chart has in its names.
const (
	siblingName      = "sibling-zq"
	siblingNamespace = "elsewhere-zq"
)

// later is when the next thing happens to a release: the second, the minute, the
// hour, the day and the weekday are other ones.
const later = 26*time.Hour + 2*time.Minute + time.Second

// director renders what the steps need, each thing once.
type director struct {
	*Rehearsal
	ctx      context.Context
	renderer Renderer
	// varied is done when Repeat and Other are there.
	varied sync.WaitGroup
	// diverged tells that the modes may end differently.
	diverged bool
}

// try renders a variation. One that fails is left out: the chart itself, as
// install renders it, is fine.
func (d *director) try(in Inputs) *Rendering {
	if in.Release == (Release{}) {
		in.Release = d.Release
	}
	rendering, err := d.renderer.Render(d.ctx, in)
	if err != nil {
		return nil
	}
	return rendering
}

// vary renders what needs no cluster, beside the play.
func (d *director) vary() {
	if d.renderer.Feels().Chance {
		d.varied.Go(func() { d.Repeat = d.try(Inputs{Revision: 1, Elapsed: later}) })
	}
	d.varied.Go(func() { d.Other = d.try(Inputs{Release: d.Sibling, Revision: 1}) })
}

// playModes plays in each mode, on a copy of cluster, but for a mode that would
// end as the one before.
func (d *director) playModes(cluster Cluster, play func(Mode, Cluster)) {
	for _, mode := range Modes() {
		if len(d.Plays) > 0 && !d.diverged {
			same := *d.Plays[0]
			same.Mode = mode
			d.Plays = append(d.Plays, &same)
			continue
		}
		play(mode, cluster.Clone())
	}
}

// enter begins a play.
func (d *director) enter(mode Mode, cluster Cluster) *stage {
	play := &Play{Mode: mode}
	d.Plays = append(d.Plays, play)
	return &stage{release: d.Release, cluster: cluster, mode: mode, play: play}
}

// playInstall plays the first step alone.
func (d *director) playInstall(mode Mode, cluster Cluster) {
	s := d.enter(mode, cluster)
	s.deploy(Install, nil, d.Install, "install")
	d.diverged = s.diverged || cluster.Diverged()
}

// playLife plays all steps in one mode. The first mode to be played renders
// what depends on the cluster's content.
func (d *director) playLife(mode Mode, cluster Cluster) {
	s := d.enter(mode, cluster)
	first := len(d.Plays) == 1

	s.deploy(Install, nil, d.Install, "install")
	if first {
		d.renderUpgrade(cluster)
	}
	last, deployed := d.Install, d.Install // a refused revision is the last, and not deployed
	if d.UpgradeError == nil {
		last = or(d.Upgrade, d.Install)
		deployed = s.deploy(Upgrade, deployed, last, "upgrade")
	}
	if first && d.UpgradeError == nil {
		d.NextVersion = d.try(Inputs{Revision: 3, Elapsed: 2 * later, Upgrade: true, Lookup: cluster, NextVersion: true, NextImages: true})
	}
	if d.NextVersion != nil {
		last = d.NextVersion
		s.deploy(NextVersion, deployed, last, "upgrade")
	}
	s.deploy(Rollback, last, d.Install, "rollback")
	s.uninstall(d.Install)
	if first {
		d.renderAgain(cluster)
	}
	s.deploy(Reinstall, nil, or(d.Again, d.Install), "install")
	d.diverged = s.diverged || cluster.Diverged()
}

func or(a, b *Rendering) *Rendering {
	if a != nil {
		return a
	}
	return b
}

func (d *director) renderUpgrade(cluster Cluster) {
	feels := d.renderer.Feels().Upgrade
	switch {
	case len(d.Install.Queries) > 0 || feels:
		d.Upgrade, d.UpgradeError = d.renderer.Render(d.ctx, Inputs{Release: d.Release, Revision: 2, Elapsed: later, Upgrade: true, Lookup: cluster})
		if d.UpgradeError != nil {
			d.Upgrade = nil
		}
	case d.renderer.Feels().Chance:
		d.varied.Wait()
		d.Upgrade = d.Repeat
	}
	if feels && d.Upgrade != nil && d.LooksUp() && (d.renderer.Feels().UpgradeLookup || !bytes.Equal(d.Upgrade.Stream.Bytes(), d.Install.Stream.Bytes())) {
		d.BlindUpgrade, d.BlindError = d.renderer.Render(d.ctx, Inputs{Release: d.Release, Revision: 2, Elapsed: later, Upgrade: true})
	}
}

func (d *director) renderAgain(cluster Cluster) {
	switch {
	case d.LooksUp() && d.finds(cluster):
		d.Again = d.try(Inputs{Revision: 1, Elapsed: 3 * later, Lookup: cluster})
	case d.renderer.Feels().Chance:
		d.varied.Wait()
		d.Again = d.Repeat
	}
}

// finds reports whether a lookup of the install finds anything now.
func (d *director) finds(cluster Cluster) bool {
	return slices.ContainsFunc(d.Install.Queries, func(q Query) bool {
		if q.Name == "" {
			return len(cluster.List(q.APIVersion, q.Kind, q.Namespace)) > 0
		}
		return cluster.Get(q.APIVersion, q.Kind, q.Namespace, q.Name) != nil
	})
}

// attribute renders the two halves of the next version where it was refused
// something, to tell which of them did it.
func (d *director) attribute() {
	if d.NextVersion == nil {
		return
	}
	for _, play := range d.Plays {
		for _, e := range play.Of(NextVersion) {
			if e.Action == Refused {
				d.nextChart = d.try(Inputs{Revision: 1, NextVersion: true})
				d.nextImages = d.try(Inputs{Revision: 1, NextImages: true})
				return
			}
		}
	}
}
