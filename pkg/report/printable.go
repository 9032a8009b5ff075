package report

import (
	"slices"
	"strings"
	"unicode"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// printable is a copy of the report for formats that people look at: a chart is
// written by somebody, and its bytes must not steer a terminal or a page.
// Names stand on one line; other texts keep their lines.
func (r *Report) printable() *Report {
	out := *r
	out.Charts = slices.Clone(r.Charts)
	for i := range out.Charts {
		out.Charts[i] = out.Charts[i].printable()
	}
	out.Findings = slices.Clone(r.Findings)
	for i := range out.Findings {
		printableFinding(&out.Findings[i])
	}
	out.Notes = slices.Clone(r.Notes)
	for i, n := range out.Notes {
		out.Notes[i] = Note{Place: name(n.Place), Message: lines(n.Message)}
	}
	out.Plans = slices.Clone(r.Plans)
	for i := range out.Plans {
		out.Plans[i] = *out.Plans[i].printable()
	}
	return &out
}

func (c Chart) printable() Chart {
	return Chart{Chart: name(c.Chart), Version: name(c.Version), Path: name(c.Path), Note: lines(c.Note), Error: lines(c.Error)}
}

func (p *Plan) printable() *Plan {
	out := *p
	out.Chart, out.Release, out.Namespace = p.Chart.printable(), name(p.Release), name(p.Namespace)
	out.Rows = slices.Clone(p.Rows)
	for i := range out.Rows {
		row := &out.Rows[i]
		row.Object, row.Role, row.Steps = printableID(row.Object), name(row.Role), slices.Clone(row.Steps)
		for j := range row.Steps {
			row.Steps[j].Verdict = lines(row.Steps[j].Verdict)
		}
	}
	return &out
}

func printableFinding(f *lint.Finding) {
	f.Chart, f.ChartPath, f.Case, f.Field = name(f.Chart), name(f.ChartPath), name(f.Case), name(f.Field)
	f.Message, f.Verdict, f.Elsewhere, f.Unfixed = lines(f.Message), lines(f.Verdict), lines(f.Elsewhere), lines(f.Unfixed)
	f.Object = printableID(f.Object)
	f.Commands = slices.Clone(f.Commands)
	for i := range f.Commands {
		f.Commands[i] = name(f.Commands[i])
	}
	f.Related = slices.Clone(f.Related)
	for i := range f.Related {
		f.Related[i] = printableID(f.Related[i])
	}
	if f.Template != nil {
		t := *f.Template
		t.Path, t.Archive, t.Text = name(t.Path), name(t.Archive), name(t.Text)
		f.Template = &t
	}
	if f.Ignored != nil {
		ignored := *f.Ignored
		ignored.Reason, ignored.Place = name(ignored.Reason), name(ignored.Place)
		f.Ignored = &ignored
	}
}

func printableID(id manifest.ID) manifest.ID {
	return manifest.ID{APIVersion: name(id.APIVersion), Kind: name(id.Kind), Namespace: name(id.Namespace), Name: name(id.Name)}
}

// name is text on one line, each character as wide as it was.
func name(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// lines is text on any number of lines.
func lines(text string) string {
	out := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range out {
		out[i] = name(out[i])
	}
	return strings.Join(out, "\n")
}
