package manifest

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// splice patches text, which parses to before, into one that says after. It
// gives up (false) on changes that are not whole entries of block mappings or
// scalars on one line. The caller checks the result.
func splice(text []byte, before, after *yaml.Node) ([]byte, bool) {
	if breaksOtherwise(text) {
		return nil, false
	}
	p := &patcher{}
	for line := range bytes.Lines(text) {
		p.lines = append(p.lines, string(line))
	}
	p.lineEnd = "\n"
	if len(p.lines) > 0 && strings.HasSuffix(p.lines[0], "\r\n") {
		p.lineEnd = "\r\n"
	}
	if !isBlock(before) || before.Kind != yaml.MappingNode || !p.mapping(before, after, len(p.lines)+1) {
		return nil, false
	}
	// From the end of the text to its start. Of patches at one place the
	// replacement goes first, then the insertions, the innermost last.
	slices.Reverse(p.patches)
	slices.SortStableFunc(p.patches, func(a, b patch) int {
		return cmp.Or(cmp.Compare(b.from, a.from), cmp.Compare(b.to, a.to))
	})
	lines := p.lines
	for _, e := range p.patches {
		lines = slices.Replace(lines, e.from, e.to, e.lines...)
	}
	return []byte(strings.Join(lines, "")), true
}

// patch replaces the lines [from, to), counted from 0.
type patch struct {
	from, to int
	lines    []string
}

type patcher struct {
	lines   []string
	lineEnd string
	patches []patch
}

func isBlock(n *yaml.Node) bool { return n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 }

// mapping patches the differences between two block mappings. limit is the
// line, from 1, on which the text after the mapping starts at the earliest.
func (p *patcher) mapping(before, after *yaml.Node, limit int) bool {
	old, new := entriesOf(before), entriesOf(after)
	for i := 0; i+1 < len(before.Content); i += 2 {
		key, value := before.Content[i], before.Content[i+1]
		next := limit
		if i+2 < len(before.Content) {
			next = before.Content[i+2].Line
		}
		j := new.find(key)
		if j < 0 {
			if len(after.Content) == 0 || !p.startsLine(key) {
				return false
			}
			p.patches = append(p.patches, patch{from: key.Line - 1, to: p.entryEnd(key, next)})
			continue
		}
		if sameNode(value, after.Content[j+1]) {
			continue
		}
		if !p.value(key, value, after.Content[j], after.Content[j+1], next) {
			return false
		}
	}
	var added []*yaml.Node
	for j := 0; j+1 < len(after.Content); j += 2 {
		if old.find(after.Content[j]) < 0 {
			added = append(added, after.Content[j], after.Content[j+1])
		}
	}
	if len(added) == 0 {
		return true
	}
	first, last := before.Content[0], before.Content[len(before.Content)-2]
	lines, ok := p.print(added, first.Column-1)
	if !ok {
		return false
	}
	at := p.entryEnd(last, limit)
	if at > 0 && !strings.HasSuffix(p.lines[at-1], "\n") {
		if at != len(p.lines) {
			return false
		}
		p.lines[at-1] += p.lineEnd
		lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], p.lineEnd)
	}
	p.patches = append(p.patches, patch{from: at, to: at, lines: lines})
	return true
}

// value patches the value of one entry.
func (p *patcher) value(key, before, afterKey, after *yaml.Node, next int) bool {
	switch {
	case before.Kind == yaml.MappingNode && after.Kind == yaml.MappingNode && isBlock(before) && len(after.Content) > 0 &&
		before.Line > key.Line && before.Anchor == after.Anchor:
		return p.mapping(before, after, next)
	case before.Kind == yaml.SequenceNode && after.Kind == yaml.SequenceNode && isBlock(before) &&
		len(before.Content) == len(after.Content) && before.Anchor == after.Anchor:
		return p.sequence(before, after, next)
	case before.Kind == yaml.ScalarNode && after.Kind == yaml.ScalarNode && p.scalar(before, after):
		return true
	}
	entryNode := *afterKey
	entryNode.HeadComment, entryNode.FootComment = "", "" // they stand outside of the replaced lines
	valueNode := *after
	if len(before.Content) == 0 {
		valueNode.Style &^= yaml.FlowStyle // what was {} grows as a block
	}
	lines, ok := p.print([]*yaml.Node{&entryNode, &valueNode}, key.Column-1)
	if !ok {
		return false
	}
	from, to := key.Line-1, p.entryEnd(key, next)
	prefix := leftOf(p.lines[from], key.Column)
	lines[0] = prefix + strings.TrimLeft(lines[0], " ")
	if !strings.HasSuffix(p.lines[to-1], "\n") {
		lines[len(lines)-1] = strings.TrimSuffix(lines[len(lines)-1], p.lineEnd)
	}
	p.patches = append(p.patches, patch{from: from, to: to, lines: lines})
	return true
}

// sequence patches the items of two block sequences of equal length.
func (p *patcher) sequence(before, after *yaml.Node, limit int) bool {
	for i, item := range before.Content {
		if sameNode(item, after.Content[i]) {
			continue
		}
		next := limit
		if i+1 < len(before.Content) {
			next = before.Content[i+1].Line
		}
		switch {
		case item.Kind == yaml.MappingNode && after.Content[i].Kind == yaml.MappingNode && isBlock(item) && len(after.Content[i].Content) > 0:
			if !p.mapping(item, after.Content[i], next) {
				return false
			}
		case item.Kind == yaml.ScalarNode && after.Content[i].Kind == yaml.ScalarNode && p.scalar(item, after.Content[i]):
		default:
			return false
		}
	}
	return true
}

// scalar replaces a scalar that stands on one line by another such.
func (p *patcher) scalar(before, after *yaml.Node) bool {
	if before.Anchor != "" || after.Anchor != "" || before.Style&(yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 {
		return false
	}
	bare := *after
	bare.HeadComment, bare.LineComment, bare.FootComment = "", "", ""
	printed, err := encode(&bare)
	if err != nil {
		return false
	}
	text := strings.TrimSuffix(string(printed), "\n")
	if text == "" || strings.Contains(text, "\n") {
		return false
	}
	line := p.lines[before.Line-1]
	left := leftOf(line, before.Column)
	length := scalarLength(line[len(left):], before)
	if length < 0 {
		return false
	}
	for _, e := range p.patches {
		if e.from == before.Line-1 {
			return false
		}
	}
	p.patches = append(p.patches, patch{from: before.Line - 1, to: before.Line, lines: []string{left + text + line[len(left)+length:]}})
	return true
}

// scalarLength returns how many bytes at the start of text the scalar takes,
// or -1 when it does not end on this line.
func scalarLength(text string, scalar *yaml.Node) int {
	switch {
	case scalar.Style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(text); i++ {
			if text[i] != '\'' {
				continue
			}
			if i+1 < len(text) && text[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
	case scalar.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
	case scalar.Value != "" && strings.HasPrefix(text, scalar.Value):
		return len(scalar.Value)
	}
	return -1
}

// startsLine reports whether nothing but spaces stands before the key.
func (p *patcher) startsLine(key *yaml.Node) bool {
	return strings.TrimSpace(leftOf(p.lines[key.Line-1], key.Column)) == ""
}

// entryEnd returns the number of lines up to the end of the entry of key. next
// is the line, from 1, on which the following entry starts at the earliest:
// blank lines and comments before it that are not indented below key belong to
// what follows.
func (p *patcher) entryEnd(key *yaml.Node, next int) int {
	end := min(next-1, len(p.lines))
	for end > key.Line {
		text := strings.TrimRight(p.lines[end-1], " \t\r\n")
		indent := len(text) - len(strings.TrimLeft(text, " "))
		if text != "" && (text[indent] != '#' || indent >= key.Column) {
			break
		}
		end--
	}
	return end
}

// print writes entries as a block mapping, indented, one string a line.
func (p *patcher) print(entries []*yaml.Node, indent int) ([]string, bool) {
	mapping := literalFolds(&yaml.Node{Kind: yaml.MappingNode, Content: entries})
	text, err := encode(mapping)
	if err != nil {
		return nil, false
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" {
			line = strings.Repeat(" ", indent) + line
		}
		lines = append(lines, line+p.lineEnd)
	}
	return lines, len(lines) > 0
}

// leftOf returns what stands left of a column, counted in characters from 1.
func leftOf(line string, column int) string {
	n := 1
	for i := range line {
		if n == column {
			return line[:i]
		}
		n++
	}
	return line
}
