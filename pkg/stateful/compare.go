package stateful

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// Compare plays the upgrade of a release from one version of a chart to
// another, and the rollback. It reports what the API server refuses on the way
// and what data is left behind, and those findings about the new version alone
// that the old one does not have. Without values in the options it does so
// under the charts' own and under each ci/*-values.yaml that both have.
func Compare(ctx context.Context, old, next string, o LintOptions) (*report.Report, error) {
	return compare(ctx, named(old), named(next), o)
}

// version is a chart to compare, how messages name it, and the folder that it
// may take other charts from.
type version struct{ path, name, below string }

// named is a version that the user names.
func named(path string) version { return version{path: path, name: render.ShownName(path)} }

func compare(ctx context.Context, old, next version, o LintOptions) (*report.Report, error) {
	o, _, err := o.withDefaults().settings(next.path)
	if err != nil {
		return nil, err
	}
	o.crew.begin()
	defer o.crew.end()
	c := &comparer{path: render.ShownName(next.path), options: o, upgrades: placer{}}
	if c.old, err = o.Fetcher.Load(ctx, old.below, old.path); err != nil {
		return nil, fmt.Errorf("the old version, %s: %w", old.name, err)
	}
	if c.next, err = o.Fetcher.Load(ctx, next.below, next.path); err != nil {
		return nil, fmt.Errorf("the new version, %s: %w", next.name, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the charts took more than %s", o.Timeout))
	defer cancel()
	findings, err := within(ctx, o.Timeout, func() ([]lint.Finding, error) { return c.findAll(ctx) })
	if err != nil {
		return nil, err
	}
	info := report.Chart{Chart: c.next.Name, Version: c.old.Version + " → " + c.next.Version, Path: c.path, Note: c.note()}
	findings, err = o.aside.settle(info, findings, o, false)
	if err != nil {
		return nil, err
	}
	r := report.New([]report.Chart{info}, findings)
	if c.first != nil && o.Plan {
		if plan := planOf(c.first, info); len(plan.Rows) > 0 {
			r.Plans = []report.Plan{*plan}
		}
	}
	r.Notes = o.aside.said()
	return r, nil
}

// findAll are the findings about the upgrade, and about what it adds.
func (c *comparer) findAll(ctx context.Context) ([]lint.Finding, error) {
	if err := c.play(ctx); err != nil {
		return nil, err
	}
	findings, err := c.played(ctx)
	if err != nil {
		return nil, err
	}
	added, err := c.added(ctx)
	return lint.Merge(findings, added), err
}

// comparer compares two versions of a chart, case by case.
type comparer struct {
	old, next *render.Chart
	path      string
	options   LintOptions
	cases     []pair
	findings  [][]lint.Finding
	upgrades  placer               // knows the new version
	first     *lifecycle.Rehearsal // of the first case
	failed    []string             // cases that could not be played, and why
}

// pair is one values case as each version has it.
type pair struct{ old, next render.Case }

// play plays the upgrade under each case that both versions have. An error is
// about the first, which is the users' own or the charts' own values.
func (c *comparer) play(ctx context.Context) error {
	oldCases, err := casesOf(c.old, c.path, c.options)
	if err != nil {
		return fmt.Errorf("the old version: %w", err)
	}
	nextCases, err := casesOf(c.next, c.path, c.options)
	if err != nil {
		return fmt.Errorf("the new version: %w", err)
	}
	for _, old := range oldCases {
		for _, next := range nextCases {
			if old.Name == next.Name {
				c.cases = append(c.cases, pair{old: old, next: next})
			}
		}
	}
	for i, p := range c.cases {
		if err := c.playCase(ctx, p); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if i == 0 {
				return err
			}
			c.failed = append(c.failed, fmt.Sprintf("%s: %s", p.old.Name, err))
		}
	}
	if c.options.Probe {
		return c.playProbes(ctx)
	}
	return nil
}

// played are the findings about the upgrade, placed in the new version.
func (c *comparer) played(ctx context.Context) ([]lint.Finding, error) {
	findings := lint.Merge(c.findings...)
	return findings, c.upgrades.place(ctx, findings, c.options.crew)
}

// playCase plays the upgrade with the old version's values, for a user keeps
// those; with the new version's own where it needs them.
func (c *comparer) playCase(ctx context.Context, p pair) error {
	rehearsal, next, err := c.upgrade(ctx, p.old.Values, p.old.Values)
	if err != nil {
		rehearsal, next, err = c.upgrade(ctx, p.old.Values, p.next.Values)
	}
	if err != nil {
		return err
	}
	if c.first == nil {
		c.first = rehearsal
	}
	c.findings = append(c.findings, c.run(rehearsal, next, p.old))
	return nil
}

func (c *comparer) upgrade(ctx context.Context, oldValues, nextValues map[string]any) (*lifecycle.Rehearsal, *render.Renderer, error) {
	old, err := c.renderer(c.old, oldValues)
	if err != nil {
		return nil, nil, fmt.Errorf("the old version: %w", err)
	}
	next, err := c.renderer(c.next, nextValues)
	if err != nil {
		return nil, nil, fmt.Errorf("the new version: %w", err)
	}
	rehearsal, err := lifecycle.Compare(ctx, old, next, cluster.New(), c.options.Release)
	return rehearsal, next, err
}

func (c *comparer) renderer(chart *render.Chart, values map[string]any) (*render.Renderer, error) {
	return chart.Renderer(render.Options{Values: values, KubeVersion: c.options.KubeVersion, APIVersions: c.options.APIVersions})
}

// note says which cases could not be compared, or nothing.
func (c *comparer) note() string {
	if len(c.failed) == 0 {
		return ""
	}
	return "not compared with " + strings.Join(c.failed, "; with ")
}

// playProbes plays the upgrade under values of the tool's own making: most
// charts have no claim before somebody switches persistence on. A probe that
// one of the versions does not render is dropped.
func (c *comparer) playProbes(ctx context.Context) error {
	base, err := c.renderer(c.old, c.cases[0].old.Values)
	if err != nil {
		return fmt.Errorf("the old version: %w", err)
	}
	probes := slices.DeleteFunc(base.Probes(), func(c render.Case) bool {
		return len(c.Claims)+len(c.Secrets) > 0 // whoever brings a claim keeps it
	})
	type upgraded struct {
		rehearsal *lifecycle.Rehearsal
		next      *render.Renderer
		err       error
	}
	all := make([]upgraded, len(probes))
	c.options.crew.spread(len(probes), func(i int) {
		u := &all[i]
		u.rehearsal, u.next, u.err = c.upgrade(ctx, probes[i].Values, probes[i].Values)
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i, u := range all {
		if u.err == nil {
			c.findings = append(c.findings, worthProbing(c.run(u.rehearsal, u.next, probes[i])))
		}
	}
	return nil
}

func (c *comparer) run(rehearsal *lifecycle.Rehearsal, next *render.Renderer, values render.Case) []lint.Finding {
	c.options.aside.see(c.path, rehearsal.Upgrade.Stream.Objects())
	c.upgrades.add(values.Name, next, rehearsal.Upgrade)
	subject := lint.Subject{Rehearsal: rehearsal, Chart: c.next.Name, ChartPath: c.path, Case: values.Name, Probe: values.Probe}
	return lint.Run(subject, c.options.Rules)
}

// added are the findings about the new version that the old one does not have
// under any values.
func (c *comparer) added(ctx context.Context) ([]lint.Finding, error) {
	var old, next []render.Case
	for _, p := range c.cases {
		old, next = append(old, p.old), append(next, p.next)
	}
	ofOld := c.options
	ofOld.aside = newAside(ofOld.Now) // what its annotations ignore says nothing of the new version
	before, _, err := c.judge(ctx, c.old, old, ofOld)
	if err != nil {
		return nil, fmt.Errorf("the old version: %w", err)
	}
	after, places, err := c.judge(ctx, c.next, next, c.options)
	if err != nil {
		return nil, fmt.Errorf("the new version: %w", err)
	}
	// What shows with given values is news even if probes of the old version
	// have shown it.
	given, known := map[string]bool{}, map[string]bool{}
	for _, f := range before {
		known[f.Fingerprint] = true
		given[f.Fingerprint] = slices.ContainsFunc(f.Cases, c.hasCase)
	}
	added := slices.DeleteFunc(after, func(f lint.Finding) bool {
		return given[f.Fingerprint] || known[f.Fingerprint] && !slices.ContainsFunc(f.Cases, c.hasCase)
	})
	return added, places.place(ctx, added, c.options.crew)
}

func (c *comparer) hasCase(name string) bool {
	return slices.ContainsFunc(c.cases, func(p pair) bool { return p.old.Name == name })
}

// judge lints one of the versions. The placer knows it.
func (c *comparer) judge(ctx context.Context, chart *render.Chart, cases []render.Case, o LintOptions) ([]lint.Finding, placer, error) {
	l := &linter{chart: chart, name: c.next.Name, path: c.path, options: o, seen: map[string]bool{}, placer: placer{}}
	judged := l.lint(ctx, cases, 0)
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	if err := judged[0].err; err != nil {
		return nil, nil, err
	}
	if o.Probe {
		if _, err := l.probe(ctx, cases[0]); err != nil {
			return nil, nil, err
		}
	}
	return lint.Merge(l.findings...), l.placer, nil
}
