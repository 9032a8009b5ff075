package rules

import (
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// The annotation by which a manifest says that its data may go.
const (
	onUninstallAnnotation = "helm-stateful.io/on-uninstall"
	onUninstallDelete     = "delete"
)

// setString sets the string at path, making the mappings on the way where they
// are missing, null or empty.
func setString(value string, path ...string) yaml.Filter {
	return setField(yaml.NewStringRNode(value), path...)
}

func setField(value *yaml.RNode, path ...string) yaml.Filter {
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		at := n
		for _, key := range path[:len(path)-1] {
			next := at.Field(key)
			if next == nil || next.Value.IsNil() || next.Value.IsTaggedNull() {
				if err := at.PipeE(yaml.SetField(key, yaml.NewMapRNode(nil))); err != nil {
					return nil, err
				}
				next = at.Field(key)
			}
			at = next.Value
		}
		return n, at.PipeE(yaml.SetField(path[len(path)-1], value))
	})
}

// keepFilter says that the object outlives its release or, with
// lint.RetentionDelete, that it need not.
func keepFilter(retainDelete bool) yaml.Filter {
	if retainDelete {
		return setString(onUninstallDelete, "metadata", "annotations", onUninstallAnnotation)
	}
	return setString("keep", "metadata", "annotations", manifest.ResourcePolicyAnnotation)
}

// intNode is a whole number; kyaml would write a new scalar as a string.
func intNode(text string) *yaml.RNode {
	return yaml.NewRNode(&yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagInt, Value: text})
}

// lookupPath is a path as kyaml's Lookup takes it.
func lookupPath(path manifest.Path) []string {
	out := make([]string, len(path))
	for i, step := range path {
		switch s := step.(type) {
		case string:
			out[i] = s
		case int:
			out[i] = strconv.Itoa(s)
		}
	}
	return out
}

// dropField removes the field at path, which must not pass through a list.
func dropField(path manifest.Path) yaml.Filter {
	keys := lookupPath(path)
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n, n.PipeE(yaml.Lookup(keys[:len(keys)-1]...), yaml.Clear(keys[len(keys)-1]))
	})
}
