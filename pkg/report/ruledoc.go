package report

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// RuleMarkdown is the documentation of one rule, docs/rules/<name>.md.
func RuleMarkdown(r *lint.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n", r.Name, capital(r.Title))
	fmt.Fprintf(&b, "| step | severity | fix | works on bare manifests |\n|---|---|---|---|\n| %s | %s | %s | %s |\n\n", r.Step, r.Severity, fixWord(r), yesNo(!r.NeedsRehearsal))
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "## %s\n\n%s\n\n", title, strings.TrimSpace(text))
		}
	}
	section("Why", r.Doc.Why)
	section("Before", "```yaml\n"+r.Doc.Before+"```")
	if r.Doc.Values != "" {
		section("Values", "```yaml\n"+r.Doc.Values+"```")
	}
	if r.Doc.Next != "" {
		section("The next version", "```yaml\n"+r.Doc.Next+"```")
	}
	section("After", "```yaml\n"+r.Doc.After+"```")
	if r.Fix != nil {
		section("The fix", capital(r.Fix.Title)+". "+strings.TrimSpace(r.Doc.FixSafety)+"\n\n"+howToFix(r))
	}
	section("What it cannot see", r.Doc.Blind)
	section("Where it is meant so", fmt.Sprintf("An annotation on the object, `%s%s: REASON`, or a comment in the template, on the line that the finding names or above it, `# helm-stateful:ignore %s REASON`, sets the finding aside. So does an entry below `ignore` in `.helm-stateful.yaml`, and `rules: {%s: off}` there turns the rule off.", lint.IgnoreAnnotation, r.Name, r.Name, r.Name))
	if len(r.Doc.Incidents) > 0 {
		b.WriteString("## Seen in public\n\n")
		for _, i := range r.Doc.Incidents {
			fmt.Fprintf(&b, "- %s: %s\n", i.Ref, i.What)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// howToFix says who applies a rule's fix, and when.
func howToFix(r *lint.Rule) string {
	if r.Fix.Safety == lint.Safe {
		return "`helm upgrade … --post-renderer helm-stateful` applies it to the manifests on their way to the cluster; the chart stays as it is."
	}
	return fmt.Sprintf("`helm upgrade … --post-renderer helm-stateful --post-renderer-args --fix=safe,%s` applies it to the manifests on their way to the cluster, where somebody asks for it so; the chart stays as it is.", r.Name)
}

// RuleTable is the Markdown table of all rules; link leads to a rule's page
// and may be nil.
func RuleTable(rules []*lint.Rule, link func(*lint.Rule) string) string {
	var b strings.Builder
	b.WriteString("| step | rule | finds | severity | fix |\n|---|---|---|---|---|\n")
	for _, r := range rules {
		name := "`" + r.Name + "`"
		if link != nil {
			name = fmt.Sprintf("[%s](%s)", name, link(r))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Step, name, r.Title, r.Severity, fixWord(r))
	}
	return b.String()
}

func fixWord(r *lint.Rule) string {
	if r.Fix == nil {
		return "–"
	}
	return r.Fix.Safety.String()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// capital makes the first letter a capital one, but for names such as helm.
func capital(text string) string {
	if text == "" || strings.HasPrefix(text, "helm ") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
