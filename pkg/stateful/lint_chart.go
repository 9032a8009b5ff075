package stateful

import (
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

// lintChart rehearses one chart under its values cases and probes.
func lintChart(ctx context.Context, t target, o LintOptions) (report.Chart, []lint.Finding, error) {
	path := render.ShownName(t.path)
	info := report.Chart{Chart: filepath.Base(path), Path: path}
	chart, err := o.Fetcher.Load(ctx, t.below, t.path)
	if err != nil {
		return info, nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the chart took more than %s", o.Timeout))
	defer cancel()
	info.Chart, info.Version = chart.Name, chart.Version
	if chart.Library && t.found {
		info.Note = "left out: a library chart has nothing to install"
		return info, nil, nil
	}
	l := &linter{chart: chart, name: chart.Name, path: path, options: o, seen: map[string]bool{}}
	cases, err := casesOf(chart, path, o)
	if err != nil {
		return info, nil, err
	}
	for _, c := range cases {
		rehearsal, err := l.lint(ctx, c)
		if err != nil {
			return info, lint.Merge(l.findings...), caseError(c, err)
		}
		if rehearsal != nil && info.Note == "" {
			info.Note = upgradeNote(rehearsal)
		}
	}
	if o.Probe {
		if err := l.probe(ctx, cases[0]); err != nil {
			return info, lint.Merge(l.findings...), err
		}
	}
	if o.Against != "" && !chart.Library {
		findings, note, err := compareAgainst(ctx, o.Against, chart, path, o)
		if err != nil {
			return info, lint.Merge(l.findings...), err
		}
		l.findings = append(l.findings, findings)
		info.Note = joinNotes(info.Note, note)
	}
	return info, lint.Merge(l.findings...), nil
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// caseError says which of several values cases does not render.
func caseError(c render.Case, err error) error {
	if c.Name == render.CaseDefault || c.Name == render.CaseFlags {
		return err
	}
	return fmt.Errorf("with %s: %w", c.Name, err)
}

// linter lints one chart, case by case.
type linter struct {
	chart    *render.Chart
	name     string // of the chart, on findings
	path     string
	options  LintOptions
	seen     map[string]bool // texts of first renderings
	findings [][]lint.Finding
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
	l.findings = append(l.findings, findings)
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

// probe lints the cases that the tool makes itself. One that does not render
// is dropped: the values are nobody's wish.
func (l *linter) probe(ctx context.Context, base render.Case) error {
	renderer, err := l.renderer(base)
	if err != nil {
		return err
	}
	for _, c := range renderer.Probes() {
		if _, err := l.lint(ctx, c); err != nil && ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return nil
}
