package stateful

import (
	"context"
	"errors"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/gitrepo"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// markOld marks, as a baseline does, the findings that a chart had where HEAD
// parted from a git revision. Where the chart of then cannot be linted, all
// findings count as new, and the note says so.
func markOld(ctx context.Context, t target, findings []lint.Finding, o LintOptions) (note string, err error) {
	old, err := checkout(ctx, o.NewSince, t.path)
	if err != nil || old == nil {
		return "", err
	}
	defer old.remove()
	before := o
	before.Against, before.Config, before.aside = "", nil, newAside(o.Now)
	was, err := lintChart(ctx, target{path: old.path, found: t.found, below: old.root}, before)
	if asked := new(gitrepo.Error); err != nil && (ctx.Err() != nil || errors.As(err, &asked)) {
		return "", err
	}
	if err != nil {
		note = fmt.Sprintf("some findings may count as new that are not: at %s %s", old.version().name, err)
	}
	lint.NewBaseline(was.findings, nil, nil).Mark(findings)
	return note, nil
}
