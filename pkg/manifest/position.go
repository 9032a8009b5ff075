package manifest

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Line returns the line of the stream, from 1, on which the field at path
// stands: the line of its key, or of its dash in a list. When the field is not
// there it is the line of its nearest parent.
func (o *Object) Line(path Path) int {
	root, err := o.Document.node()
	if err != nil {
		return o.Document.Line
	}
	node := contentOf(root.YNode())
	if o.Item >= 0 {
		path = append(Path{"items", o.Item}, path...)
	}
	line := firstLine(node)
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			break
		}
		line, node = next.line, resolve(next.value)
	}
	if line == 0 {
		return o.Document.Line
	}
	return o.Document.Line + line - 1
}

type childNode struct {
	line  int
	value *yaml.Node
}

// child returns a mapping's value (the last one of a repeated key, as the API
// server takes it) or a sequence's item, with the line it starts on.
func child(node *yaml.Node, step any) *childNode {
	switch key := step.(type) {
	case string:
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		for i := len(node.Content) - 2; i >= 0; i -= 2 {
			if node.Content[i].Value == key {
				return &childNode{line: node.Content[i].Line, value: node.Content[i+1]}
			}
		}
	case int:
		if node == nil || node.Kind != yaml.SequenceNode || key < 0 || key >= len(node.Content) {
			return nil
		}
		return &childNode{line: node.Content[key].Line, value: node.Content[key]}
	}
	return nil
}

// contentOf unwraps a document node.
func contentOf(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		return node.Content[0]
	}
	return node
}

// resolve follows an alias to what it stands for.
func resolve(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

func firstLine(node *yaml.Node) int {
	if node == nil {
		return 0
	}
	return node.Line
}
