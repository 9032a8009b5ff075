package keys

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v3/pkg/chart"
)

var costly = []string{"genCA", "genSignedCert", "genSelfSignedCert", "genPrivateKey", "htpasswd", "bcrypt"}

func namesCostly(f *chart.File) bool {
	return f != nil && slices.ContainsFunc(costly, func(name string) bool { return bytes.Contains(f.Data, []byte(name)) })
}

// Cheap returns a chart whose templates call the functions of this package: a
// copy, or the chart itself where none makes keys.
func Cheap(c *chart.Chart) *chart.Chart {
	if !makesKeys(c) {
		return c
	}
	return cheapCopy(c)
}

func cheapCopy(c *chart.Chart) *chart.Chart {
	out := *c
	out.Templates = slices.Clone(c.Templates)
	for i, f := range out.Templates {
		if namesCostly(f) {
			out.Templates[i] = &chart.File{Name: f.Name, Data: []byte(replaced(string(f.Data)))}
		}
	}
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, cheapCopy(d))
	}
	out.SetDependencies(dependencies...)
	return &out
}

func makesKeys(c *chart.Chart) bool {
	return slices.ContainsFunc(c.Templates, namesCostly) || slices.ContainsFunc(c.Dependencies(), makesKeys)
}

// replaced is a template that calls the functions of this package. One that
// does not parse is left to Helm to complain about.
func replaced(text string) string {
	trees := map[string]*parse.Tree{}
	tree := parse.New("template")
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		return text
	}
	var calls []*parse.IdentifierNode
	for _, t := range trees {
		calls = append(calls, callsIn(t.Root)...)
	}
	slices.SortFunc(calls, func(a, b *parse.IdentifierNode) int { return cmp.Compare(a.Pos, b.Pos) })
	var b strings.Builder
	done := 0
	for _, name := range calls {
		b.WriteString(text[done:name.Pos])
		b.WriteString(call(name.Ident))
		done = int(name.Pos) + len(name.Ident)
	}
	b.WriteString(text[done:])
	return b.String()
}

// callsIn are the names in a part of a template by which the costly functions
// are called.
func callsIn(node parse.Node) []*parse.IdentifierNode {
	var out []*parse.IdentifierNode
	each := func(nodes ...parse.Node) {
		for _, n := range nodes {
			out = append(out, callsIn(n)...)
		}
	}
	branch := func(b *parse.BranchNode) { each(b.Pipe, b.List, b.ElseList) }
	switch n := node.(type) {
	case *parse.ListNode:
		if n != nil {
			each(n.Nodes...)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.ActionNode:
		each(n.Pipe)
	case *parse.TemplateNode:
		each(n.Pipe)
	case *parse.ChainNode:
		each(n.Node)
	case *parse.PipeNode:
		if n != nil {
			for _, c := range n.Cmds {
				each(c)
			}
		}
	case *parse.CommandNode:
		if name, ok := n.Args[0].(*parse.IdentifierNode); ok && slices.Contains(costly, name.Ident) {
			out = append(out, name)
		}
		each(n.Args...)
	}
	return out
}
