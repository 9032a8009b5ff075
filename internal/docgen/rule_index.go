package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// index lists the rules, by what people see and by the step at which they bite.
func index(all []*lint.Rule) string {
	var b strings.Builder
	b.WriteString(indexHead)
	b.WriteString("\n## By what you see\n\n")
	b.WriteString(symptomTable(all))
	b.WriteString("\n## By the step of a release's life\n")
	for _, step := range []lint.Step{lint.StepInstall, lint.StepRun, lint.StepUpgrade, lint.StepUninstall, lint.StepReinstall, lint.StepRestore, lint.StepSibling} {
		heading := fmt.Sprintf("\n### %s\n\n", step)
		for _, r := range all {
			if r.Step == step {
				fmt.Fprintf(&b, "%s- %s (%s): %s\n", heading, ruleLink(r), r.Severity, r.Title)
				heading = ""
			}
		}
	}
	return b.String()
}

const indexHead = `# The rules

Each page says what you see, why it happens, an example, the way out, what the rule cannot see, and where it has happened to others.

The severity on a page is the worst that the rule reports. **error**: the step fails, or data is lost, with the values at hand.
**warning**: it happens under common circumstances. **info**: advice. A **safe** fix is applied by the post-renderer unless it is
told otherwise; one **on request** only where it is named; without a fix the chart has to change.

A few words that the pages use:

- A *release* is one installation of a chart. Each install, upgrade and rollback makes a new *revision* of it.
- A *claim* is a PersistentVolumeClaim. A *claim template* is an entry of a StatefulSet's ` + "`volumeClaimTemplates`" + `: its controller makes a claim of it for each pod.
- A *hook* is an object with a ` + "`helm.sh/hook`" + ` annotation: Helm creates it before or after a step, apart from the rest.
- *Manifests* are what a chart's templates come out as. A *frozen* (immutable) field is one that the API server refuses to change on a live object.
- *Client-side* and *server-side* apply are the two ways in which Helm changes a live object. Helm 3 only knows the first. Helm 4 uses the second for releases that it has installed itself, unless told otherwise.
`

// symptomTable leads from what is seen to the rules that may be behind it. What
// several rules show alike is one row.
func symptomTable(all []*lint.Rule) string {
	var b strings.Builder
	b.WriteString("| where | what you see | look at |\n|---|---|---|\n")
	for _, where := range lint.Places() {
		var seen []string
		rules := map[string][]string{}
		for _, r := range all {
			for _, s := range r.Doc.Symptoms {
				if s.Where != where {
					continue
				}
				if !slices.Contains(seen, s.What) {
					seen = append(seen, s.What)
				}
				rules[s.What] = append(rules[s.What], ruleLink(r))
			}
		}
		for _, what := range seen {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", report.Place(where), what, strings.Join(rules[what], ", "))
		}
	}
	return b.String()
}

func ruleLink(r *lint.Rule) string { return fmt.Sprintf("[`%s`](%s.md)", r.Name, r.Name) }
