package manifest

import "sigs.k8s.io/kustomize/kyaml/yaml"

// Place is where a field stands in the text of its document.
type Place struct {
	// Line counts from 1 in the document's Body, Column characters from 1 in
	// the line. Both are 0 when the document does not parse.
	Line, Column int
	// Length is that of the key in bytes, 0 for an item of a list.
	Length int
}

// Line returns the line of the stream, from 1, on which the field at path
// stands: the line of its key, or of its dash in a list. When the field is not
// there it is the line of its nearest parent.
func (o *Object) Line(path Path) int {
	place := o.Place(path)
	if place.Line == 0 {
		return o.Document.Line
	}
	return o.Document.Line + place.Line - 1
}

// Place returns where the key of the field at path stands, or its nearest
// parent's when the field is not there.
func (o *Object) Place(path Path) Place {
	root, err := o.Document.node()
	if err != nil {
		return Place{}
	}
	node := contentOf(root.YNode())
	if o.Item >= 0 {
		path = append(Path{"items", o.Item}, path...)
	}
	place := placeOf(node)
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			break
		}
		place, node = next.place, resolve(next.value)
	}
	return place
}

type childNode struct {
	place Place
	value *yaml.Node
}

// child returns a mapping's value (the last one of a repeated key, as the API
// server takes it) or a sequence's item, with the place it starts at.
func child(node *yaml.Node, step any) *childNode {
	switch key := step.(type) {
	case string:
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		for i := len(node.Content) - 2; i >= 0; i -= 2 {
			if node.Content[i].Value == key {
				return &childNode{place: keyPlace(node.Content[i]), value: node.Content[i+1]}
			}
		}
		return merged(node, key)
	case int:
		if node == nil || node.Kind != yaml.SequenceNode || key < 0 || key >= len(node.Content) {
			return nil
		}
		return &childNode{place: placeOf(node.Content[key]), value: node.Content[key]}
	}
	return nil
}

// merged returns the value that a mapping takes from another by the merge key
// "<<", of which the first to have the key counts.
func merged(node *yaml.Node, key string) *childNode {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Tag != yaml.MergeTag {
			continue
		}
		sources := []*yaml.Node{resolve(node.Content[i+1])}
		if sources[0].Kind == yaml.SequenceNode {
			sources = sources[0].Content
		}
		for _, source := range sources {
			if found := child(resolve(source), key); found != nil {
				return found
			}
		}
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

func placeOf(node *yaml.Node) Place {
	if node == nil {
		return Place{}
	}
	return Place{Line: node.Line, Column: node.Column}
}

func keyPlace(key *yaml.Node) Place {
	place := placeOf(key)
	place.Length = len(key.Value)
	if key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		place.Length += len(`""`)
	}
	return place
}
