package render

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
	"github.com/helm-stateful/helm-stateful/pkg/render/trace"
)

// Origin is a place in a chart's templates.
type Origin struct {
	// Path is relative to the chart's folder. A sub chart's template stands in
	// the sub chart's folder: under charts/, where a packed one would have it, or
	// where a file:// dependency names it.
	Path string
	// Archive is the packed sub chart that the template lies in, relative to the
	// chart's folder, "" for one that is a file.
	Archive string
	// Line and Column count from 1, columns in characters; 0 is unknown.
	Line, Column int
	// Exact is not set for a guess.
	Exact bool
	// Action says that an action printed the field with its key, not the
	// template's own text; the place is that of its "{{".
	Action bool
	// Text is the whole template.
	Text string
}

// Origins tell from where in a chart's templates rendered fields came.
type Origins struct {
	chart *Chart
	trace *trace.Trace
}

// Origins renders the chart once more, with marks that tell where each line
// came from (see package trace): all of it, or what these templates print, by
// their names as objects have them for their Source. Where that fails, or for other
// templates, Origins only guess. The error is that of ctx alone.
func (r *Renderer) Origins(ctx context.Context, in lifecycle.Inputs, templates ...string) (*Origins, error) {
	wanted := func(name string) bool { return len(templates) == 0 || slices.Contains(templates, name) }
	done := make(chan *trace.Trace, 1)
	go func() { done <- r.trace(in, wanted) }()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("rendering did not end: %w", context.Cause(ctx))
	case t := <-done:
		return &Origins{chart: r.source, trace: t}, nil
	}
}

func (r *Renderer) trace(in lifecycle.Inputs, wanted func(template string) bool) *trace.Trace {
	marked := r.source.marks.Mark(r.chart, wanted)
	rendered, err := r.renderMarked(marked, in, wanted)
	if err != nil {
		return marked.Trace(nil)
	}
	return marked.Trace(rendered.Files)
}

func (r *Renderer) renderMarked(marked *trace.Marked, in lifecycle.Inputs, wanted func(template string) bool) (rendered engine.Rendered, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a template made Helm's engine panic: %v", p)
		}
	}()
	return r.files(marked.Chart, in, &lookups{answers: in.Lookup}, wanted)
}

// Of tells where a field of a rendered object comes from: the line of its key,
// of its nearest parent when it is not there, and of the object's kind when
// path is nil. It is false for an object that no template of the chart printed.
func (o *Origins) Of(object *manifest.Object, path manifest.Path) (Origin, bool) {
	found, ok := o.trace.Origin(object, path)
	if !ok {
		return Origin{}, false
	}
	file, archive := o.chart.place(found.Template)
	return Origin{
		Path:    file,
		Archive: archive,
		Line:    found.Line,
		Column:  found.Column,
		Exact:   found.Exact,
		Action:  found.Action,
		Text:    o.trace.Text(found.Template),
	}, true
}

// TemplatePath returns the path, relative to the chart's folder, of a template
// as Helm names it: chart/charts/sub/templates/x.yaml. Helm's sub is the name or
// the alias of a sub chart, whatever its folder is called.
func (c *Chart) TemplatePath(name string) string {
	file, _ := c.place(name)
	return file
}

// place is a template's path, and that of the first archive on the way to it.
func (c *Chart) place(name string) (file, archive string) {
	_, rest, found := strings.Cut(name, "/")
	if !found {
		return name, ""
	}
	folder, dir := c.layout, ""
	for {
		below, ok := strings.CutPrefix(rest, "charts/")
		if !ok {
			return path.Join(dir, rest), archive
		}
		sub, below, _ := strings.Cut(below, "/")
		next := path.Join("charts", sub)
		if folder = folder.sub(sub); folder != nil {
			next = folder.dir
			if archive == "" && folder.archive != "" {
				archive = path.Join(dir, folder.archive)
			}
		}
		dir, rest = path.Join(dir, next), below
	}
}

// Template returns the text of a template, by its path relative to the chart's
// folder.
func (c *Chart) Template(path string) (string, bool) {
	text, ok := c.layout.templates[path]
	return string(text), ok
}
