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
		section("The fix", capital(r.Fix.Title)+". "+r.Doc.FixSafety)
	}
	section("What it cannot see", r.Doc.Blind)
	if len(r.Doc.Incidents) > 0 {
		b.WriteString("## Seen in public\n\n")
		for _, i := range r.Doc.Incidents {
			fmt.Fprintf(&b, "- %s: %s\n", i.Ref, i.What)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
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
