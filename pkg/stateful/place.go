package stateful

import (
	"context"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// placer writes on findings where in the chart's templates they come from.
type placer map[string]*traced

// traced is a chart under one values case.
type traced struct {
	renderer *render.Renderer
	// renderings are those that findings are about, the first one first.
	renderings []*lifecycle.Rendering
	objects    map[*lifecycle.Rendering]map[rendered][]*manifest.Object
}

// rendered is an object by what it has in all renderings.
type rendered struct {
	manifest.ID
	source string
}

// same are the objects of a rendering that are one of another.
func (t *traced) same(r *lifecycle.Rendering, o *manifest.Object) []*manifest.Object {
	known := t.objects[r]
	if known == nil {
		known = map[rendered][]*manifest.Object{}
		for _, other := range r.Stream.Objects() {
			at := rendered{other.ID, other.Source}
			known[at] = append(known[at], other)
		}
		t.objects[r] = known
	}
	return known[rendered{o.ID, o.Source}]
}

// add makes the findings of a case placeable. Some of the renderings may be
// nil.
func (p placer) add(name string, r *render.Renderer, renderings ...*lifecycle.Rendering) {
	renderings = slices.DeleteFunc(renderings, func(r *lifecycle.Rendering) bool { return r == nil })
	p[name] = &traced{r, renderings, map[*lifecycle.Rendering]map[rendered][]*manifest.Object{}}
}

// place renders the chart once more for each values case that has findings,
// and once more for fields that only a later step has. The findings should be
// merged: each is placed under the case that it names.
func (p placer) place(ctx context.Context, findings []lint.Finding, c *crew) error {
	var fields []placed
	var all []*marked
	known := map[*lifecycle.Rendering]*marked{}
	for i := range findings {
		f := &findings[i]
		t := p[f.Case]
		if f.Template == nil || f.Template.Line > 0 || t == nil {
			continue
		}
		rendering, object, there := t.renderingOf(f.Rendered(), f.Path())
		if rendering == nil {
			continue
		}
		if known[rendering] == nil {
			known[rendering] = &marked{renderer: t.renderer, rendering: rendering, lines: map[string][]string{}}
			all = append(all, known[rendering])
		}
		known[rendering].templates = append(known[rendering].templates, object.Source)
		fields = append(fields, placed{f, object, there, known[rendering]})
	}
	c.spread(len(all), func(i int) { all[i].render(ctx) })
	for _, field := range fields {
		if err := field.marked.err; err != nil {
			return err
		}
		field.write()
	}
	return nil
}

// marked is a rendering with marks that tell where its lines came from.
type marked struct {
	renderer  *render.Renderer
	rendering *lifecycle.Rendering
	templates []string // that findings are about
	origins   *render.Origins
	lines     map[string][]string // of templates, by their paths
	err       error
}

func (m *marked) render(ctx context.Context) {
	m.origins, m.err = m.renderer.Origins(ctx, m.rendering.Inputs, m.templates...)
}

// placed is what a finding is about, where it was rendered.
type placed struct {
	finding *lint.Finding
	object  *manifest.Object
	there   bool // the object is: no older version of the chart made it
	marked  *marked
}

func (p placed) write() {
	origin, ok := p.marked.origins.Of(p.object, p.finding.Path())
	if !ok {
		return
	}
	exact := origin.Exact && p.there
	p.finding.Template = &lint.Template{Path: origin.Path, Archive: origin.Archive, Line: origin.Line, Column: origin.Column, Exact: exact}
	if exact {
		p.finding.Template.Text = strings.Clone(p.marked.line(origin))
	}
}

// renderingOf returns the first rendering in which the object has the field,
// or else the first that has the object, and the object as it is there. One
// that none of them has is not known: an older version of the chart made it.
func (t *traced) renderingOf(o *manifest.Object, path manifest.Path) (first *lifecycle.Rendering, same *manifest.Object, known bool) {
	for _, r := range t.renderings {
		for _, other := range t.same(r, o) {
			if _, ok := manifest.Lookup(other.Fields, path...); ok {
				return r, other, true
			}
			if first == nil {
				first, same = r, other
			}
		}
	}
	switch {
	case first != nil:
		return first, same, true
	case len(t.renderings) > 0:
		return t.renderings[0], o, false
	}
	return nil, nil, false
}

// line returns the line of an origin, without its end.
func (m *marked) line(o render.Origin) string {
	lines := m.lines[o.Path]
	if lines == nil {
		lines = strings.Split(o.Text, "\n")
		m.lines[o.Path] = lines
	}
	if o.Line < 1 || o.Line > len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[o.Line-1], "\r")
}
