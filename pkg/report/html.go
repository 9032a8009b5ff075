package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// HTML is one page for people, which needs nothing but itself: the findings by
// chart, and the life of what holds state with the findings at the step where
// they bite.
type HTML struct {
	// Rules say what their fixes do.
	Rules []*lint.Rule
	// Dir is the working directory, to which paths below it are made relative.
	Dir string
}

//go:embed html
var htmlFiles embed.FS

// What the template shows.
type (
	htmlPage struct {
		Style   template.CSS
		Title   string
		Summary string
		Counts  Summary
		Charts  []htmlChart // those with something to show
		Clean   []string    // names of the others
		Notes   []Note
	}
	htmlChart struct {
		ID, Name, Path, Note, Error string
		Release                     string
		Counts                      Summary
		Timeline                    *timeline
		Findings                    []htmlFinding
		// Quiet says that there is no open finding.
		Quiet bool
	}
	htmlFinding struct {
		ID       string
		Number   int
		Severity string // ignored, baselined or fixed where that is so
		Rule     string
		URL      string
		Place    string
		Subject  string
		Field    string
		Message  string
		Frame    *frame
		Details  []detail
	}
)

// Write implements Format.
func (h HTML) Write(w io.Writer, r *Report) error {
	r = r.printable()
	style, err := htmlFiles.ReadFile("html/style.css")
	if err != nil {
		return err
	}
	page, err := template.New("page.gohtml").ParseFS(htmlFiles, "html/page.gohtml", "html/timeline.gohtml", "html/finding.gohtml")
	if err != nil {
		return err
	}
	view := h.page(r)
	view.Style = template.CSS(style) // our own file
	if err := page.Execute(w, view); err != nil {
		return fmt.Errorf("write HTML: %w", err)
	}
	return nil
}

func (h HTML) page(r *Report) htmlPage {
	out := htmlPage{Title: "helm-stateful: " + summaryText(r), Summary: scopeText(r), Counts: r.Summary, Notes: r.Notes}
	plans := map[string]*Plan{}
	for i := range r.Plans {
		plans[r.Plans[i].Chart.Path] = &r.Plans[i]
	}
	findings := byChart(r.Findings)
	charts := r.Charts
	if len(findings[""]) > 0 {
		charts = append([]Chart{{Chart: "manifests"}}, charts...)
	}
	for i, c := range charts {
		view := h.chart(fmt.Sprintf("c%d", i+1), c, findings[c.Path], plans[c.Path])
		if view.Error == "" && view.Note == "" && view.Timeline == nil && len(view.Findings) == 0 {
			out.Clean = append(out.Clean, view.Name)
			continue
		}
		out.Charts = append(out.Charts, view)
	}
	return out
}

func (h HTML) chart(id string, c Chart, findings []*lint.Finding, plan *Plan) htmlChart {
	out := htmlChart{ID: id, Name: strings.TrimSpace(c.Chart + " " + c.Version), Path: chartPath(c.Path, h.Dir), Note: c.Note, Error: c.Error}
	if plan != nil {
		out.Release = plan.Release + " in namespace " + plan.Namespace
		if out.Note == "" {
			out.Note = plan.Chart.Note
		}
	}
	for i, f := range findings {
		out.Findings = append(out.Findings, h.finding(fmt.Sprintf("%sf%d", id, i+1), i+1, f))
		out.Counts.add(f)
	}
	out.Quiet = out.Counts.Error+out.Counts.Warning+out.Counts.Info == 0
	out.Timeline = newTimeline(plan, findings, out.Findings)
	return out
}

func (h HTML) finding(id string, number int, f *lint.Finding) htmlFinding {
	out := htmlFinding{
		ID: id, Number: number, Severity: f.Severity.String(), Rule: f.Rule, URL: ruleURL(f.Rule),
		Subject: subject(f), Field: f.Field, Message: f.Message,
		Frame: frameOf(f), Details: details(f, h.Rules),
	}
	if f.Template != nil {
		out.Place = templatePlace(f)
	}
	switch {
	case f.Fixed:
		out.Severity = "fixed"
	case f.Ignored != nil:
		out.Severity = "ignored"
		out.Details = append(out.Details, detail{Label: "ignored", Text: f.Ignored.Reason})
	case f.Baselined:
		out.Severity = "baselined"
	}
	return out
}
