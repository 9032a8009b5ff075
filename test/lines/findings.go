package main

import (
	"context"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// findingsOf lints a chart and counts the places of its findings.
func (m *measure) findingsOf(ctx context.Context, path string) {
	report, err := stateful.Lint(ctx, []string{path}, stateful.LintOptions{Probe: true})
	if err != nil {
		return
	}
	for _, f := range report.Findings {
		m.findings.all++
		if f.Template != nil && f.Template.Exact {
			m.findings.exact++
			continue
		}
		m.misses["finding of "+f.Rule]++
		fmt.Fprintf(m.verbose, "finding: %s: %s %s %s %v\n", path, f.Rule, f.Object, f.Field, f.Template)
	}
}
