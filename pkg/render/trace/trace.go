package trace

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"helm.sh/helm/v3/pkg/releaseutil"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Origin is a place in a template.
type Origin struct {
	// Template is its name as Helm has it, such as chart/templates/x.yaml.
	Template string
	// Line and Column count from 1, columns in characters; 0 is unknown.
	Line, Column int
	// Exact is not set for a guess.
	Exact bool
	// Action says that an action printed the field and its key, not the
	// template's own text; the place is that of its "{{".
	Action bool
}

// Trace is a marked chart's rendering. It is safe for concurrent use.
type Trace struct {
	marked *Marked
	files  map[string]string

	mu   sync.Mutex
	read map[string]*twins // of each template that was asked for
}

// document is what a template printed between two separators.
type document struct {
	*printed
	start int // within the printed text
	body  string
}

// Trace reads what Helm's engine has made of the marked chart: the text of each
// template that counts, by name. Without files all that it tells are guesses.
func (m *Marked) Trace(files map[string]string) *Trace {
	return &Trace{marked: m, files: files, read: map[string]*twins{}}
}

// Origin tells where a field of an object comes from that the chart has
// rendered without marks: the line of its key, of its nearest parent when it is
// not there, and of the object's kind when path is nil. It knows nothing of
// templates that are not the chart's.
func (t *Trace) Origin(o *manifest.Object, path manifest.Path) (Origin, bool) {
	template := t.marked.templates[o.Source]
	if template == nil {
		return Origin{}, false
	}
	if len(path) == 0 {
		path = manifest.Path{"kind"}
	}
	found, sure := t.find(o)
	if found != nil && (sure || found.object.Has(path...)) {
		if origin, ok := found.document.origin(found.object, path); ok {
			origin.Exact = sure
			return origin, true
		}
	}
	return guess(template, o, path), true
}

// Text returns the text of a template.
func (t *Trace) Text(name string) string {
	if template := t.marked.templates[name]; template != nil {
		return template.text
	}
	return ""
}

// printed are the objects that a template has printed.
func (t *Trace) printed(name string) *twins {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known, ok := t.read[name]; ok {
		return known
	}
	out := newTwins()
	file := read(t.files[name], t.marked.marks.all())
	parts := releaseutil.SplitManifests(file.text)
	names := make([]string, 0, len(parts))
	for part := range parts {
		names = append(names, part)
	}
	sort.Sort(releaseutil.BySplitManifestsOrder(names))
	from := 0
	for _, part := range names {
		body := parts[part]
		at := strings.Index(file.text[from:], body)
		if at < 0 {
			break
		}
		d := &document{printed: file, start: from + at, body: body}
		from = d.start + len(body)
		if stream, err := manifest.Parse([]byte(body)); err == nil {
			for _, o := range stream.Objects() {
				out.add(twin{d, o})
			}
		}
	}
	t.read[name] = out
	return out
}

// origin finds the place that printed a field's key.
func (d *document) origin(o *manifest.Object, path manifest.Path) (Origin, bool) {
	field := o.Place(path)
	if field.Line == 0 {
		return Origin{}, false
	}
	at := d.start + offset(d.body, o.Document.Line+field.Line-1, field.Column)
	place, rest := d.printer(at, field.Length)
	if place == nil {
		return Origin{}, false
	}
	line, column := place.template.position(place.offset + rest)
	return Origin{Template: place.template.name, Line: line, Column: column, Action: place.action}, true
}

// printer returns the place that printed the byte at, and how many bytes after
// the place it stands in the template. length is that of the key there.
//
// Where several places begin at one byte, the innermost is what printed it. But
// a key that is put together, such as {{ include "name" . }}: x, belongs to the
// text that has its colon.
func (d *document) printer(at, length int) (p *place, rest int) {
	i := d.spanAt(at)
	if i < 0 {
		return nil, 0
	}
	chosen := d.spans[i]
	if colon := d.spanAt(at + length); colon > i && chosen.at == at {
		owner := d.spans[colon].place
		for j := i; j >= 0 && d.spans[j].at == at; j-- {
			if other := d.spans[j].place; owner != nil && other != nil && other.template == owner.template && other.define == owner.define {
				chosen = d.spans[j]
				break
			}
		}
	}
	if chosen.place == nil || chosen.place.action {
		return chosen.place, 0
	}
	return chosen.place, at - chosen.at
}

// spanAt returns the last span that starts at or before a byte, or -1.
func (d *document) spanAt(at int) int {
	return sort.Search(len(d.spans), func(i int) bool { return d.spans[i].at > at }) - 1
}

// offset returns the byte of a text at a line and column.
func offset(text string, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			return len(text)
		}
		at += end + 1
	}
	for ; column > 1 && at < len(text); column-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
