package stateful

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// NewBaseline returns a baseline of all findings of a report, and the report
// under it. Of an older one, which may be nil, it keeps what is about charts
// that the report does not cover.
func NewBaseline(r *report.Report, older *lint.Baseline) (*lint.Baseline, *report.Report) {
	b := lint.NewBaseline(r.Findings, older, func(e lint.BaselineEntry) bool {
		return !slices.ContainsFunc(r.Charts, func(c report.Chart) bool { return c.Chart == e.Chart && c.Error == "" })
	})
	findings := slices.Clone(r.Findings)
	b.Mark(findings)
	under := report.New(r.Charts, findings)
	under.Notes = r.Notes
	return b, under
}
