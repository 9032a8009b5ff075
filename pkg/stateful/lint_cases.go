package stateful

import (
	"context"
	"errors"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// lintCases lints all values cases, each within the time that one may take, and
// returns the first that renders. A chart whose own values are not complete
// need not render with them if one of its ci/*-values.yaml completes them: a
// note says so. Any other case that does not render is an error.
func (l *linter) lintCases(ctx context.Context, cases []render.Case, out *outcome) (first render.Case, err error) {
	var incomplete error
	var failed []error
	rendered := false
	for _, c := range cases {
		rehearsal, err := l.lintCase(ctx, c)
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
		if rehearsal != nil {
			l.tell(rehearsal, out, !rendered)
		}
		if !rendered {
			rendered, first = true, c
		}
	}
	switch {
	case incomplete != nil && rendered:
		out.chart.Note = joinNotes(fmt.Sprintf("does not render with its default values: %s", incomplete), out.chart.Note)
	case incomplete != nil:
		failed = append([]error{incomplete}, failed...)
	}
	return first, errors.Join(failed...)
}

func (l *linter) lintCase(ctx context.Context, c render.Case) (*lifecycle.Rehearsal, error) {
	l.options.stage.begin()
	ctx, cancel := context.WithTimeoutCause(ctx, l.options.Timeout, tooLong(l.options.Timeout))
	defer cancel()
	return l.lint(ctx, c)
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
