// Package engine renders charts as Helm's engine does, by Helm's own functions,
// but reads each template once. A rehearsal renders a chart four to forty times,
// and Helm parses all templates anew each time, which took more than half of a
// rendering.
package engine

import (
	"fmt"
	"path"
	"runtime/debug"
	"strings"
	"sync"
	"text/template"
	"text/template/parse"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

// Engine renders charts and remembers the templates that it has parsed. It is
// safe for concurrent use.
type Engine struct {
	other  bool               // Helm's release is not the one whose parts are used here
	empty  *template.Template // which knows Helm's functions
	mu     sync.Mutex
	parsed map[file]map[string]*parse.Tree
}

// file is a template's full name and its text. The name is part of what is
// parsed: errors tell it.
type file struct{ name, text string }

// New returns an engine that has parsed nothing.
func New() *Engine {
	if build, ok := debug.ReadBuildInfo(); ok && otherHelm(build) {
		return &Engine{other: true}
	}
	empty := template.New(rootName)
	initFunMap(engine.Engine{}, empty)
	return &Engine{empty: empty, parsed: map[file]map[string]*parse.Tree{}}
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

// Render prints a chart's templates, by their full names, as Helm's
// RenderWithClientProvider does.
func (e *Engine) Render(c *chart.Chart, values chartutil.Values, o Options) (rendered map[string]string, err error) {
	if e.other {
		return engine.RenderWithClientProvider(c, values, o.Client)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("rendering template failed: %v", p)
		}
	}()
	files := allTemplates(c, values)
	names := sortTemplates(files)
	root := newRoot(o)
	for _, name := range names {
		if err := e.add(root, file{name, files[name].text}); err != nil {
			return nil, cleanupParseError(name, err)
		}
	}
	rendered = make(map[string]string, len(names))
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") || o.Wanted != nil && !o.Wanted(name) {
			continue
		}
		f := files[name]
		f.values["Template"] = chartutil.Values{"Name": name, "BasePath": f.basePath}
		var b strings.Builder
		if err := root.ExecuteTemplate(&b, name, f.values); err != nil {
			return nil, cleanupExecError(name, err)
		}
		rendered[name] = withoutNoValue(b.String())
	}
	return rendered, nil
}

// withoutNoValue takes away what text/template prints for a value that is not
// there, for which it has no option.
func withoutNoValue(text string) string { return strings.ReplaceAll(text, "<no value>", "") }

// newRoot is what all templates of one rendering belong to.
func newRoot(o Options) *template.Template {
	root := template.New(rootName).Option("missingkey=zero")
	initFunMap(engine.Engine{}, root)
	root.Funcs(template.FuncMap{"lookup": newLookupFunction(o.Client)})
	if !o.Now.IsZero() {
		root.Funcs(clock(o.Now))
	}
	return root
}

// add gives root the templates of a file.
func (e *Engine) add(root *template.Template, f file) error {
	trees, err := e.parse(f)
	if err != nil {
		return err
	}
	t := root.New(f.name)
	for name, tree := range trees { // in no order, as text/template itself adds them
		if _, err := t.AddParseTree(name, tree); err != nil {
			return err
		}
	}
	return nil
}

// parse parses a file, once. Execution never changes what it returns.
func (e *Engine) parse(f file) (map[string]*parse.Tree, error) {
	e.mu.Lock()
	trees, ok := e.parsed[f]
	e.mu.Unlock()
	if ok {
		return trees, nil
	}
	alone, err := e.empty.Clone()
	if err != nil {
		return nil, err
	}
	if _, err := alone.New(f.name).Parse(f.text); err != nil {
		return nil, err
	}
	trees = map[string]*parse.Tree{}
	for _, t := range alone.Templates() {
		trees[t.Name()] = t.Tree
	}
	e.mu.Lock()
	e.parsed[f] = trees
	e.mu.Unlock()
	return trees, nil
}
