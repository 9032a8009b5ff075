package manifest

import (
	"bytes"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// propertiesOfBareTag are what stands before a value that the tag "!" says is
// text, with an anchor before it or not.
var propertiesOfBareTag = lazy.Pattern(`^(&\S+\s+)?!(\s|$)`)

// bareTag returns the first line, from 1, on which text has the tag "!", or 0.
// To the API server it makes text of any value; kyaml does not keep it, and
// would print ! 010 as 010.
func bareTag(text []byte, root *yaml.Node) int {
	if !bytes.Contains(text, []byte("!")) {
		return 0
	}
	starts := []int{0} // of lines
	for line := range bytes.Lines(text) {
		starts = append(starts, starts[len(starts)-1]+len(line))
	}
	found := 0
	walk(root, func(n *yaml.Node) {
		if found > 0 || n.Kind == yaml.AliasNode || n.Line < 1 || n.Line >= len(starts) {
			return
		}
		rest := text[starts[n.Line-1]:]
		left := leftOf(string(rest[:starts[n.Line]-starts[n.Line-1]]), n.Column)
		if propertiesOfBareTag().Match(rest[len(left):]) {
			found = n.Line
		}
	})
	return found
}
