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
	fmt.Fprintf(&b, "| step | severity | fix | looks at |\n|---|---|---|---|\n| %s | %s | %s | %s |\n\n", r.Step, r.Severity, fixWord(r), looksAt(r))
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "## %s\n\n%s\n\n", title, strings.TrimSpace(text))
		}
	}
	section("What you see", symptoms(r.Doc.Symptoms))
	section("Why", r.Doc.Why)
	section("Before", fenced("yaml", r.Doc.Before))
	if r.Doc.Values != "" {
		section("Values", fenced("yaml", r.Doc.Values))
	}
	broken := r.Doc.Before
	if r.Doc.Next != "" {
		section("The next version", fenced("diff", exampleDiff(r.Doc.Before, r.Doc.Next)))
		broken = r.Doc.Next
	}
	section("After", r.Doc.Remedy+"\n\n"+fenced("diff", exampleDiff(broken, r.Doc.After)))
	section("Find it", fenced("sh", howToFind(r)))
	if r.Fix != nil {
		section("The fix", strings.TrimSpace(capital(r.Fix.Offer())+". "+r.Doc.FixSafety)+"\n\n"+howToFix(r))
	}
	section("What it cannot see", r.Doc.Blind)
	section("Where it is meant so", howToSetAside(r))
	section("Seen in public", incidents(r.Doc.Incidents))
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func fenced(language, text string) string { return "```" + language + "\n" + text + "```" }

func symptoms(list []lint.Symptom) string {
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "- %s: %s\n", Place(s.Where), s.What)
	}
	return b.String()
}

// Place is where a symptom shows, as Markdown.
func Place(w lint.Where) string {
	if strings.HasPrefix(string(w), "helm ") {
		return "`" + string(w) + "`"
	}
	return "the " + string(w)
}

func incidents(list []lint.Incident) string {
	var b strings.Builder
	for _, i := range list {
		repository, number, _ := strings.Cut(i.Ref, "#")
		fmt.Fprintf(&b, "- [%s](https://github.com/%s/issues/%s): %s\n", i.Ref, repository, number, i.What)
	}
	return b.String()
}

// looksAt says what has to be given to the rule.
func looksAt(r *lint.Rule) string {
	switch {
	case r.OnlyTwoVersions():
		return "two versions of a chart"
	case r.NeedsRehearsal:
		return "charts"
	}
	return "charts and manifests"
}

// howToFind is a command that runs the rule alone.
func howToFind(r *lint.Rule) string {
	if r.OnlyTwoVersions() {
		return "helm stateful compare OLD-CHART CHART --only " + r.Name + "\n"
	}
	return "helm stateful lint CHART --only " + r.Name + "\n"
}

// howToFix says who applies a rule's fix, and when.
func howToFix(r *lint.Rule) string {
	command, unasked := "helm upgrade RELEASE CHART --post-renderer helm-stateful", "The post-renderer applies it unless told otherwise"
	if r.Fix.Safety != lint.Safe {
		command += " \\\n  --post-renderer-args --fix=safe," + r.Name
		unasked = "The post-renderer applies it only where it is named"
	}
	return fenced("sh", command+"\n") + "\n\n" + unasked + ". It changes the manifests on their way to the cluster; the chart stays as it is."
}

// howToSetAside says how a finding is told to be known.
func howToSetAside(r *lint.Rule) string {
	return "On the object, with a reason:\n\n" +
		fenced("yaml", "metadata:\n  annotations:\n    "+lint.IgnoreAnnotation+r.Name+": why it is meant so\n") +
		"\n\nor in the template, on the line that the finding names or above it:\n\n" +
		fenced("yaml", "# helm-stateful:ignore "+r.Name+" why it is meant so\n") +
		"\n\nor for a whole repository in `.helm-stateful.yaml`, where `ignore` can also name single charts and objects:\n\n" +
		fenced("yaml", "rules:\n  "+r.Name+": off\n")
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

// capital makes the first letter a capital one, but for names such as helm.
func capital(text string) string {
	if text == "" || strings.HasPrefix(text, "helm ") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
