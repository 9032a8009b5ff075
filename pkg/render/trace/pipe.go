package trace

import (
	"strings"
	"text/template/parse"
)

// measured keeps marks from a pipeline whose result is not printed.
func (e *marker) measured(pipe *parse.PipeNode) { e.pipe(pipe, false) }

// pipe keeps marks from whatever would notice them in a pipeline: from every
// command but those that pass a text on, from every argument, and from the
// result when it is not printed.
func (e *marker) pipe(pipe *parse.PipeNode, isPrinted bool) {
	if pipe != nil && e.carries(pipe) && !isPrinted {
		e.unmark(pipe.Cmds[len(pipe.Cmds)-1])
	}
}

// carries is pipe without the result: it reports whether that has marks.
func (e *marker) carries(pipe *parse.PipeNode) bool {
	carries := false
	for i, command := range pipe.Cmds {
		name := commandName(command)
		if carries && !passes(command) {
			e.unmark(pipe.Cmds[i-1])
			carries = false
		}
		switch {
		case name == "include" || name == "tpl":
			carries = true
		case carries && name == "trim":
			at := int(command.Pos)
			e.edits = append(e.edits, edit{at, at + len(name), `include "` + trim + `"`})
		}
		if inner, ok := command.Args[0].(*parse.PipeNode); ok && len(pipe.Decl) == 0 && i == 0 && len(command.Args) == 1 {
			carries = e.carries(inner)
			continue
		}
		for _, argument := range command.Args {
			e.argument(argument)
		}
	}
	return carries
}

func (e *marker) argument(node parse.Node) {
	switch n := node.(type) {
	case *parse.PipeNode:
		e.measured(n)
	case *parse.ChainNode:
		e.argument(n.Node)
	}
}

// passes reports whether a command hands the text on that is piped to it, line
// by line.
func passes(command *parse.CommandNode) bool {
	switch commandName(command) {
	case "indent", "nindent":
		return len(command.Args) == 2
	case "trim":
		return len(command.Args) == 1
	}
	return false
}

func commandName(command *parse.CommandNode) string {
	if name, ok := command.Args[0].(*parse.IdentifierNode); ok {
		return name.Ident
	}
	return ""
}

// unmark pipes a command's result through the helper.
func (e *marker) unmark(command *parse.CommandNode) {
	e.insert(endOfCommand(e.template.text, int(command.Pos)), ` | include "`+unmark+`"`)
}

// endOfCommand returns where the command that starts at a byte of a template's
// text ends: before the pipe, the parenthesis or the delimiter that follows it.
func endOfCommand(text string, start int) int {
	depth := 0
	end := start // after the last byte that is no space
	for i := start; i < len(text); i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\r', '\n':
			if depth == 0 && strings.HasPrefix(text[i+1:], "-}}") {
				return end
			}
			continue
		case '"', '\'', '`':
			i = endOfQuoted(text, i)
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return end
			}
			depth--
		case '|':
			if depth == 0 {
				return end
			}
		case '}':
			if depth == 0 {
				return end
			}
		}
		end = i + 1
	}
	return end
}

// endOfQuoted returns the place of the quote that ends the string or character
// which starts at a byte of text.
func endOfQuoted(text string, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote != '`':
			i++
		case text[i] == quote:
			return i
		}
	}
	return len(text) - 1
}
