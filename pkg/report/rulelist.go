package report

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// RuleList lists rules for people, two lines or more for each: what it is and,
// below, what it finds, broken at a width in columns.
func RuleList(rules []*lint.Rule, width int) string {
	var b strings.Builder
	step, name := len("STEP"), len("RULE")
	for _, r := range rules {
		step, name = max(step, len(r.Step)), max(name, len(r.Name))
	}
	row := func(cells ...any) { fmt.Fprintf(&b, fmt.Sprintf("%%-%ds  %%-%ds  %%-8s  %%s\n", step, name), cells...) }
	row("STEP", "RULE", "SEVERITY", "FIX")
	margin := strings.Repeat(" ", step+2)
	for _, r := range rules {
		fix := "-"
		if r.Fix != nil {
			fix = r.Fix.Safety.String()
		}
		row(r.Step, r.Name, r.Severity, fix)
		fmt.Fprintf(&b, "%s%s\n", margin, wrapped(r.Title, width, len(margin), margin))
	}
	return b.String()
}
