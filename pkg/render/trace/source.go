package trace

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"text/template/parse"
)

// edit replaces a part of a template's text.
type edit struct {
	from, to int
	text     string
}

// marker edits one template. The text is edited, not printed from its parse
// tree, so that all else stays as it was written.
type marker struct {
	*Marks
	template *template
	define   string
	through  bool // the define has no text of its own
	edits    []edit
}

// mark returns the text of a template with marks. One that does not parse is
// left as it is: Helm will say so.
func (m *Marks) mark(t *template) string {
	tree := parse.New(t.name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(t.text, "", "", trees); err != nil {
		return t.text
	}
	e := &marker{Marks: m, template: t}
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		e.define = name
		e.through = name != t.name && !hasText(trees[name].Root)
		e.list(trees[name].Root)
	}
	slices.SortStableFunc(e.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := 0
	for _, edit := range e.edits {
		b.WriteString(t.text[at:edit.from])
		b.WriteString(edit.text)
		at = edit.to
	}
	b.WriteString(t.text[at:])
	return b.String()
}

func (e *marker) insert(at int, text string) { e.edits = append(e.edits, edit{at, at, text}) }

func (e *marker) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			e.text(n)
		case *parse.ActionNode:
			e.action(n)
		case *parse.IfNode:
			e.branch(&n.BranchNode)
		case *parse.RangeNode:
			e.branch(&n.BranchNode)
		case *parse.WithNode:
			e.branch(&n.BranchNode)
		case *parse.TemplateNode:
			e.call(n)
		}
	}
}

// hasText reports whether a part of a template prints visible text of its own.
func hasText(list *parse.ListNode) bool {
	if list == nil {
		return false
	}
	return slices.ContainsFunc(list.Nodes, func(node parse.Node) bool {
		switch n := node.(type) {
		case *parse.TextNode:
			return len(bytes.TrimSpace(n.Text)) > 0
		case *parse.IfNode:
			return hasText(n.List) || hasText(n.ElseList)
		case *parse.RangeNode:
			return hasText(n.List) || hasText(n.ElseList)
		case *parse.WithNode:
			return hasText(n.List) || hasText(n.ElseList)
		}
		return false
	})
}

func (e *marker) branch(n *parse.BranchNode) {
	e.measured(n.Pipe)
	e.list(n.List)
	e.list(n.ElseList)
}

// text marks the first visible character of every line.
func (e *marker) text(n *parse.TextNode) {
	start := int(n.Pos)
	if !strings.HasPrefix(e.template.text[start:], string(n.Text)) {
		return
	}
	for line := range strings.Lines(string(n.Text)) {
		visible := strings.TrimLeft(line, " \t\r\n")
		if visible != "" {
			at := start + len(line) - len(visible)
			length := len(strings.TrimRight(visible, "\r\n"))
			e.insert(at, e.newMark(&place{template: e.template, define: e.define, offset: at, length: length}))
		}
		start += len(line)
	}
}

// action marks what an action prints.
func (e *marker) action(n *parse.ActionNode) {
	open, inside, ok := e.opening(int(n.Pos))
	if !ok || len(n.Pipe.Decl) > 0 {
		e.measured(n.Pipe)
		return
	}
	last := n.Pipe.Cmds[len(n.Pipe.Cmds)-1]
	e.bracket(open, inside, endOfCommand(e.template.text, int(last.Pos)), func() { e.pipe(n.Pipe, true) })
}

// call marks what {{ template }} prints.
func (e *marker) call(n *parse.TemplateNode) {
	e.measured(n.Pipe)
	last := int(n.Pos)
	if n.Pipe != nil {
		last = int(n.Pipe.Cmds[len(n.Pipe.Cmds)-1].Pos)
	}
	keyword, isCall := strings.CutSuffix(strings.TrimRight(e.template.text[:n.Pos], " \t\r\n"), "template")
	if !isCall {
		return // a {{ block }}, which prints what is written in it
	}
	if open, inside, ok := e.opening(len(keyword)); ok {
		e.bracket(open, inside, endOfCommand(e.template.text, last), func() {})
	}
}

// bracket marks where what an action prints begins and ends. The marks are
// actions of their own, inside of what trims the text around it. The action's
// own edits come between.
func (e *marker) bracket(open, inside, end int, edits func()) {
	p := &place{template: e.template, define: e.define, offset: open, action: true, through: e.through}
	e.insert(inside, ` "`+e.newMark(p)+`" }}{{`)
	edits()
	e.insert(end, ` }}{{ "`+e.newMark(&place{ends: p})+`"`)
}

// opening returns where the "{{" or "{{-" before an action starts and ends.
func (e *marker) opening(pos int) (start, end int, ok bool) {
	before := strings.TrimRight(e.template.text[:pos], " \t\r\n")
	for _, delimiter := range []string{"{{-", "{{"} {
		if strings.HasSuffix(before, delimiter) {
			return len(before) - len(delimiter), len(before), true
		}
	}
	return 0, 0, false
}
