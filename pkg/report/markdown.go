package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Markdown is for the comments of a pull request, in GitHub's and GitLab's
// dialect. It holds open findings alone.
type Markdown struct {
	// Rules say what their fixes do.
	Rules []*lint.Rule
	// Dir is the working directory, to which paths below it are made relative.
	Dir string
	// Limit is the greatest length in bytes; 0 is that of a comment on GitHub.
	// What does not fit is left out from the end, and counted.
	Limit int
}

// githubComment is the longest comment that GitHub takes, in characters, less
// some for what a bot may put around it.
const githubComment = 65536 - 1024

// markdownMark lets a bot find its comment again.
const markdownMark = "<!-- helm-stateful -->\n"

// Write implements Format.
func (m Markdown) Write(w io.Writer, r *Report) error {
	r = r.printable()
	limit := m.Limit
	if limit == 0 {
		limit = githubComment
	}
	const reserve = 200 // for the count of what is left out
	var b strings.Builder
	b.WriteString(markdownMark + "### helm-stateful: " + summaryText(r) + "\n\n")
	left, plansLeft := 0, 0
	for _, part := range m.parts(r) {
		switch {
		case b.Len()+len(part.text) <= limit-reserve && left == 0:
			b.WriteString(part.text)
		case part.plan:
			plansLeft++
		default:
			left += part.findings
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%s not shown here: there is no room for more.\n", count(left, "finding"))
	}
	if plansLeft > 0 {
		fmt.Fprintf(&b, "\n%s not shown here: see `helm stateful plan`.\n", count(plansLeft, "table"))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write Markdown: %w", err)
	}
	return nil
}

// part is what is shown whole or not at all.
type part struct {
	text     string
	findings int
	plan     bool
}

// parts are charts that failed, then the findings by chart, then the plans.
func (m Markdown) parts(r *Report) []part {
	var out []part
	for _, c := range r.Charts {
		if c.Error != "" {
			out = append(out, part{text: fmt.Sprintf("**failed** %s: %s\n\n", code(chartPath(c.Path, m.Dir)), prose(oneLine(c.Error))), findings: 1})
		}
	}
	findings := byChart(r.Findings)
	for _, c := range append([]Chart{{}}, r.Charts...) {
		heading := m.heading(c)
		for _, f := range findings[c.Path] {
			if f.Open() {
				out = append(out, part{text: heading + m.finding(f), findings: 1})
				heading = ""
			}
		}
		if heading == "" {
			out = append(out, part{text: "\n"})
		}
	}
	for _, n := range r.Notes {
		out = append(out, part{text: fmt.Sprintf("Note: %s: %s\n\n", code(n.Place), prose(n.Message))})
	}
	for i := range r.Plans {
		p := &r.Plans[i]
		if len(p.Rows) == 0 {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "<details><summary>What becomes of the state of %s, step by step</summary>\n\n", escapeHTML(p.Chart.Chart+" "+p.Chart.Version))
		planTable(&b, p)
		b.WriteString("\n</details>\n\n")
		out = append(out, part{text: b.String(), plan: true})
	}
	return out
}

func (m Markdown) heading(c Chart) string {
	if c.Path == "" {
		return ""
	}
	text := "#### " + code(chartPath(c.Path, m.Dir))
	if name := strings.TrimSpace(c.Chart + " " + c.Version); name != "" && name != c.Path {
		text += " " + prose(name)
	}
	text += "\n\n"
	if c.Note != "" {
		text += "Note: " + prose(c.Note) + "\n\n"
	}
	return text
}

func (m Markdown) finding(f *lint.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- **%s** [`%s`](%s) %s", f.Severity, f.Rule, ruleURL(f.Rule), code(subject(f)))
	if f.Field != "" {
		b.WriteString(" " + code(f.Field))
	}
	if at := placeOf(f, m.Dir); at.Path != "" {
		b.WriteString(" in " + code(at.String()))
	}
	if packed(f) {
		b.WriteString(": " + code(templateOf(f)))
	}
	b.WriteString("<br>\n  " + prose(oneLine(f.Message)))
	if f.Template != nil && f.Template.Text != "" {
		fmt.Fprintf(&b, "<br>\n  %s", code(strings.TrimSpace(f.Template.Text)))
	}
	if lines := details(f, m.Rules); len(lines) > 0 {
		b.WriteString("\n  <details><summary>details</summary>\n\n")
		for _, d := range lines {
			if len(d.Commands) == 0 {
				fmt.Fprintf(&b, "  - %s: %s\n", d.Label, prose(oneLine(d.Text)))
				continue
			}
			fmt.Fprintf(&b, "  - %s:\n", d.Label)
			for _, command := range d.Commands {
				fmt.Fprintf(&b, "    - %s\n", code(command))
			}
		}
		b.WriteString("\n  </details>")
	}
	b.WriteString("\n")
	return b.String()
}

// code is text in a code span, in a table too.
func code(text string) string {
	text = oneLine(text)
	if text == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// prose is text that may hold code spans of its own, and nothing else that
// Markdown or HTML would take for its own.
func prose(text string) string {
	spans := strings.Split(text, "`")
	if len(spans)%2 == 0 {
		return escapeMarkdown(text) // a lone backtick
	}
	for i := range spans {
		if i%2 == 0 {
			spans[i] = escapeMarkdown(spans[i])
		}
	}
	return strings.Join(spans, "`")
}

// escapeMarkdown makes every character stand for itself. Behind an @ goes a
// space of no width: @daily is no person to be told.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '@':
			b.WriteString("@\u200b")
		case strings.ContainsRune("\\`*_{}[]()<>#|~!$", r):
			b.WriteString(`\` + string(r))
		case r == '&':
			b.WriteString("&amp;")
		case r != utf8.RuneError:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func escapeHTML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "@", "@\u200b").Replace(text)
}
