package plugin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/fn/runtime/exec"
	"sigs.k8s.io/kustomize/kyaml/fn/runtime/runtimeutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// claim is a claim as kustomize hands it to a function.
func claim(name string) *yaml.RNode {
	return yaml.MustParse("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: " + name + "\nspec:\n  accessModes: [ReadWriteOnce]\n")
}

// documented is the function of docs/kustomize.md.
func documented(t *testing.T) *yaml.RNode {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repository, "docs", "kustomize.md"))
	require.NoError(t, err)
	for _, block := range strings.Split(string(page), "```yaml\n")[1:] {
		text, _, found := strings.Cut(block, "```")
		require.True(t, found)
		if node := yaml.MustParse(text); node.GetKind() == "HelmStateful" {
			return node
		}
	}
	require.Fail(t, "the page shows no function")
	return nil
}

// TestKustomizeRunsTheFunction runs what the page shows as kustomize does, by
// the package that it does so with.
func TestKustomizeRunsTheFunction(t *testing.T) {
	config := documented(t)
	function, err := runtimeutil.GetFunctionSpec(config)
	require.NoError(t, err)
	require.Equal(t, "helm-stateful", function.Exec.Path)
	run := func(t *testing.T, config *yaml.RNode) ([]*yaml.RNode, error) {
		filter := exec.Filter{Path: binary, Args: function.Exec.Args, WorkingDir: t.TempDir(), FunctionFilter: runtimeutil.FunctionFilter{FunctionConfig: config}}
		return filter.Filter([]*yaml.RNode{claim("data"), claim("index-cache")})
	}

	out, err := run(t, config)
	require.NoError(t, err)
	require.Len(t, out, 2)
	assert.Equal(t, "keep", out[0].GetAnnotations()["helm.sh/resource-policy"])
	assert.Empty(t, out[1].GetAnnotations()["helm.sh/resource-policy"], "ignored")

	strict := config.Copy()
	require.NoError(t, strict.PipeE(yaml.Lookup("spec"), yaml.Tee(yaml.SetField("fix", yaml.NewStringRNode("none"))), yaml.SetField("failOn", yaml.NewStringRNode("warning"))))
	_, err = run(t, strict)
	require.ErrorContains(t, err, "exit status 1")
}
