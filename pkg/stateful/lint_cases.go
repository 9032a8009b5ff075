package stateful

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// lintCases lints all values cases, each within the time that one may take, and
// returns the first that renders. A chart whose own values are not complete
// need not render with them if one of its ci/*-values.yaml completes them, or
// if it says which are missing: a note says so. Any other case that does not render is an error.
func (l *linter) lintCases(ctx context.Context, cases []render.Case, out *outcome) (first render.Case, err error) {
	var incomplete error
	var failed []error
	rendered := false
	for i, j := range l.lint(ctx, cases, l.options.Timeout) {
		c, err := cases[i], j.err
		switch {
		case ctx.Err() != nil:
			return first, context.Cause(ctx)
		case err != nil && c.Name == render.CaseDefault:
			incomplete = err
			continue
		case err != nil && c.Name == render.CaseFlags:
			failed = append(failed, err)
			continue
		case err != nil:
			failed = append(failed, fmt.Errorf("with %s: %w", c.Name, err))
			continue
		}
		if j.rehearsal != nil {
			l.tell(j.rehearsal, out, !rendered)
		}
		if !rendered {
			rendered, first = true, c
		}
	}
	if incomplete != nil && !rendered && l.options.Probe {
		if first, rendered, err = l.complete(ctx, cases[0], incomplete, out); err != nil {
			return first, err
		}
	}
	switch {
	case incomplete != nil && rendered:
		out.chart.Note = joinNotes("does not render with its default values: "+firstLine(incomplete), out.chart.Note)
	case incomplete != nil:
		failed = slices.DeleteFunc(failed, func(err error) bool { // what is said once holds for all
			cause := errors.Unwrap(err)
			return cause != nil && cause.Error() == incomplete.Error()
		})
		failed = append([]error{incomplete}, failed...)
	}
	return first, errors.Join(failed...)
}

// complete lints the chart with values of ours for those that it asks for.
func (l *linter) complete(ctx context.Context, c render.Case, failure error, out *outcome) (completed render.Case, ok bool, err error) {
	const enough = 8 // demands that a chart makes, one after the other
	var flags []string
	for range enough {
		renderer, err := l.renderer(c)
		if err != nil {
			return c, false, nil
		}
		if c, ok = renderer.Completed(failure); !ok {
			return c, false, nil
		}
		flags = append(flags, strings.TrimPrefix(c.Name, "--set "))
		c.Name = "--set " + strings.Join(flags, ",")
		j := l.lint(ctx, []render.Case{c}, l.options.Timeout)[0]
		if ctx.Err() != nil {
			return c, false, context.Cause(ctx)
		}
		if j.err == nil {
			l.tell(j.rehearsal, out, true)
			return c, true, nil
		}
		failure = j.err
	}
	return c, false, nil
}

// tell puts on the outcome what is to be said of a rehearsal beside its
// findings.
func (l *linter) tell(rehearsal *lifecycle.Rehearsal, out *outcome, first bool) {
	if out.chart.Note == "" {
		out.chart.Note = upgradeNote(rehearsal)
	}
	if first && l.options.Plan {
		if plan := planOf(rehearsal, out.chart); len(plan.Rows) > 0 {
			out.plan = plan
		}
	}
}

// firstLine is what an error says before it goes into detail, as charts do at
// length.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
