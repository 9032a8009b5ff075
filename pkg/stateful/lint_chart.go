package stateful

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

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
	err = cmp.Or(err, l.placer.place(ctx, out.findings, o.crew))
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

// judged is what one values case has shown. One that was left out, for an earlier
// case renders the same, has no rehearsal.
type judged struct {
	name       string
	err        error
	rehearsal  *lifecycle.Rehearsal
	renderer   *render.Renderer
	directives []lint.Directive
	findings   []lint.Finding
}

// lint rehearses and judges cases, side by side where cores are free, and takes
// what they show in their order. Each may take as long as limit, if there is one.
func (l *linter) lint(ctx context.Context, cases []render.Case, limit time.Duration) []judged {
	all := make([]judged, len(cases))
	turns := newTurns(len(cases))
	l.options.crew.spread(len(cases), func(i int) {
		passed := false
		pass := func() {
			if !passed {
				passed = true
				turns.pass(i)
			}
		}
		defer pass()
		ctx := ctx
		if limit > 0 {
			l.options.stage.begin()
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, limit, tooLong(limit))
			defer cancel()
		}
		all[i] = l.judge(ctx, cases[i], func(install *lifecycle.Rendering) bool {
			turns.await(i)
			defer pass()
			return l.known(cases[i], string(install.Stream.Bytes()))
		})
	})
	for _, j := range all {
		l.take(j)
	}
	return all
}

// known reports whether an earlier case renders the same. One whose claims or
// Secrets want to be found is judged all the same.
func (l *linter) known(c render.Case, text string) bool {
	known := l.seen[text]
	if !c.InstallAlone {
		l.seen[text] = true
	}
	return known && !(c.Probe && len(c.Claims)+len(c.Secrets) > 0)
}

// judge rehearses and judges one case, unless skip says that it need not be.
func (l *linter) judge(ctx context.Context, c render.Case, skip func(install *lifecycle.Rendering) bool) (j judged) {
	j.name = c.Name
	if j.err = context.Cause(ctx); j.err != nil {
		return j
	}
	renderer, err := l.renderer(c)
	if err != nil {
		j.err = err
		return j
	}
	rehearsal, err := lifecycle.Rehearse(ctx, renderer, cluster.New(), lifecycle.Options{
		Release:      l.options.Release,
		InstallAlone: c.InstallAlone,
		Skip:         skip,
	})
	if err != nil || rehearsal == nil {
		j.err = err
		return j
	}
	subject := lint.Subject{Rehearsal: rehearsal, Chart: l.name, ChartPath: l.path, Case: c.Name, Probe: c.Probe}
	if len(c.Claims) > 0 {
		subject.Given.Claims, subject.Given.Makes = c.Claims, l.makes(ctx, c)
	}
	if len(c.Secrets) > 0 {
		subject.Given.Secrets = l.ownSecrets(ctx, c, renderer, rehearsal.Install)
	}
	rules := l.options.Rules
	if c.InstallAlone {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r *lint.Rule) bool { return !r.InstallAlone })
	}
	j.directives = lint.Annotated(rehearsal.Install.Stream.Objects())
	j.findings = lint.Run(subject, rules)
	if c.Probe {
		j.findings = worthProbing(j.findings)
	}
	if len(j.findings) > 0 || !c.Probe {
		j.rehearsal, j.renderer = rehearsal, renderer
	}
	return j
}

// take keeps what a case has shown.
func (l *linter) take(j judged) {
	l.options.aside.add(l.path, j.directives)
	if len(j.findings) > 0 {
		l.findings = append(l.findings, j.findings)
		l.placer.add(j.name, j.renderer, j.rehearsal.Install, j.rehearsal.Upgrade, j.rehearsal.NextVersion, j.rehearsal.Again)
	}
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
	left, slow := 0, ""
	for _, j := range l.lint(probing, probes, 0) {
		if errors.Is(j.err, context.DeadlineExceeded) {
			slow = cmp.Or(slow, j.name)
			left++
		}
	}
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if left == 0 {
		return "", nil
	}
	l.options.Watch.leave(l.path, fmt.Sprintf("a probe, %s, took more than %s (--timeout): give --probe=false to do without", slow, l.options.Timeout))
	return fmt.Sprintf("%d of %d probes left out: they took more than %s (--timeout)", left, len(probes), l.options.Timeout), nil
}
