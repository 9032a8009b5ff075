package stateful

import (
	"context"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// makes tells which claim the chart makes where it is not given one. It asks
// for a size of our own beside each value that takes a claim's name, and looks
// for the claim that comes out that large. A part of the chart that is switched
// off makes none, and is not blamed for taking no notice of a name.
func (l *linter) makes(ctx context.Context, c render.Case) map[string]lint.Made {
	sized, sizes := c.Sized()
	if len(sizes) == 0 {
		return nil
	}
	renderer, err := l.renderer(sized)
	if err != nil {
		return nil
	}
	rendering, err := renderer.Render(ctx, lifecycle.Inputs{Release: l.options.Release, Revision: 1})
	if err != nil {
		return nil
	}
	out := map[string]lint.Made{}
	for _, claim := range inventory.New(l.options.Release, rendering.Stream.Objects()).Claims {
		size := manifest.StringAt(claim.Fields, "spec", "resources", "requests", "storage")
		for path, asked := range sizes {
			if size == asked {
				out[path] = lint.Made{Object: claim.Object.ID, Name: claim.Name}
			}
		}
	}
	return out
}
