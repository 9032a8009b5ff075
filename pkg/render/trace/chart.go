package trace

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"helm.sh/helm/v3/pkg/chart"
)

const notesFile = "NOTES.txt"

// Marks are those of a chart's templates. Each template is marked once, however
// many renderings want it. They are safe for concurrent use.
type Marks struct {
	mu     sync.Mutex
	known  map[file]*template
	places []*place // by the number of their mark
}

// file is a template's name and its text.
type file struct{ name, text string }

// NewMarks returns none.
func NewMarks() *Marks { return &Marks{known: map[file]*template{}} }

// Marked is a chart whose templates print marks.
type Marked struct {
	// Chart is a copy without notes, to be rendered by Helm's engine.
	Chart *chart.Chart

	templates map[string]*template // by name as Helm has it: chart/charts/sub/templates/x.yaml
	marks     *Marks
}

// template is the text of a template as the chart has it.
type template struct {
	name string
	text string
	// marked is the text with marks.
	marked string

	split sync.Once
	parts []string // the text's lines
	ends  []int    // where they end
}

// lines are those of the template's text, without their ends.
func (t *template) lines() []string {
	t.split.Do(func() {
		t.parts = strings.Split(t.text, "\n")
		at := 0
		for _, line := range t.parts {
			at += len(line)
			t.ends = append(t.ends, at)
			at++
		}
	})
	return t.parts
}

// position returns the line and the column, in characters, of a byte of the text.
func (t *template) position(at int) (line, column int) {
	lines := t.lines()
	at = min(at, len(t.text))
	i, _ := slices.BinarySearch(t.ends, at)
	before := at - (t.ends[i] - len(lines[i]))
	return i + 1, 1 + utf8.RuneCountInString(lines[i][:before])
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

// Mark returns a copy of a chart, which it leaves as it is. Templates that do not
// count have no marks, unless others may print what they define: they are rendered
// for nothing else than what is read of them by name.
func (m *Marks) Mark(c *chart.Chart, counts func(template string) bool) *Marked {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := &Marked{templates: map[string]*template{}, marks: m}
	out.Chart = out.copy(c, c.ChartFullPath(), counts)
	helpers := &chart.File{Name: "templates/" + helpersFile, Data: []byte(helpers)}
	out.Chart.Templates = append(out.Chart.Templates, helpers)
	return out
}

func (m *Marked) copy(c *chart.Chart, prefix string, counts func(string) bool) *chart.Chart {
	out := *c
	out.Templates = nil
	for _, f := range c.Templates {
		if f == nil || strings.HasSuffix(f.Name, notesFile) {
			continue
		}
		name := path.Join(prefix, f.Name)
		if !counts(name) && !isShared(f) {
			m.templates[name] = &template{name: name, text: string(f.Data)}
			out.Templates = append(out.Templates, f)
			continue
		}
		t := m.marks.template(file{name, string(f.Data)})
		m.templates[name] = t
		out.Templates = append(out.Templates, &chart.File{Name: f.Name, Data: []byte(t.marked)})
	}
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, m.copy(d, path.Join(prefix, "charts", d.Name()), counts))
	}
	out.SetDependencies(dependencies...)
	return &out
}

// isShared reports whether other templates may print what is written in a file.
func isShared(f *chart.File) bool {
	return strings.HasPrefix(path.Base(f.Name), "_") || bytes.Contains(f.Data, []byte("define")) || bytes.Contains(f.Data, []byte("block"))
}

func (m *Marks) template(f file) *template {
	t := m.known[f]
	if t == nil {
		t = &template{name: f.name, text: f.text}
		t.marked = m.mark(t)
		m.known[f] = t
	}
	return t
}

// newMark returns the mark of a place.
func (m *Marks) newMark(p *place) string {
	m.places = append(m.places, p)
	return encode(len(m.places) - 1)
}

// all are the places by now.
func (m *Marks) all() []*place {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.places
}
