package lint

import (
	"cmp"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Subject is what Run judges: a rehearsed chart, or a bare stream of manifests
// when Rehearsal is nil.
type Subject struct {
	Stream    *manifest.Stream
	Rehearsal *lifecycle.Rehearsal
	// Chart, ChartPath and Case are written on each finding.
	Chart, ChartPath, Case string
	// Probe says that the values are the tool's own.
	Probe bool
	// Given are the claims that the values bring.
	Given Given
}

// Names of the values cases that need no explanation.
const (
	CaseDefault = "default" // the chart's own values
	CaseFlags   = "flags"   // the user's values over them
)

// Run applies the rules and returns their findings in a stable order: worst
// first, then by place in the stream, rule and field.
func Run(s Subject, rules []*Rule) []Finding {
	stream := s.Stream
	var release lifecycle.Release
	if s.Rehearsal != nil {
		release = s.Rehearsal.Release
		stream = s.Rehearsal.Install.Stream
	}
	inv := inventory.New(release, stream.Objects())
	var findings []Finding
	for _, rule := range rules {
		if rule.NeedsRehearsal && s.Rehearsal == nil {
			continue
		}
		if s.Rehearsal != nil && s.Rehearsal.TwoVersions && !rule.TwoVersions {
			continue
		}
		rule.Check(&Pass{Inventory: inv, Rehearsal: s.Rehearsal, Probe: s.Probe, Given: s.Given, rule: rule, findings: &findings})
	}
	for i := range findings {
		f := &findings[i]
		f.Chart, f.ChartPath, f.Case = s.Chart, s.ChartPath, s.Case
		f.Fingerprint = f.fingerprint()
	}
	slices.SortStableFunc(findings, Compare)
	return findings
}

// Compare orders findings: by severity, worst first, then chart, case, line,
// rule and field.
func Compare(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(b.Severity, a.Severity),
		cmp.Compare(a.Chart, b.Chart),
		cmp.Compare(a.Case, b.Case),
		cmp.Compare(a.Manifest.Line, b.Manifest.Line),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Field, b.Field),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

// Worst returns the highest severity among findings that are open, or 0 when
// there is none.
func Worst(findings []Finding) Severity {
	var worst Severity
	for i := range findings {
		if f := &findings[i]; f.Open() {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}
