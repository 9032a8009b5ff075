package stateful

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// tookTooLong is the error of a chart that has used up its time.
type tookTooLong struct{ limit time.Duration }

func (e tookTooLong) Error() string {
	return fmt.Sprintf("the chart took more than %s (--timeout)", e.limit)
}

func tooLong(limit time.Duration) error { return tookTooLong{limit} }

// lintBounded lints a target within a bounded time. What outlasts it is left to
// itself: not all that is done with a chart can be interrupted (the parsers of
// YAML, templates and quantities, the API server's validation). The outcome is
// then an error alone.
func lintBounded(ctx context.Context, t target, o LintOptions) (outcome, error) {
	path := render.ShownName(t.path)
	bare := outcome{chart: report.Chart{Chart: filepath.Base(path), Path: path}}
	if why, ok := o.GivenUp[path]; ok {
		return bare, errors.New(why)
	}
	o.stage = newStage(o.Timeout, o.fetches(t))
	type result struct {
		outcome outcome
		err     error
	}
	done := make(chan result, 1)
	go func() {
		r := result{outcome: bare}
		defer func() {
			if p := recover(); p != nil {
				r = result{bare, fmt.Errorf("this chart has brought a mistake of helm-stateful to light, please report it: %v", p)}
			}
			done <- r
		}()
		r.outcome, r.err = lintTarget(ctx, t, o)
	}()
	select {
	case r := <-done:
		if errors.As(r.err, new(tookTooLong)) {
			o.Watch.leave(path, r.err.Error())
		}
		return r.outcome, r.err
	case <-o.stage.over():
		err := tooLong(o.Timeout)
		o.Watch.leave(path, err.Error())
		return bare, err
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(patience):
		}
		return bare, context.Cause(ctx)
	}
}

// brief keeps an error's beginning and end, where it is longer than anybody
// reads: Helm names all thousand turns of a recursion.
func brief(text string) string {
	const head, tail = 6000, 2000
	if len(text) <= head+tail {
		return text
	}
	return strings.ToValidUTF8(text[:head], "") + " … " + strings.ToValidUTF8(text[len(text)-tail:], "")
}

// within runs work that ctx may end, and does not wait much longer than for that:
// see lintBounded.
func within[T any](ctx context.Context, limit time.Duration, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.value, r.err
	case <-time.After(limit/4 + time.Second):
		var none T
		return none, context.Cause(ctx)
	}
}

// patience is how long a chart's work may take to end once the whole run has
// been ended; Helm gets five seconds of it to stop fetching.
const patience = 6 * time.Second

// fetches reports whether the time that a target takes to read is up to the
// network, or to whoever writes to standard input.
func (o LintOptions) fetches(t target) bool {
	return t.path == Stream || o.Fetcher != nil && (o.Fetcher.BuildDependencies || o.Fetcher.Fetches(t.path))
}

// stage bounds one step of the work on a chart. Those steps that can be
// interrupted end at the limit themselves; a little later the chart is given up.
type stage struct {
	limit time.Duration
	timer *time.Timer
}

// newStage begins the first step, which is endless for a chart that is fetched.
func newStage(limit time.Duration, endless bool) *stage {
	s := &stage{limit: limit + limit/4 + time.Second}
	s.timer = time.NewTimer(s.limit)
	if endless {
		s.timer.Stop()
	}
	return s
}

// begin begins the next step.
func (s *stage) begin() {
	if s != nil {
		s.timer.Reset(s.limit)
	}
}

func (s *stage) over() <-chan time.Time { return s.timer.C }
