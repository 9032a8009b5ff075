package manifest

import (
	"bytes"
	"errors"
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"
	k8syaml "sigs.k8s.io/yaml"
)

// Edited returns the text of the object's document after filter has changed
// the object. Only what changed is written anew; comments, order, quoting and
// block scalars of the rest stay. When filter changes nothing the text is the
// document's own bytes.
//
// A document whose YAML cannot be edited safely (repeated keys, merge keys, the
// tag "!", or a change that would alter anything else) gives an error and no text.
func (o *Object) Edited(filter yaml.Filter) ([]byte, error) {
	d := o.Document
	before, err := d.node()
	if err != nil {
		return nil, err
	}
	if err := editable(contentOf(before.YNode())); err != nil {
		return nil, fmt.Errorf("edit %s: %w", o, err)
	}
	if bytes.Contains(d.body, []byte("!")) && breaksOtherwise(d.body) {
		return nil, fmt.Errorf("edit %s: the document has a ! and line breaks of a rare kind, such as a lone carriage return, so that no tag is found in it for sure", o)
	}
	if line := bareTag(d.body, contentOf(before.YNode())); line > 0 {
		return nil, fmt.Errorf("edit %s: line %d of the document has the tag ! and no more", o, line)
	}
	after, err := parseNode(d.body)
	if err != nil {
		return nil, d.syntaxError(err)
	}
	target := yaml.NewRNode(contentOf(after.YNode()))
	if o.Item >= 0 {
		items, err := target.Pipe(yaml.Lookup("items"))
		if err != nil || items == nil || o.Item >= len(items.Content()) {
			return nil, fmt.Errorf("edit %s: the List has no item %d", o, o.Item)
		}
		target = yaml.NewRNode(items.Content()[o.Item])
	}
	if _, err := filter.Filter(target); err != nil {
		return nil, fmt.Errorf("edit %s: %w", o, err)
	}
	quoteNew(contentOf(before.YNode()), contentOf(after.YNode()))
	return rewrite(d.body, contentOf(before.YNode()), contentOf(after.YNode()))
}

// quoteNew quotes the strings that an edit brought in and that the API server
// would read as something else: yes, on, 0777. kyaml takes them for plain text.
func quoteNew(before, after *yaml.Node) {
	type scalar struct {
		line, column int
		value        string
	}
	known := map[scalar]bool{}
	walk(before, func(n *yaml.Node) { known[scalar{n.Line, n.Column, n.Value}] = true })
	walk(after, func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode && n.Style == 0 && n.ShortTag() == yaml.NodeTagString &&
			!known[scalar{n.Line, n.Column, n.Value}] && yaml.IsYaml1_1NonString(n) {
			n.Style = yaml.DoubleQuotedStyle
		}
	})
}

func walk(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, c := range n.Content {
		walk(c, visit)
	}
}

// rewrite turns text, which parses to before, into a text that parses to
// after. It patches the lines that differ and, where that is not possible,
// prints the whole document anew. Either way the result is parsed again and
// must equal after.
func rewrite(text []byte, before, after *yaml.Node) ([]byte, error) {
	if sameNode(before, after) {
		return text, nil
	}
	if patched, ok := splice(text, before, after); ok && parsesTo(patched, after) {
		return patched, nil
	}
	printed, err := encode(literalFolds(after))
	if err != nil {
		return nil, fmt.Errorf("print the edited document: %w", err)
	}
	if comments := leadingComments(text); !bytes.HasPrefix(printed, comments) {
		printed = append(bytes.Clone(comments), printed...)
	}
	if !parsesTo(printed, after) {
		return nil, errors.New("the document cannot be rewritten without changing other parts of it")
	}
	return printed, nil
}

// editable refuses what makes an edit take effect elsewhere than intended: of
// two equal keys an edit finds the first and the API server reads the last,
// and a key set beside a merge key hides what the merge brings in. A key that is
// a mapping, a list or an alias is printed as another.
func editable(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode {
		seen := map[string]int{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if key.Tag == "!!merge" {
				return fmt.Errorf("line %d of the document uses a merge key (<<)", key.Line)
			}
			if key.Kind != yaml.ScalarNode {
				return fmt.Errorf("line %d of the document has a key that is no text", key.Line)
			}
			name := keyName(key)
			if first, ok := seen[name]; ok {
				return fmt.Errorf("key %q stands on line %d and again on line %d of the document", name, first, key.Line)
			}
			seen[name] = key.Line
		}
	}
	for _, c := range node.Content {
		if err := editable(c); err != nil {
			return err
		}
	}
	return nil
}

// keyName is the key as the API server reads it: 09, 9 and 9.0 are one key.
func keyName(key *yaml.Node) string {
	if key.Kind != yaml.ScalarNode || key.Style != 0 || (key.ShortTag() == yaml.NodeTagString && !yaml.IsYaml1_1NonString(key)) {
		return key.Value
	}
	var m map[string]any
	if err := k8syaml.Unmarshal([]byte("{"+key.Value+": 0}"), &m); err == nil {
		for name := range m {
			return name
		}
	}
	return key.Value
}

func parsesTo(text []byte, want *yaml.Node) bool {
	got, err := parseNode(text)
	return err == nil && sameNode(contentOf(got.YNode()), want)
}

// sameNode compares two trees by what they say: kinds, tags, values and the
// entries of mappings in any order. Comments and styles do not count.
func sameNode(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.ShortTag() != b.ShortTag() || a.Value != b.Value || a.Anchor != b.Anchor || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind != yaml.MappingNode {
		for i := range a.Content {
			if !sameNode(a.Content[i], b.Content[i]) {
				return false
			}
		}
		return true
	}
	next := 0 // where the keys stand in the same order, as they nearly always do
	entries := entriesOf(b)
	for i := 0; i+1 < len(a.Content); i += 2 {
		j := next
		if j+1 >= len(b.Content) || !sameNode(b.Content[j], a.Content[i]) {
			j = entries.find(a.Content[i])
		}
		if j < 0 || !sameNode(a.Content[i+1], b.Content[j+1]) {
			return false
		}
		next = j + 2
	}
	return true
}

func encode(node *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	encoder := yaml.NewEncoderWithOptions(&b, &yaml.EncoderOptions{SeqIndent: yaml.CompactSequenceStyle})
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// literalFolds returns a copy of the tree in which folded scalars are literal
// ones: the encoder adds a blank line to a folded scalar at every pass
// (go-yaml/yaml#804).
func literalFolds(node *yaml.Node) *yaml.Node {
	c := *node
	if c.Style&yaml.FoldedStyle != 0 {
		c.Style = c.Style&^yaml.FoldedStyle | yaml.LiteralStyle
	}
	c.Content = make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		c.Content[i] = literalFolds(child)
	}
	return &c
}

// leadingComments returns the lines of comments and blanks at the top of text.
func leadingComments(text []byte) []byte {
	end := 0
	for line := range bytes.Lines(text) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			break
		}
		end += len(line)
	}
	return text[:end]
}
