package engine

import (
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

// execution is the one rendering of a chart.
type execution struct {
	parsed *parsed
	root   *template.Template // all templates belong to it
	// helms is Helm's own tpl.
	helms func(text string, data any) (string, error)
	// varies is set once the file that is being executed has come by something
	// that varies: see facts.
	varies bool
	// known says of templates whether they vary, with all that they call.
	known map[string]bool
}

// begin prepares a rendering.
func (e *Engine) begin(o Options) (*execution, error) {
	root, err := functions().Clone()
	if err != nil {
		return nil, err
	}
	x := &execution{parsed: e.parsed, root: root.Option("missingkey=zero"), known: map[string]bool{}}
	included := map[string]int{}
	include := includeFun(root, included)
	x.helms = tplFun(root, included, false)
	root.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			x.enter(name)
			return include(name, data)
		},
		"tpl":      x.tpl,
		"lookup":   newLookupFunction(o.Client),
		"toYaml":   e.memory.toYAML,
		"fromYaml": e.memory.fromYAML,
	})
	root.Funcs(o.Functions)
	if !o.Now.IsZero() {
		root.Funcs(clock(o.Now))
	}
	return x, nil
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
	x.enter(name)
	var b strings.Builder
	if err := x.root.ExecuteTemplate(&b, name, data); err != nil {
		return "", false, err
	}
	return withoutNoValue(b.String()), x.varies, nil
}

// enter takes note of a template that is executed.
func (x *execution) enter(name string) {
	x.varies = x.varies || x.varying(name)
}

// varying tells whether a template varies, or one that it calls by a template
// action. What it includes is entered when that happens.
func (x *execution) varying(name string) bool {
	if varies, ok := x.known[name]; ok {
		return varies
	}
	x.known[name] = false // while it calls itself
	t := x.root.Lookup(name)
	x.known[name] = t != nil && x.treeVaries(t.Tree)
	return x.known[name]
}

func (x *execution) treeVaries(tree *parse.Tree) bool {
	f := x.parsed.factsOf(tree)
	varies := f.varies
	for _, called := range f.calls {
		varies = x.varying(called) || varies
	}
	return varies
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
	x.varies = x.varies || x.treeVaries(tree)
	t := x.root.New(rootName)
	t.Tree = tree
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("error during tpl function execution for %q: %w", text, err)
	}
	return withoutNoValue(b.String()), nil
}
