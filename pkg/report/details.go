package report

import (
	"cmp"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// detail is a line of a finding below its message.
type detail struct {
	Label, Text string
	// Commands are the lines of Text where those are for a shell.
	Commands []string
}

// details are what formats for people say of a finding beside its message.
func details(f *lint.Finding, rules []*lint.Rule) []detail {
	var out []detail
	add := func(label, text string) {
		if text != "" {
			out = append(out, detail{Label: label, Text: text})
		}
	}
	if f.Case != lint.CaseDefault && f.Case != lint.CaseFlags {
		add("shown by", f.Case)
	}
	add("API server", f.Verdict)
	add("elsewhere", f.Elsewhere)
	add("breaks", strings.Join(f.Breaks, ", "))
	add("derives from", strings.Join(f.Derives, ", "))
	if len(f.Commands) > 0 {
		out = append(out, detail{Label: "by hand", Text: strings.Join(f.Commands, "\n"), Commands: f.Commands})
	}
	switch {
	case f.Fixed:
		add("fixed", deed(f, rules))
	case f.Unfixed != "":
		add("not fixed", f.Unfixed)
	case f.Fixable != "":
		add("fix ("+f.Fixable+")", offer(f.Rule, rules))
	}
	return out
}

// subject names the object of a finding.
func subject(f *lint.Finding) string {
	if f.Object.Namespace == "" {
		return f.Object.String()
	}
	return f.Object.String() + " (namespace " + f.Object.Namespace + ")"
}

// sentence is a finding in one line.
func sentence(f *lint.Finding) string {
	text := f.Object.String()
	if f.Field != "" {
		text += " " + f.Field
	}
	text += ": " + oneLine(f.Message)
	if f.Verdict != "" {
		text += ". The API server says: " + oneLine(f.Verdict)
	}
	if len(f.Breaks) > 0 {
		text += ". Breaks: " + strings.Join(f.Breaks, ", ")
	}
	if packed(f) {
		text += ". Template: " + templateOf(f)
	}
	return text
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func ruleOf(name string, rules []*lint.Rule) *lint.Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// offer says what the fix of a rule would do.
func offer(name string, rules []*lint.Rule) string {
	if r := ruleOf(name, rules); r != nil && r.Fix != nil {
		return r.Fix.Offer()
	}
	return "see the rule"
}

// deed says what the fix of a finding did.
func deed(f *lint.Finding, rules []*lint.Rule) string { return cmp.Or(f.Deed, offer(f.Rule, rules)) }

// Homepage is where the project lives.
const Homepage = "https://github.com/helm-stateful/helm-stateful"

// ruleURL leads to a rule's page.
func ruleURL(rule string) string { return Homepage + "/blob/main/docs/rules/" + rule + ".md" }

// byChart are the findings under the paths of their charts, each list in the
// order of the report.
func byChart(findings []lint.Finding) map[string][]*lint.Finding {
	out := map[string][]*lint.Finding{}
	for i := range findings {
		f := &findings[i]
		out[f.ChartPath] = append(out[f.ChartPath], f)
	}
	return out
}
