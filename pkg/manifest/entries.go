package manifest

import "sigs.k8s.io/kustomize/kyaml/yaml"

// entries finds the entries of one mapping by their keys, in a mapping of many
// keys too.
type entries struct {
	mapping *yaml.Node
	byValue map[string][]int // of keys that are scalars; made when first asked
}

func entriesOf(mapping *yaml.Node) *entries { return &entries{mapping: mapping} }

// find returns the index of key in the mapping, or -1.
func (e *entries) find(key *yaml.Node) int {
	if e.byValue == nil {
		e.byValue = make(map[string][]int, len(e.mapping.Content)/2)
		for i := 0; i+1 < len(e.mapping.Content); i += 2 {
			value := e.mapping.Content[i].Value // "" of what is no scalar
			e.byValue[value] = append(e.byValue[value], i)
		}
	}
	for _, i := range e.byValue[key.Value] {
		if sameNode(e.mapping.Content[i], key) {
			return i
		}
	}
	return -1
}
