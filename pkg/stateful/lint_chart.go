package stateful

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// outcome is what became of one chart.
type outcome struct {
	chart    report.Chart
	findings []lint.Finding
	// plan is that of the first values case, with LintOptions.Plan and where
	// there is state.
	plan *report.Plan
}

// lintChart rehearses one chart under its values cases and probes. The outcome
// is good for what was done before an error.
func lintChart(ctx context.Context, t target, o LintOptions) (outcome, error) {
	path := render.ShownName(t.path)
	out := outcome{chart: report.Chart{Chart: filepath.Base(path), Path: path}}
	chart, err := o.Fetcher.Load(ctx, t.below, t.path)
	if err != nil {
		return out, err
	}
	o.stage.begin()
	out.chart.Chart, out.chart.Version = chart.Name, chart.Version
	if chart.Library && t.found {
		out.chart.Note = "left out: a library chart has nothing to install"
		return out, nil
	}
	o.aside.read(path, chart.Templates())
	l := &linter{chart: chart, name: chart.Name, path: path, options: o, seen: map[string]bool{}, placer: placer{}}
	cases, err := casesOf(chart, path, o)
	if err != nil {
		return out, err
	}
	err = l.run(ctx, cases, &out)
	if err == nil && o.Against != "" && !chart.Library {
		err = l.against(ctx, &out)
	}
	out.findings = lint.Merge(l.findings...)
	o.stage.begin()
	err = cmp.Or(err, l.placer.place(ctx, out.findings))
	for i, f := range out.findings {
		out.findings[i] = f.Detached()
	}
	return out, err
}

// run lints the cases, then the probes of the first that renders.
func (l *linter) run(ctx context.Context, cases []render.Case, out *outcome) error {
	first, err := l.lintCases(ctx, cases, out)
	if err != nil || !l.options.Probe {
		return err
	}
	note, err := l.probe(ctx, first)
	out.chart.Note = joinNotes(out.chart.Note, note)
	return err
}

// against adds what the upgrade from another version finds.
func (l *linter) against(ctx context.Context, out *outcome) error {
	l.options.stage.begin()
	findings, note, err := compareAgainst(ctx, l.options.Against, l.chart, l.path, l.options)
	if err != nil {
		return err
	}
	l.findings = append(l.findings, findings)
	out.chart.Note = joinNotes(out.chart.Note, note)
	return nil
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// linter lints one chart, case by case.
type linter struct {
	chart    *render.Chart
	name     string // of the chart, on findings
	path     string
	options  LintOptions
	seen     map[string]bool // texts of first renderings
	findings [][]lint.Finding
	placer   placer
}

func (l *linter) renderer(c render.Case) (*render.Renderer, error) {
	return l.chart.Renderer(render.Options{Values: c.Values, KubeVersion: l.options.KubeVersion, APIVersions: l.options.APIVersions})
}

// lint rehearses and judges one case. One that renders what an earlier case did
// is left out.
func (l *linter) lint(ctx context.Context, c render.Case) (*lifecycle.Rehearsal, error) {
	renderer, err := l.renderer(c)
	if err != nil {
		return nil, err
	}
	rehearsal, err := lifecycle.Rehearse(ctx, renderer, cluster.New(), lifecycle.Options{
		Release:      l.options.Release,
		InstallAlone: c.InstallAlone,
		Skip: func(install *lifecycle.Rendering) bool {
			text := string(install.Stream.Bytes())
			known := l.seen[text]
			if !c.InstallAlone {
				l.seen[text] = true
			}
			return known && !(c.Probe && len(c.Claims) > 0) // whose names want to be found
		},
	})
	if err != nil || rehearsal == nil {
		return nil, err
	}
	l.options.aside.see(l.path, rehearsal.Install.Stream.Objects())
	subject := lint.Subject{Rehearsal: rehearsal, Chart: l.name, ChartPath: l.path, Case: c.Name, Probe: c.Probe}
	if len(c.Claims) > 0 {
		subject.Given = lint.Given{Claims: c.Claims, Makes: l.makes(ctx, c)}
	}
	rules := l.options.Rules
	if c.InstallAlone {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r *lint.Rule) bool { return !r.InstallAlone })
	}
	findings := lint.Run(subject, rules)
	if c.Probe {
		findings = worthProbing(findings)
	}
	if len(findings) > 0 {
		l.findings = append(l.findings, findings)
		l.placer.add(c.Name, renderer, rehearsal.Install, rehearsal.Upgrade, rehearsal.NextVersion, rehearsal.Again)
	}
	return rehearsal, nil
}

// worthProbing leaves out advice about values that nobody has given.
func worthProbing(findings []lint.Finding) []lint.Finding {
	var out []lint.Finding
	for _, f := range findings {
		if f.Severity > lint.Info {
			out = append(out, f)
		}
	}
	return out
}

// probe lints the cases that the tool makes itself, for as long as one case may
// take. One that does not render is dropped: the values are nobody's wish.
func (l *linter) probe(ctx context.Context, base render.Case) (note string, err error) {
	renderer, err := l.renderer(base)
	if err != nil {
		return "", err
	}
	l.options.stage.begin()
	probing, cancel := context.WithTimeout(ctx, l.options.Timeout)
	defer cancel()
	probes := renderer.Probes()
	for i, c := range probes {
		_, err := l.lint(probing, c)
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case err != nil && probing.Err() != nil:
			l.options.Watch.leave(l.path, fmt.Sprintf("a probe, %s, took more than %s (--timeout): give --probe=false to do without", c.Name, l.options.Timeout))
			return fmt.Sprintf("%d of %d probes left out: they took more than %s (--timeout)", len(probes)-i, len(probes), l.options.Timeout), nil
		}
	}
	return "", nil
}
