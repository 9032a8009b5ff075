package trace

import (
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

const notesFile = "NOTES.txt"

// Marked is a chart whose templates print marks.
type Marked struct {
	// Chart is a copy without notes, to be rendered by Helm's engine.
	Chart *chart.Chart

	templates map[string]*template // by name as Helm has it: chart/charts/sub/templates/x.yaml
	places    []*place             // by the number of their mark
}

// template is the text of a template as the chart has it.
type template struct {
	name string
	text string
}

// place is where in a template something is printed.
type place struct {
	template *template
	// define is the {{ define }} it stands in, or the template's own name.
	define string
	// offset counts bytes from the start of the template.
	offset int
	// length is that of a text in bytes, up to the end of its line.
	length int
	// action is set where an action prints, and not the text itself.
	action bool
	// through is set for an action of a {{ define }} that has no text of its
	// own, such as a library's helper to print a value.
	through bool
	// ends is set where an action has printed: that action.
	ends *place
}

// Mark returns a copy of a chart, which it leaves as it is.
func Mark(c *chart.Chart) *Marked {
	m := &Marked{templates: map[string]*template{}}
	m.Chart = m.copy(c, c.ChartFullPath())
	helpers := &chart.File{Name: "templates/" + helpersFile, Data: []byte(helpers)}
	m.Chart.Templates = append(m.Chart.Templates, helpers)
	return m
}

func (m *Marked) copy(c *chart.Chart, prefix string) *chart.Chart {
	out := *c
	out.Templates = nil
	for _, f := range c.Templates {
		if f == nil || strings.HasSuffix(f.Name, notesFile) {
			continue
		}
		t := &template{name: path.Join(prefix, f.Name), text: string(f.Data)}
		m.templates[t.name] = t
		out.Templates = append(out.Templates, &chart.File{Name: f.Name, Data: []byte(m.mark(t))})
	}
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, m.copy(d, path.Join(prefix, "charts", d.Name())))
	}
	out.SetDependencies(dependencies...)
	return &out
}

// newMark returns the mark of a place.
func (m *Marked) newMark(p *place) string {
	m.places = append(m.places, p)
	return encode(len(m.places) - 1)
}
