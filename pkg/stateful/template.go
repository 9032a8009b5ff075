package stateful

import (
	"context"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// Template renders a chart once, with the text that helm template prints.
// Rules, Workers, Timeout and Progress of the options do not matter.
func Template(ctx context.Context, path string, o LintOptions) ([]byte, error) {
	o = o.withDefaults()
	chart, err := render.Load(path)
	if err != nil {
		return nil, err
	}
	renderer, err := chart.Renderer(render.Options{Values: o.Values, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions, Now: time.Now()})
	if err != nil {
		return nil, err
	}
	rendering, err := renderer.Render(ctx, lifecycle.Inputs{Release: o.Release, Revision: 1})
	if err != nil {
		return nil, err
	}
	return rendering.Stream.Bytes(), nil
}
