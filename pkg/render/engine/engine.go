// Package engine renders charts as Helm's engine does, by Helm's own functions,
// but does once what a rehearsal, which renders a chart four to forty times, would
// do again and again: templates are parsed once, the same values are written as
// YAML once, and it tells which templates print the same each time.
package engine

import (
	"fmt"
	"path"
	"runtime/debug"
	"strings"
	"text/template"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// Engine renders charts and remembers the templates that it has parsed. It is
// safe for concurrent use.
type Engine struct {
	other  bool // Helm's release is not the one whose parts are used here
	parsed *parsed
	memory *memory
	// functions stand for Helm's of the same names.
	functions template.FuncMap
	idle      idle
}

// New returns an engine that has parsed nothing. The functions, which are not
// changed, stand for Helm's of the same names, unless it is another Helm than the
// one whose parts are used here.
func New(functions template.FuncMap) *Engine {
	if build, ok := debug.ReadBuildInfo(); ok && otherHelm(build) {
		return &Engine{other: true}
	}
	return &Engine{parsed: newParsed(), memory: newMemory(), functions: functions}
}

const rootName = "gotpl"

// Options are what may differ between two renderings of the same values.
type Options struct {
	// Client answers lookups.
	Client engine.ClientProvider
	// Now is what templates take for the present; the zero time is the real one.
	// Another Helm than the one whose parts are used here knows the real one alone.
	Now time.Time
	// Wanted, if set, tells which templates need to be printed. Others may be, too.
	Wanted func(template string) bool
}

// Rendered is what the templates of a chart have printed.
type Rendered struct {
	// Files are by the full names of the templates.
	Files map[string]string
	// Varying are those that may print something else for another revision of the
	// same release, or at another time.
	Varying map[string]bool
	// Apart says that templates do not tell each other anything by changing what
	// all of them are given. What the values hold is for the caller to compare.
	Apart bool
}

// Render prints a chart's templates as Helm's RenderWithClientProvider does. On an
// error, Rendered says no more than whether the templates until then kept apart.
func (e *Engine) Render(c *chart.Chart, values chartutil.Values, o Options) (rendered Rendered, err error) {
	if e.other {
		rendered.Files, err = engine.RenderWithClientProvider(c, values, o.Client)
		return rendered, err
	}
	defer func() {
		if p := recover(); p != nil {
			rendered, err = Rendered{}, fmt.Errorf("rendering template failed: %v", p)
		}
	}()
	files := allTemplates(c, values)
	names := sortTemplates(files)
	x := e.idle.take(names, files)
	if x == nil {
		if x, err = e.newExecution(names, files); err != nil {
			return Rendered{}, err
		}
	}
	x.begin(o)
	given := givenTo(files)
	rendered = Rendered{Files: make(map[string]string, len(names)), Varying: map[string]bool{}}
	for _, name := range names {
		if isPartial(name) || o.Wanted != nil && !o.Wanted(name) {
			continue
		}
		f := files[name]
		f.values[ofEach] = chartutil.Values{"Name": name, "BasePath": f.basePath}
		text, varies, err := x.execute(name, f.values)
		if err != nil {
			return Rendered{Apart: given.unchanged()}, cleanupExecError(name, err)
		}
		rendered.Files[name] = text
		if varies {
			rendered.Varying[name] = true
		}
	}
	rendered.Apart = given.unchanged()
	e.idle.keep(x)
	return rendered, nil
}

// isPartial is true for what Helm does not print: definitions for others.
func isPartial(name string) bool { return strings.HasPrefix(path.Base(name), "_") }

// withoutNoValue takes away what text/template prints for a value that is not
// there, for which it has no option.
func withoutNoValue(text string) string { return strings.ReplaceAll(text, "<no value>", "") }
