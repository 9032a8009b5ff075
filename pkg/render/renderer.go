package render

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

// Options are the inputs that stay the same from one rendering to the next.
type Options struct {
	// Values are the user's, over those of the chart.
	Values map[string]any
	// KubeVersion is the Kubernetes version that templates see;
	// DefaultKubeVersion when empty.
	KubeVersion string
	// APIVersions are added to those that Helm takes for granted.
	APIVersions []string
	// Now is what templates take for the present when the release is installed; a
	// day that is always the same when zero, so that what they print is, too.
	Now time.Time
}

// Renderer renders one chart under one set of values. It is safe for concurrent
// use.
type Renderer struct {
	source *Chart
	chart  *chart.Chart
	user   map[string]any
	values chartutil.Values // coalesced; copied for each rendering
	caps   *chartutil.Capabilities
	senses lifecycle.Senses
	now    time.Time
	// readsFiles says that templates may read .Files.
	readsFiles bool
	// steady is nil until a rendering shows what can be printed once.
	steady atomic.Pointer[steady]
}

var _ lifecycle.Renderer = (*Renderer)(nil)

// Renderer prepares a chart for rendering with one set of values: it checks
// dependencies and schema, drops disabled sub charts and joins the values. The
// order and the conditions are those of helm install (helm v3.22.0,
// pkg/action/install.go).
func (c *Chart) Renderer(o Options) (*Renderer, error) {
	if c.Library {
		return nil, errors.New("it is a library chart, which has nothing to install")
	}
	caps, err := capabilities(o.KubeVersion, o.APIVersions)
	if err != nil {
		return nil, err
	}
	user := map[string]any{}
	if o.Values != nil {
		user = copyMaps(o.Values, map[uintptr]any{}).(map[string]any) // charts rendered side by side share o.Values
	}
	loaded, err := c.prepared(user, true)
	if err != nil {
		return nil, err
	}
	values, err := chartutil.CoalesceValues(loaded, user)
	if err != nil {
		return nil, fmt.Errorf("values: %w", err)
	}
	if err := c.schemas.check(loaded, values); err != nil {
		return nil, err
	}
	if want := loaded.Metadata.KubeVersion; want != "" && !chartutil.IsCompatibleRange(want, caps.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s: name another with --kube-version", want, caps.KubeVersion.String())
	}
	senses, files := c.reader.sensesOf(loaded)
	return &Renderer{
		source: c, chart: loaded, user: user, values: values, caps: caps, now: presentOr(o.Now),
		senses: senses, readsFiles: files || valuesReadFiles(user),
	}, nil
}

// presentOr is the eve of a new year unless somebody has set the time: a day later,
// no part of a date is what it was.
func presentOr(now time.Time) time.Time {
	if now.IsZero() {
		return time.Date(2025, time.December, 31, 22, 59, 0, 0, time.UTC)
	}
	return now
}

// Feels implements lifecycle.Renderer.
func (r *Renderer) Feels() lifecycle.Senses { return r.senses }

// Values implements lifecycle.Renderer.
func (r *Renderer) Values() lifecycle.Values {
	return lifecycle.Values{User: r.user, All: r.values}
}

// KubeVersion implements lifecycle.Renderer.
func (r *Renderer) KubeVersion() string { return r.caps.KubeVersion.Version }

// Render implements lifecycle.Renderer. Rendering cannot be interrupted; when
// ctx ends first it is left to itself and its result dropped.
func (r *Renderer) Render(ctx context.Context, in lifecycle.Inputs) (*lifecycle.Rendering, error) {
	type outcome struct {
		text   string
		asked  *lookups
		demand error
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		l := &lookups{answers: in.Lookup}
		text, demand, err := r.text(in, l)
		done <- outcome{text, l, demand, err}
	}()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("rendering did not end: %w", context.Cause(ctx))
	case o := <-done:
		if o.err != nil {
			return nil, o.err
		}
		stream, err := r.source.cache.Parse([]byte(o.text))
		if err != nil {
			return nil, fmt.Errorf("rendered manifests: %w", err)
		}
		if in.Lookup != nil {
			in.Lookup = o.asked.answered
		}
		return &lifecycle.Rendering{Inputs: in, Stream: stream, Queries: o.asked.queries, Demand: o.demand}, nil
	}
}

// text is the output of helm template: manifests in install order, then hooks
// (helm v3.22.0, pkg/action/action.go renderResources and cmd/helm/template.go).
func (r *Renderer) text(in lifecycle.Inputs, l *lookups) (text string, demand, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a template made Helm's engine panic: %v", p)
		}
	}()
	files, err := r.print(r.chart, in, l)
	if err != nil && in.Upgrade && strings.Contains(err.Error(), notesFile) {
		demand = err
		var bare *chart.Chart
		if bare, err = r.source.prepared(r.user, false); err == nil {
			files, err = r.print(bare, in, l)
		}
	}
	if err != nil {
		return "", nil, err
	}
	for name := range files {
		if strings.HasSuffix(name, notesFile) {
			delete(files, name)
		}
	}
	text, err = inInstallOrder(files, r.source.cache)
	return text, demand, err
}

// files are what the templates of a chart print: see engine.Render.
func (r *Renderer) files(source *chart.Chart, in lifecycle.Inputs, l *lookups, wanted func(template string) bool) (engine.Rendered, error) {
	if in.NextVersion {
		source = raisedVersions(source)
	}
	if !r.readsFiles {
		source = withoutFiles(source)
	}
	given := r.valuesFor(source, in)
	rendered, err := r.source.engine.Render(source, given, engine.Options{Client: l, Now: r.now.Add(in.Elapsed), Wanted: wanted})
	rendered.Apart = rendered.Apart && sameMaps(given["Values"], r.values)
	return rendered, err
}

// valuesFor returns all that templates see.
func (r *Renderer) valuesFor(source *chart.Chart, in lifecycle.Inputs) chartutil.Values {
	tree := copyMaps(map[string]any(r.values), map[uintptr]any{}).(map[string]any)
	if in.NextImages {
		RaiseImages(tree)
	}
	return chartutil.Values{
		"Chart":        source.Metadata,
		"Capabilities": r.caps,
		"Release": map[string]any{
			"Name":      in.Release.Name,
			"Namespace": in.Release.Namespace,
			"IsUpgrade": in.Upgrade,
			"IsInstall": !in.Upgrade,
			"Revision":  in.Revision,
			"Service":   "Helm",
		},
		"Values": chartutil.Values(tree),
	}
}

// copyMaps copies values deeply, so that a template that changes .Values
// changes its own rendering alone. Maps that Helm shares (globals) stay shared
// within the copy.
func copyMaps(value any, seen map[uintptr]any) any {
	switch v := value.(type) {
	case chartutil.Values:
		return copyMaps(map[string]any(v), seen)
	case map[string]any:
		if v == nil {
			return v
		}
		at := reflect.ValueOf(v).Pointer()
		if c, ok := seen[at]; ok {
			return c
		}
		c := make(map[string]any, len(v))
		seen[at] = c
		for k, item := range v {
			c[k] = copyMaps(item, seen)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, item := range v {
			c[i] = copyMaps(item, seen)
		}
		return c
	default:
		return v
	}
}

// visitMaps calls visit for every map below value, shared ones once.
func visitMaps(value any, seen map[uintptr]bool, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		at := reflect.ValueOf(v).Pointer()
		if v == nil || seen[at] {
			return
		}
		seen[at] = true
		visit(v)
		for _, item := range v {
			visitMaps(item, seen, visit)
		}
	case []any:
		for _, item := range v {
			visitMaps(item, seen, visit)
		}
	}
}
