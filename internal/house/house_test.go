// Package house holds the house to its plan: who may import whom.
package house

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/helm-stateful/helm-stateful/"

// deps lists what packages import, directly or through others. Flags of go list may
// stand before them.
func deps(t *testing.T, packages ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps"}, packages...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

// TestWhatARuleCostsToEmbed: whoever embeds the rules, the fixes, or the reader
// of a rehearsal or of stored releases pays neither for Helm nor for Kubernetes.
func TestWhatARuleCostsToEmbed(t *testing.T) {
	for _, dep := range deps(t, "./pkg/manifest", "./pkg/lifecycle", "./pkg/lint/...", "./pkg/fix", "./pkg/report", "./pkg/config", "./pkg/krm", "./pkg/release") {
		for _, heavy := range []string{"helm.sh/", "k8s.io/kubernetes", "k8s.io/client-go", "k8s.io/api/", "k8s.io/apimachinery", "github.com/spf13/cobra"} {
			assert.False(t, strings.HasPrefix(dep, heavy), "the light packages import %s", dep)
		}
	}
}

// TestWhatHelmWaitsFor: the program that only post-renders brings neither Helm nor
// Kubernetes along, which is what it is for.
func TestWhatHelmWaitsFor(t *testing.T) {
	heavy := []string{"helm.sh/", "k8s.io/kubernetes", "k8s.io/client-go", "k8s.io/api/", "k8s.io/apimachinery"}
	all := func(packages ...string) (found []string) {
		for _, dep := range deps(t, packages...) {
			if slices.ContainsFunc(heavy, func(h string) bool { return strings.HasPrefix(dep, h) }) {
				found = append(found, dep)
			}
		}
		return found
	}
	assert.Empty(t, all("-tags", "postrenderer", "./cmd/helm-stateful"))
	assert.NotEmpty(t, all("./cmd/helm-stateful"))
}

func TestWhoMayImportWhom(t *testing.T) {
	tests := map[string][]string{
		"pkg/manifest":          {},
		"pkg/gitrepo":           {},
		"pkg/release":           {"pkg/manifest"},
		"pkg/cluster/apiserver": {},
		"pkg/lifecycle":         {"pkg/manifest"},
		"pkg/cluster":           {"pkg/manifest", "pkg/lifecycle", "pkg/cluster/apiserver"},
		"pkg/render":            {"pkg/manifest", "pkg/lifecycle", "pkg/render/trace", "pkg/render/keys", "pkg/render/engine"},
		"pkg/render/trace":      {"pkg/manifest"},
		"pkg/render/keys":       {},
		"pkg/lint/inventory":    {"pkg/manifest", "pkg/lifecycle"},
		"pkg/lint":              {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory"},
		"pkg/lint/rules":        {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory", "pkg/lint"},
		"pkg/fix":               {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory", "pkg/lint"},
		"pkg/config":            {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory", "pkg/lint"},
		"pkg/krm":               {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory", "pkg/lint", "pkg/fix", "pkg/config"},
		"pkg/report":            {"pkg/manifest", "pkg/lifecycle", "pkg/lint/inventory", "pkg/lint"},
	}
	for name, allowed := range tests {
		t.Run(name, func(t *testing.T) {
			for _, dep := range deps(t, "./"+name) {
				if own, ok := strings.CutPrefix(dep, module); ok && own != name && own != "pkg/internal/lazy" {
					assert.Contains(t, allowed, own)
				}
			}
		})
	}
	for _, dep := range deps(t, "./pkg/...") {
		assert.False(t, strings.HasPrefix(dep, module+"internal/"), "pkg imports %s", dep)
	}
}
