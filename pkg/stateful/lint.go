// Package stateful joins the parts: it lints charts in one call, for the
// command line and for programs that embed it.
package stateful

import (
	"context"
	"io"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// LintOptions are the inputs of Lint. The zero value lints with all rules,
// default values and the release name and namespace that helm template has.
type LintOptions struct {
	Release lifecycle.Release
	Values  map[string]any
	// KubeVersion and APIVersions are what templates see of the cluster.
	KubeVersion string
	APIVersions []string
	// Rules are all when nil.
	Rules []*lint.Rule
	// Fetcher brings charts that are named by reference, and dependencies that
	// charts lack, to this machine; nothing is fetched when nil.
	Fetcher *render.Fetcher
	// Stdin is the stream of manifests that the path "-" names.
	Stdin io.Reader
	// ChangedSince, if set, leaves out the charts that are as they were where
	// HEAD parted from that git revision.
	ChangedSince string
	// Against, if set, also compares each chart with what it was there, as
	// CompareAgainst does. It implies ChangedSince.
	Against string
	// NewSince, if set, marks the findings that a chart had there as known, as a
	// baseline does.
	NewSince string
	// Shard leaves out the charts of the other shards.
	Shard Shard
	// Config, if set, knows the configuration of each chart. What it says wins
	// over the options: put what must win over it into its Flags.
	Config *config.Source
	// Now is the time by which ignores expire; zero is the present.
	Now time.Time
	// Workers is the number of charts, and of values cases of charts, at a time; 0
	// is one for each core.
	Workers int
	// Probe rehearses each chart also under values that the tool makes itself:
	// see render.Renderer.Probes.
	Probe bool
	// Plan tells the life of what holds state too, as the function Plan does, in
	// the report's Plans.
	Plan bool
	// Timeout bounds the time spent on one chart under one set of values, and on
	// all probes of one chart; 0 is one minute.
	Timeout time.Duration
	// Progress, if set, is told of each chart when it is done. It is called
	// from several goroutines at a time.
	Progress func(path string)
	// Watch, if set, is told what is being worked on.
	Watch *Watch
	// GivenUp are charts that are not to be looked at, by path, and why.
	GivenUp map[string]string

	aside *aside // of the run
	crew  *crew  // of the run
	stage *stage // of the chart
}

const defaultTimeout = time.Minute

// Lint rehearses charts (folders, archives, folders of charts, or references:
// see render.Fetcher) and judges them, in the order of their paths. The path
// "-" is a stream of manifests, which LintStream judges. A chart that cannot be
// loaded or rendered is reported as such and the others are still done; the
// error is only for a context that ended, a folder that cannot be read, and a
// *gitrepo.Error where git cannot tell what has changed.
func Lint(ctx context.Context, paths []string, o LintOptions) (*report.Report, error) {
	o = o.withDefaults()
	targets, err := targetsOf(ctx, paths, o)
	if err != nil {
		return nil, err
	}
	outcomes := make([]outcome, len(targets))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(o.Workers)
	for i, target := range targets {
		o, _, err := o.settings(target.path)
		if err != nil {
			return nil, err
		}
		group.Go(func() error {
			o.Watch.start(render.ShownName(target.path))
			defer o.Watch.end(render.ShownName(target.path))
			o.crew.begin()
			defer o.crew.end()
			out, err := lintBounded(groupCtx, target, o)
			if groupCtx.Err() != nil {
				return context.Cause(groupCtx)
			}
			if err != nil {
				out.chart.Error = brief(err.Error())
			}
			if o.NewSince != "" && err == nil && target.path != Stream {
				note, err := markOld(groupCtx, target, out.findings, o)
				if err != nil {
					return err
				}
				out.chart.Note = joinNotes(out.chart.Note, note)
			}
			outcomes[i] = out
			if o.Progress != nil {
				o.Progress(target.path)
			}
			return nil
		})
	}
	if err = group.Wait(); err != nil {
		return nil, err
	}
	var charts []report.Chart
	var findings []lint.Finding
	var plans []report.Plan
	for _, out := range outcomes {
		settled, err := o.aside.settle(out.chart, out.findings, o, o.complete(out.chart.Path))
		if err != nil {
			return nil, err
		}
		charts = append(charts, out.chart)
		findings = append(findings, settled...)
		if out.plan != nil {
			plans = append(plans, *out.plan)
		}
	}
	r := report.New(charts, findings)
	r.Plans = plans
	r.Notes = o.aside.said()
	return r, nil
}

func (o LintOptions) withDefaults() LintOptions {
	if o.Release.Name == "" {
		o.Release.Name = "release-name"
	}
	if o.Release.Namespace == "" {
		o.Release.Namespace = "default"
	}
	if o.Rules == nil {
		o.Rules = rules.All()
	}
	if o.ChangedSince == "" {
		o.ChangedSince = o.Against
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	o.aside = newAside(o.Now)
	o.crew = newCrew(o.Workers)
	return o
}

func rehearse(ctx context.Context, chart *render.Chart, o LintOptions) (*lifecycle.Rehearsal, error) {
	renderer, err := chart.Renderer(render.Options{Values: o.Values, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions})
	if err != nil {
		return nil, err
	}
	return lifecycle.Rehearse(ctx, renderer, cluster.New(), lifecycle.Options{Release: o.Release})
}
