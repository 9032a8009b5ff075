package engine

import (
	"maps"
	"sync"
	"text/template"
	"text/template/parse"

	"helm.sh/helm/v3/pkg/engine"
)

// file is a template's full name and its text. The name is part of what is
// parsed: errors tell it.
type file struct{ name, text string }

// parsed are the templates that an engine has read. It is safe for concurrent use.
type parsed struct {
	mu    sync.Mutex
	files map[file]map[string]*parse.Tree
	facts map[*parse.Tree]facts
	// room is how much more text, in bytes, is kept of what charts give to tpl.
	room int
}

// roomForTexts is enough for all that charts have in their values. One that
// makes up texts, and has them rendered, does not fill the memory with them.
const roomForTexts = 1 << 20

func newParsed() *parsed {
	return &parsed{files: map[file]map[string]*parse.Tree{}, facts: map[*parse.Tree]facts{}, room: roomForTexts}
}

// of parses a file, once. Execution never changes what it returns.
func (p *parsed) of(f file) (map[string]*parse.Tree, error) {
	p.mu.Lock()
	trees, ok := p.files[f]
	p.mu.Unlock()
	if ok {
		return trees, nil
	}
	trees, err := treesOf(f)
	if err != nil {
		return nil, err
	}
	found := make(map[*parse.Tree]facts, len(trees))
	for _, tree := range trees {
		found[tree] = factsOf(tree.Root)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.name == rootName {
		if p.room < len(f.text) {
			return trees, nil
		}
		p.room -= len(f.text)
	}
	p.files[f] = trees
	maps.Copy(p.facts, found)
	return trees, nil
}

// factsOf reads a template's tree anew where it is not kept.
func (p *parsed) factsOf(tree *parse.Tree) facts {
	p.mu.Lock()
	known, ok := p.facts[tree]
	p.mu.Unlock()
	if !ok {
		return factsOf(tree.Root)
	}
	return known
}

// treesOf parses a file. What text/template's own Parse does beside it, a copy of
// all functions for each file, took as long as the parser.
func treesOf(f file) (map[string]*parse.Tree, error) {
	if trees, err := quickly(f); err == nil {
		return trees, nil
	}
	alone, err := functions().Clone()
	if err != nil {
		return nil, err
	}
	if _, err := alone.New(f.name).Parse(f.text); err != nil {
		return nil, err
	}
	trees := map[string]*parse.Tree{}
	for _, t := range alone.Templates() {
		trees[t.Name()] = t.Tree
	}
	return trees, nil
}

func quickly(f file) (map[string]*parse.Tree, error) {
	return parse.Parse(f.name, f.text, "", "", names(), builtins)
}

// builtins has the names of text/template's own functions. A text that uses one
// of a later Go is parsed by text/template.
var builtins = map[string]any{
	"and": true, "call": true, "html": true, "index": true, "slice": true, "js": true, "len": true, "not": true, "or": true, "print": true,
	"printf": true, "println": true, "urlquery": true, "eq": true, "ge": true, "gt": true, "le": true, "lt": true, "ne": true,
}

// names are those of Helm's functions.
var names = sync.OnceValue(func() template.FuncMap { return funcMap() })

// functions is a template that knows Helm's functions, to be cloned.
var functions = sync.OnceValue(func() *template.Template {
	t := template.New(rootName)
	initFunMap(engine.Engine{}, t)
	return t
})
