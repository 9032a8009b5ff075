package stateful

import (
	"context"
	"fmt"
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
	c := &comparer{path: render.ShownName(next.path), options: o}
	if c.old, err = o.Fetcher.Load(ctx, old.below, old.path); err != nil {
		return nil, fmt.Errorf("the old version, %s: %w", old.name, err)
	}
	if c.next, err = o.Fetcher.Load(ctx, next.below, next.path); err != nil {
		return nil, fmt.Errorf("the new version, %s: %w", next.name, err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the charts took more than %s", o.Timeout))
	defer cancel()
	if err := c.play(ctx); err != nil {
		return nil, err
	}
	added, err := c.added(ctx)
	if err != nil {
		return nil, err
	}
	info := report.Chart{Chart: c.next.Name, Version: c.old.Version + " → " + c.next.Version, Path: c.path, Note: c.note()}
	findings, err := o.aside.settle(info, lint.Merge(append(c.findings, added)...), o, false)
	if err != nil {
		return nil, err
	}
	r := report.New([]report.Chart{info}, findings)
	r.Notes = o.aside.said()
	return r, nil
}

// comparer compares two versions of a chart, case by case.
type comparer struct {
	old, next *render.Chart
	path      string
	options   LintOptions
	cases     []pair
	findings  [][]lint.Finding
	failed    []string // cases that could not be played, and why
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
	return nil
}

// playCase plays the upgrade with the old version's values, for a user keeps
// those; with the new version's own where it needs them.
func (c *comparer) playCase(ctx context.Context, p pair) error {
	rehearsal, err := c.upgrade(ctx, p.old.Values, p.old.Values)
	if err != nil {
		rehearsal, err = c.upgrade(ctx, p.old.Values, p.next.Values)
	}
	if err != nil {
		return err
	}
	c.options.aside.see(c.path, rehearsal.Upgrade.Stream.Objects())
	c.findings = append(c.findings, lint.Run(lint.Subject{Rehearsal: rehearsal, Chart: c.next.Name, ChartPath: c.path, Case: p.old.Name}, c.options.Rules))
	return nil
}

func (c *comparer) upgrade(ctx context.Context, oldValues, nextValues map[string]any) (*lifecycle.Rehearsal, error) {
	old, err := c.renderer(c.old, oldValues)
	if err != nil {
		return nil, fmt.Errorf("the old version: %w", err)
	}
	next, err := c.renderer(c.next, nextValues)
	if err != nil {
		return nil, fmt.Errorf("the new version: %w", err)
	}
	return lifecycle.Compare(ctx, old, next, cluster.New(), c.options.Release)
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

// added are the findings about the new version that the old one does not have
// under any values.
func (c *comparer) added(ctx context.Context) ([]lint.Finding, error) {
	known := map[string]bool{}
	var out [][]lint.Finding
	for i, p := range c.cases {
		before, err := c.judge(ctx, c.old, p.old)
		if err != nil && i == 0 {
			return nil, fmt.Errorf("the old version: %w", err)
		}
		for _, f := range before {
			known[f.Fingerprint] = true
		}
		after, err := c.judge(ctx, c.next, p.next)
		if err != nil && i == 0 {
			return nil, fmt.Errorf("the new version: %w", err)
		}
		out = append(out, after)
	}
	var added []lint.Finding
	for _, f := range lint.Merge(out...) {
		if !known[f.Fingerprint] {
			added = append(added, f)
		}
	}
	return added, nil
}

func (c *comparer) judge(ctx context.Context, chart *render.Chart, values render.Case) ([]lint.Finding, error) {
	renderer, err := c.renderer(chart, values.Values)
	if err != nil {
		return nil, err
	}
	rehearsal, err := lifecycle.Rehearse(ctx, renderer, cluster.New(), lifecycle.Options{Release: c.options.Release})
	if err != nil {
		return nil, err
	}
	subject := lint.Subject{Rehearsal: rehearsal, Chart: c.next.Name, ChartPath: c.path, Case: values.Name, Given: lint.Given{Claims: values.Claims}}
	return lint.Run(subject, c.options.Rules), nil
}
