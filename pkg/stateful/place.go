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
	origins    map[*lifecycle.Rendering]*render.Origins
}

// add makes the findings of a case placeable. Some of the renderings may be
// nil.
func (p placer) add(name string, r *render.Renderer, renderings ...*lifecycle.Rendering) {
	renderings = slices.DeleteFunc(renderings, func(r *lifecycle.Rendering) bool { return r == nil })
	p[name] = &traced{renderer: r, renderings: renderings, origins: map[*lifecycle.Rendering]*render.Origins{}}
}

// place renders the chart once more for each values case that has findings,
// and once more for fields that only a later step has. The findings should be
// merged: each is placed under the case that it names.
func (p placer) place(ctx context.Context, findings []lint.Finding) error {
	for i := range findings {
		f := &findings[i]
		t := p[f.Case]
		if f.Template == nil || f.Template.Line > 0 || t == nil {
			continue
		}
		origin, ok, err := t.origin(ctx, f.Rendered(), f.Path())
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		f.Template = &lint.Template{Path: origin.Path, Archive: origin.Archive, Line: origin.Line, Column: origin.Column, Exact: origin.Exact}
		if origin.Exact {
			f.Template.Text = strings.Clone(lineOf(origin.Text, origin.Line))
		}
	}
	return nil
}

func (t *traced) origin(ctx context.Context, o *manifest.Object, path manifest.Path) (render.Origin, bool, error) {
	rendering, o, known := t.renderingOf(o, path)
	if rendering == nil {
		return render.Origin{}, false, nil
	}
	origins := t.origins[rendering]
	if origins == nil {
		var err error
		if origins, err = t.renderer.Origins(ctx, rendering.Inputs); err != nil {
			return render.Origin{}, false, err
		}
		t.origins[rendering] = origins
	}
	origin, ok := origins.Of(o, path)
	origin.Exact = origin.Exact && known
	return origin, ok, nil
}

// renderingOf returns the first rendering in which the object has the field,
// or else the first that has the object, and the object as it is there. One
// that none of them has is not known: an older version of the chart made it.
func (t *traced) renderingOf(o *manifest.Object, path manifest.Path) (first *lifecycle.Rendering, same *manifest.Object, known bool) {
	for _, r := range t.renderings {
		for _, other := range r.Stream.Objects() {
			if other.ID != o.ID || other.Source != o.Source {
				continue
			}
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

// lineOf returns a line of a text, counted from 1, without its end.
func lineOf(text string, n int) string {
	lines := strings.SplitN(text, "\n", n+1)
	if n < 1 || n > len(lines) {
		return ""
	}
	return strings.TrimSuffix(lines[n-1], "\r")
}
