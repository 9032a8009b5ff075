package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Text is for people.
type Text struct {
	// Color uses the terminal's colours.
	Color bool
	// Rules say what their fixes do.
	Rules []*lint.Rule
}

// The terminal's colours, as ANSI escape sequences.
const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	green  = "\x1b[32m"
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
)

// Write implements Format.
func (t Text) Write(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w)
	byChart := map[string][]lint.Finding{}
	for _, f := range r.Findings {
		if f.Ignored == nil && !f.Baselined {
			byChart[f.ChartPath] = append(byChart[f.ChartPath], f)
		}
	}
	for _, c := range r.Charts {
		findings := byChart[c.Path]
		if c.Error == "" && c.Note == "" && len(findings) == 0 {
			continue
		}
		t.heading(b, c)
		if c.Note != "" {
			fmt.Fprintf(b, "%s  %s\n\n", t.paint(dim, "note   "), indent(c.Note))
		}
		for _, f := range findings {
			t.finding(b, f)
		}
		if c.Error != "" {
			fmt.Fprintf(b, "%s  %s\n\n", t.paint(red+bold, "failed"), indent(c.Error))
		}
	}
	for _, f := range byChart[""] {
		t.finding(b, f)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(b, "%s  %s: %s\n", t.paint(dim, "note   "), n.Place, indent(n.Message))
	}
	if len(r.Notes) > 0 {
		fmt.Fprintln(b)
	}
	t.summary(b, r)
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func (t Text) heading(w io.Writer, c Chart) {
	name := c.Chart
	if c.Version != "" {
		name += " " + c.Version
	}
	if name == "" || name == c.Path {
		fmt.Fprintf(w, "%s\n\n", t.paint(bold, c.Path))
		return
	}
	fmt.Fprintf(w, "%s  %s\n\n", t.paint(bold, name), t.paint(dim, c.Path))
}

func (t Text) finding(w io.Writer, f lint.Finding) {
	place := ""
	switch {
	case f.Template != nil && f.Template.Line > 0:
		place = fmt.Sprintf("  %s:%d:%d", f.Template.Path, f.Template.Line, max(f.Template.Column, 1))
	case f.Template != nil:
		place = "  " + f.Template.Path
	case f.Manifest.Line > 0:
		place = fmt.Sprintf("  manifest line %d", f.Manifest.Line)
	}
	fmt.Fprintf(w, "%s  %s%s\n", t.severity(f.Severity), t.paint(bold, f.Rule), t.paint(dim, place))
	object := f.Object.String()
	if f.Object.Namespace != "" {
		object += " (namespace " + f.Object.Namespace + ")"
	}
	if f.Field != "" {
		object += "  " + f.Field
	}
	fmt.Fprintf(w, "  %s\n  %s\n", t.paint(cyan, object), indent(f.Message))
	if f.Case != "" && f.Case != lint.CaseDefault && f.Case != lint.CaseFlags {
		fmt.Fprintf(w, "  shown by: %s\n", f.Case)
	}
	if f.Verdict != "" {
		fmt.Fprintf(w, "  API server: %s\n", indent(f.Verdict))
	}
	if f.Elsewhere != "" {
		fmt.Fprintf(w, "  elsewhere: %s\n", f.Elsewhere)
	}
	if len(f.Breaks) > 0 {
		fmt.Fprintf(w, "  breaks: %s\n", strings.Join(f.Breaks, ", "))
	}
	if len(f.Derives) > 0 {
		fmt.Fprintf(w, "  derives from: %s\n", strings.Join(f.Derives, ", "))
	}
	if len(f.Commands) > 0 {
		fmt.Fprintf(w, "  by hand:\n    %s\n", strings.Join(f.Commands, "\n    "))
	}
	switch {
	case f.Fixed:
		fmt.Fprintf(w, "  %s: %s\n", t.paint(green, "fixed"), t.fixOf(f.Rule))
	case f.Unfixed != "":
		fmt.Fprintf(w, "  not fixed: %s\n", indent(f.Unfixed))
	case f.Fixable != "":
		fmt.Fprintf(w, "  fix (%s): %s\n", f.Fixable, t.fixOf(f.Rule))
	}
	fmt.Fprintf(w, "  %s\n\n", t.paint(dim, "helm stateful explain "+f.Rule))
}

func (t Text) fixOf(rule string) string {
	for _, r := range t.Rules {
		if r.Name == rule && r.Fix != nil {
			return r.Fix.Title
		}
	}
	return "see the rule"
}

func (t Text) summary(w io.Writer, r *Report) {
	s := r.Summary
	line := fmt.Sprintf("%s, %s, %s", count(s.Error, "error"), count(s.Warning, "warning"), count(s.Info, "info"))
	if s.Error+s.Warning+s.Info == 0 {
		line = t.paint(green, "no findings")
	}
	if len(r.Charts) > 0 {
		line += " in " + count(len(r.Charts), "chart")
	}
	if fixed := countFixed(r.Findings); fixed > 0 {
		line += fmt.Sprintf("; %d fixed", fixed)
	}
	if s.Ignored > 0 {
		line += fmt.Sprintf("; %d ignored", s.Ignored)
	}
	if s.Baselined > 0 {
		line += fmt.Sprintf("; %d in the baseline", s.Baselined)
	}
	if failed := r.Failed(); failed > 0 {
		line += "; " + t.paint(red, fmt.Sprintf("%d could not be loaded or rendered", failed))
	}
	fmt.Fprintln(w, line)
}

func countFixed(findings []lint.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Fixed {
			n++
		}
	}
	return n
}

func count(n int, what string) string {
	if n == 1 || what == "info" {
		return fmt.Sprintf("%d %s", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// severity is padded to the longest one.
func (t Text) severity(s lint.Severity) string {
	color := map[lint.Severity]string{lint.Error: red, lint.Warning: yellow, lint.Info: cyan}[s]
	return t.paint(color+bold, s.String()) + strings.Repeat(" ", len("warning")-len(s.String()))
}

func (t Text) paint(color, text string) string {
	if !t.Color || text == "" {
		return text
	}
	return color + text + reset
}

// indent puts the lines after the first under the first.
func indent(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
