package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Plan is the life of each object of a release that holds state.
type Plan struct {
	SchemaVersion int       `json:"schemaVersion"`
	Chart         Chart     `json:"chart"`
	Release       string    `json:"release"`
	Namespace     string    `json:"namespace"`
	Rows          []PlanRow `json:"rows"`
}

// PlanRow is one object's life.
type PlanRow struct {
	Object manifest.ID `json:"object"`
	// Role says why the object matters: claim, StatefulSet, definition, …
	Role  string     `json:"role"`
	Steps []PlanStep `json:"steps"`
}

// PlanStep is what becomes of an object in one step.
type PlanStep struct {
	Step string `json:"step"`
	// Fate is created, changed, unchanged, refused, deleted, kept, adopted, made
	// anew, left behind, found again, or "" where the step does not concern it.
	Fate string `json:"fate"`
	// Helm names the Helms that the fate is true of, "" for all; with the
	// others it fares as Otherwise says.
	Helm      string `json:"helm,omitempty"`
	Otherwise string `json:"otherwise,omitempty"`
	// Verdict holds the API server's words, where it refuses.
	Verdict string `json:"verdict,omitempty"`
}

// PlanFormats are the names that WritePlan takes.
func PlanFormats() []string { return []string{"text", "markdown", "json", "html"} }

// WritePlan prints a plan in one of PlanFormats.
func WritePlan(w io.Writer, p *Plan, format string) error {
	switch format {
	case "json":
		if p.Rows == nil {
			p.Rows = []PlanRow{}
		}
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(p)
	case "markdown":
		return planMarkdown(w, p.printable())
	case "text":
		return planText(w, p.printable())
	case "html":
		r := New([]Chart{p.Chart}, nil)
		r.Plans = []Plan{*p}
		return HTML{}.Write(w, r)
	}
	return fmt.Errorf("there is no format %q for a plan: the formats are %s", format, strings.Join(PlanFormats(), ", "))
}

// notes collects the refusals under numbers that the table refers to.
type notes struct{ texts []string }

// cell prints a step's fate, a refusal with the number of its note.
func (n *notes) cell(s PlanStep) string {
	if s.Fate == "" {
		return "–"
	}
	if number := n.number(s); number > 0 {
		return fmt.Sprintf("%s [%d]", s.Fate, number)
	}
	return s.Fate
}

// number is that of a step's note, or 0 when there is nothing to note.
func (n *notes) number(s PlanStep) int {
	if s.Fate == "" || (s.Verdict == "" && s.Helm == "") {
		return 0
	}
	note := ""
	if s.Helm != "" {
		note = s.Fate + " with " + s.Helm + "; otherwise " + orDash(s.Otherwise)
	}
	if s.Verdict != "" {
		if note != "" {
			note += ": "
		}
		note += lint.Short(s.Verdict)
	}
	if i := slices.Index(n.texts, note); i >= 0 {
		return i + 1
	}
	n.texts = append(n.texts, note)
	return len(n.texts)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func planText(out io.Writer, p *Plan) error {
	fmt.Fprintf(out, "%s %s  %s\nrelease %s in namespace %s\n\n", p.Chart.Chart, p.Chart.Version, p.Chart.Path, p.Release, p.Namespace)
	if p.Chart.Note != "" {
		fmt.Fprintf(out, "note: %s\n\n", p.Chart.Note)
	}
	if len(p.Rows) == 0 {
		_, err := fmt.Fprintln(out, "no object of this release holds state")
		return err
	}
	var n notes
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	header := []string{"OBJECT"}
	for _, s := range p.Rows[0].Steps {
		header = append(header, strings.ToUpper(s.Step))
	}
	fmt.Fprintln(w, strings.Join(header, "\t"))
	for _, r := range p.Rows {
		cells := []string{r.Object.String()}
		for _, s := range r.Steps {
			cells = append(cells, n.cell(s))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
		if !strings.EqualFold(r.Role, r.Object.Kind) {
			fmt.Fprintln(w, "  "+r.Role+strings.Repeat("\t", len(r.Steps)))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
	for i, text := range n.texts {
		fmt.Fprintf(out, "\n[%d] %s", i+1, text)
	}
	if len(n.texts) > 0 {
		fmt.Fprintln(out)
	}
	return nil
}

func planMarkdown(w io.Writer, p *Plan) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s %s\n\nRelease %s in namespace %s.\n\n", prose(p.Chart.Chart), prose(p.Chart.Version), code(p.Release), code(p.Namespace))
	if p.Chart.Note != "" {
		fmt.Fprintf(&b, "Note: %s\n\n", prose(p.Chart.Note))
	}
	if len(p.Rows) == 0 {
		b.WriteString("No object of this release holds state.\n")
	} else {
		planTable(&b, p)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// planTable is the plan as a Markdown table, with its notes below.
func planTable(b *strings.Builder, p *Plan) {
	var n notes
	b.WriteString("| object | role |")
	for _, s := range p.Rows[0].Steps {
		b.WriteString(" " + s.Step + " |")
	}
	b.WriteString("\n|" + strings.Repeat("---|", len(p.Rows[0].Steps)+2) + "\n")
	for _, r := range p.Rows {
		fmt.Fprintf(b, "| %s | %s |", cell(code(r.Object.String())), cell(r.Role))
		for _, s := range r.Steps {
			b.WriteString(" " + n.cell(s) + " |")
		}
		b.WriteString("\n")
	}
	for i, text := range n.texts {
		fmt.Fprintf(b, "\n[%d] %s\n", i+1, prose(text))
	}
}

// cell keeps text within its cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
