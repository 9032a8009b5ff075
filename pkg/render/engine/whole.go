package engine

import (
	"slices"
	"text/template/parse"
)

// whole looks for places where a template prints all that it was given, and with
// that the revision, which it then need not name.
type whole struct {
	// dot says that the dot is, or holds, all that was given.
	dot bool
	// variables are those that are, or hold, it.
	variables map[string]bool
	printed   bool
}

// printsAll reports whether a template may print all that it was given.
func printsAll(root *parse.ListNode) bool {
	w := &whole{dot: true, variables: map[string]bool{"$": true}}
	w.list(root)
	return w.printed
}

var (
	// passing are functions that print nothing of what they are given: templates that
	// are called are looked at themselves, and the rest tell but a part, by its name.
	passing = []string{"include", "tpl", "get", "index", "dig", "pluck", "hasKey", "kindIs", "kindOf", "typeIs", "typeIsLike", "typeOf", "empty", "not", "len"}
	// holding are those whose result holds what they are given.
	holding = []string{
		"dict", "list", "tuple", "set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite", "omit", "pick", "deepCopy", "mustDeepCopy",
		"append", "mustAppend", "prepend", "mustPrepend", "concat", "default", "coalesce", "ternary", "required", "and", "or",
	}
)

func (w *whole) list(n *parse.ListNode) {
	if n == nil {
		return
	}
	for _, item := range n.Nodes {
		w.node(item)
	}
}

func (w *whole) node(node parse.Node) {
	switch n := node.(type) {
	case *parse.ActionNode:
		if w.pipe(n.Pipe) && len(n.Pipe.Decl) == 0 {
			w.printed = true
		}
	case *parse.TemplateNode:
		w.pipe(n.Pipe)
	case *parse.IfNode:
		w.pipe(n.Pipe)
		w.list(n.List)
		w.list(n.ElseList)
	case *parse.WithNode:
		w.within(w.pipe(n.Pipe), n.List)
		w.list(n.ElseList)
	case *parse.RangeNode:
		w.printed = w.pipe(n.Pipe) || w.printed
		w.within(false, n.List)
		w.list(n.ElseList)
	}
}

// within looks at a part of a template in which the dot is something else.
func (w *whole) within(dot bool, n *parse.ListNode) {
	before := w.dot
	w.dot = dot
	w.list(n)
	w.dot = before
}

// pipe reports whether the value of a pipeline is, or holds, all that was given.
func (w *whole) pipe(n *parse.PipeNode) (holds bool) {
	if n == nil {
		return false
	}
	for _, c := range n.Cmds {
		holds = w.command(c, holds)
	}
	if holds {
		for _, v := range n.Decl {
			w.variables[v.Ident[0]] = true
		}
	}
	return holds
}

// command is given what the one before it in a pipeline holds.
func (w *whole) command(n *parse.CommandNode, holds bool) bool {
	for _, arg := range n.Args {
		holds = w.operand(arg) || holds
	}
	function, ok := n.Args[0].(*parse.IdentifierNode)
	switch {
	case !holds || ok && slices.Contains(passing, function.Ident):
		return false
	case ok && !slices.Contains(holding, function.Ident):
		w.printed = true
		return false
	}
	return true
}

func (w *whole) operand(node parse.Node) bool {
	switch n := node.(type) {
	case *parse.DotNode:
		return w.dot
	case *parse.VariableNode:
		return len(n.Ident) == 1 && w.variables[n.Ident[0]]
	case *parse.PipeNode:
		return w.pipe(n)
	case *parse.ChainNode:
		w.operand(n.Node) // fields of it are looked at by facts
	}
	return false
}
