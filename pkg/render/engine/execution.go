package engine

import (
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"helm.sh/helm/v3/pkg/chartutil"
)

// execution is what executes the templates of a chart, for one rendering after the
// other.
type execution struct {
	files  []file
	parsed *parsed
	root   *template.Template // all templates belong to it
	// helms is Helm's own tpl.
	helms func(text string, data any) (string, error)
	// known says of templates whether they vary, with all that they call.
	known map[called]bool

	// lookup and now are those of the rendering.
	lookup func(apiVersion, kind, namespace, name string) (map[string]any, error)
	now    func() time.Time
	// varies is set once the file that is being executed has come by something
	// that varies: see facts.
	varies bool
}

// newExecution prepares the templates of a chart, in the order of names.
func (e *Engine) newExecution(names []string, files map[string]renderable) (*execution, error) {
	root, err := functions().Clone()
	if err != nil {
		return nil, err
	}
	x := &execution{parsed: e.parsed, root: root.Option("missingkey=zero"), known: map[called]bool{}}
	included := map[string]int{}
	include := includeFun(root, included)
	x.helms = tplFun(root, included, false)
	root.Funcs(e.functions).Funcs(clock(func() time.Time { return x.now() })).Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			x.enter(name, data)
			return include(name, data)
		},
		"tpl": x.tpl,
		"lookup": func(apiVersion, kind, namespace, name string) (map[string]any, error) {
			return x.lookup(apiVersion, kind, namespace, name)
		},
		"toYaml":   e.memory.toYAML,
		"fromYaml": e.memory.fromYAML,
	})
	last := lastOfEqual(names, files)
	for _, name := range names {
		f := file{name, files[name].text}
		if err := x.add(f, last[f.text]); err != nil {
			return nil, cleanupParseError(name, err)
		}
		x.files = append(x.files, f)
	}
	return x, nil
}

// begin begins a rendering.
func (x *execution) begin(o Options) {
	x.lookup = newLookupFunction(o.Client)
	x.now = time.Now
	if !o.Now.IsZero() {
		x.now = func() time.Time { return o.Now }
	}
}

// lastOfEqual tells, by the texts of partials, which of those that have the text
// is read last. Sub charts often bring the same library.
func lastOfEqual(names []string, files map[string]renderable) map[string]string {
	last := map[string]string{}
	for _, name := range names {
		if isPartial(name) {
			last[files[name].text] = name
		}
	}
	return last
}

// add gives the rendering the templates of a file. One that is equal to a later
// file need not define anything, for that defines it all anew: only its own name is
// added then.
func (x *execution) add(f file, later string) error {
	if isPartial(f.name) && later != "" && later != f.name {
		if trees, err := x.parsed.of(file{later, f.text}); err == nil {
			_, err = x.root.New(f.name).AddParseTree(f.name, trees[later])
			return err
		}
	}
	trees, err := x.parsed.of(f)
	if err != nil {
		return err
	}
	t := x.root.New(f.name)
	for name, tree := range trees { // in no order, as text/template itself adds them
		if _, err := t.AddParseTree(name, tree); err != nil {
			return err
		}
	}
	return nil
}

// execute prints a file.
func (x *execution) execute(name string, data any) (text string, varies bool, err error) {
	x.varies = false
	x.enter(name, data)
	var b strings.Builder
	if err := x.root.ExecuteTemplate(&b, name, data); err != nil {
		return "", false, err
	}
	return withoutNoValue(b.String()), x.varies, nil
}

// called is a template, and whether it is given the release, with all else.
type called struct {
	name string
	all  bool
}

// givesAll reports whether data are what Helm gives to each template, or hold the
// release as they do.
func givesAll(data any) bool {
	switch m := data.(type) {
	case chartutil.Values:
		return m["Release"] != nil
	case map[string]any:
		return m["Release"] != nil
	}
	return false
}

// enter takes note of a template that is executed.
func (x *execution) enter(name string, data any) {
	x.varies = x.varies || x.varying(called{name, givesAll(data)})
}

// varying tells whether a template varies, or one that it calls by template
// actions. What it includes is entered when that happens.
func (x *execution) varying(c called) bool {
	varies, ok := x.known[c]
	if !ok {
		varies = x.anyVaries([]string{c.name}, c.all, map[string]bool{})
		x.known[c] = varies
	}
	return varies
}

// anyVaries looks at templates that it has not seen, with all that they call.
func (x *execution) anyVaries(names []string, all bool, seen map[string]bool) bool {
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		if t := x.root.Lookup(name); t != nil && x.treeVaries(t.Tree, all, seen) {
			return true
		}
	}
	return false
}

func (x *execution) treeVaries(tree *parse.Tree, all bool, seen map[string]bool) bool {
	f := x.parsed.factsOf(tree)
	return f.varies || all && f.printsAll || x.anyVaries(f.calls, all, seen)
}

// tpl is Helm's tpl, which copies all templates each time so that those which the
// text defines are its own. Most texts define none, and many have no action.
func (x *execution) tpl(text string, data any) (string, error) {
	if !strings.Contains(text, "{{") {
		return withoutNoValue(text), nil
	}
	trees, err := x.parsed.of(file{rootName, text})
	if err != nil || len(trees) != 1 {
		x.varies = true
		return x.helms(text, data)
	}
	tree := trees[rootName]
	x.varies = x.varies || x.treeVaries(tree, givesAll(data), map[string]bool{})
	t := x.root.New(rootName)
	t.Tree = tree
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("error during tpl function execution for %q: %w", text, err)
	}
	return withoutNoValue(b.String()), nil
}
