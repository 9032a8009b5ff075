package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Text is for people.
type Text struct {
	// Color uses the terminal's colours.
	Color bool
	// Width is that of the terminal, in columns; 0 breaks no lines.
	Width int
	// Rules say what their fixes do.
	Rules []*lint.Rule
}

const (
	// narrowest is the width below which broken lines are no help.
	narrowest = 40
	// defaultFrame is the width of a code frame where none is known.
	defaultFrame = 160
)

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
	r = r.printable()
	b := bufio.NewWriter(w)
	findings := byChart(openOrFixed(r.Findings))
	for _, c := range r.Charts {
		if c.Error == "" && c.Note == "" && len(findings[c.Path]) == 0 {
			continue
		}
		t.heading(b, c)
		if c.Note != "" {
			fmt.Fprintf(b, "%s  %s\n\n", t.paint(dim, "note   "), t.wrap("note     ", c.Note))
		}
		for _, f := range findings[c.Path] {
			t.finding(b, f)
		}
		if c.Error != "" {
			fmt.Fprintf(b, "%s  %s\n\n", t.paint(red+bold, "failed"), t.wrap("failed  ", c.Error))
		}
	}
	for _, f := range findings[""] {
		t.finding(b, f)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(b, "%s  %s\n", t.paint(dim, "note   "), t.wrap("note     ", n.Place+": "+n.Message))
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

// openOrFixed leaves out what somebody has set aside.
func openOrFixed(findings []lint.Finding) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f lint.Finding) bool { return f.Ignored != nil || f.Baselined })
}

func (t Text) heading(w io.Writer, c Chart) {
	name := strings.TrimSpace(c.Chart + " " + c.Version)
	if name == "" || name == c.Path {
		fmt.Fprintf(w, "%s\n\n", t.paint(bold, c.Path))
		return
	}
	fmt.Fprintf(w, "%s  %s\n\n", t.paint(bold, name), t.paint(dim, c.Path))
}

func (t Text) finding(w io.Writer, f *lint.Finding) {
	at := "" // in the chart: the heading names that
	switch {
	case f.Template != nil:
		at = "  " + templatePlace(f)
	case f.Manifest.Line > 0:
		at = fmt.Sprintf("  manifest line %d", f.Manifest.Line)
	}
	fmt.Fprintf(w, "%s  %s%s\n", t.severity(f.Severity), t.paint(bold, f.Rule), t.paint(dim, at))
	object := subject(f)
	if f.Field != "" {
		object += "  " + f.Field
	}
	fmt.Fprintf(w, "  %s\n", t.paint(cyan, object))
	if frame := frameOf(f); frame != nil {
		t.frame(w, *frame)
	}
	fmt.Fprintf(w, "  %s\n", t.wrap("", f.Message))
	for _, d := range details(f, t.Rules) {
		if len(d.Commands) > 0 {
			fmt.Fprintf(w, "  %s:\n    %s\n", d.Label, strings.Join(d.Commands, "\n    "))
			continue
		}
		label := d.Label
		if f.Fixed && label == "fixed" {
			label = t.paint(green, label)
		}
		fmt.Fprintf(w, "  %s: %s\n", label, t.wrap(d.Label+": ", d.Text))
	}
	fmt.Fprintf(w, "  %s\n\n", t.paint(dim, "helm stateful explain "+f.Rule))
}

// frame shows a line of a template with what the finding points at underlined.
func (t Text) frame(w io.Writer, f frame) {
	number := fmt.Sprintf("%5d", f.Line)
	width := t.Width
	if width == 0 {
		width = defaultFrame
	}
	f = f.fit(width - len(number) - len(" | "))
	fmt.Fprintf(w, "%s %s%s%s\n", t.paint(dim, number+" |"), f.Before, t.paint(bold, f.At), f.Further)
	caret := strings.Repeat(" ", utf8.RuneCountInString(f.Before)) + t.paint(red, strings.Repeat("^", max(utf8.RuneCountInString(f.At), 1)))
	fmt.Fprintf(w, "%s %s\n", t.paint(dim, strings.Repeat(" ", len(number))+" |"), caret)
}

// wrap breaks text into the lines of a paragraph that stands two columns from
// the left, after a label on its first line.
func (t Text) wrap(label, text string) string {
	if t.Width < narrowest {
		return indent(text)
	}
	margin := "  "
	if label != "" {
		margin = "    "
	}
	return wrapped(text, t.Width, 2+utf8.RuneCountInString(label), margin)
}

func (t Text) summary(w io.Writer, r *Report) {
	text := summaryText(r)
	if rest, clean := strings.CutPrefix(text, "no findings"); clean {
		text = t.paint(green, "no findings") + rest
	}
	if failed := r.Failed(); failed > 0 {
		words := fmt.Sprintf("%d %s", failed, notLoaded)
		text = strings.Replace(text, words, t.paint(red, words), 1)
	}
	fmt.Fprintln(w, text)
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
