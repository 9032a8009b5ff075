// Package embed checks that another module can use this one as a library,
// without the replace directives of our go.mod: they count only in the main
// module, and Kubernetes requires its own parts at versions that do not exist.
package embed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/helm-stateful/helm-stateful"

func TestAnotherModuleBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("runs go build")
	}
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/embedder\n\ngo 1.26.0\n\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n")
	write(t, dir, "main.go", "package main\n\nimport _ \""+module+"/pkg/lint\"\n\nfunc main() {}\n")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	write(t, dir, "go.sum", string(sums))

	// Everything needed is in the module cache, where the build of this test
	// has put it: nothing is downloaded.
	run(t, dir, "build", "-mod=mod", "-o", os.DevNull, ".")
	deps := strings.Fields(run(t, dir, "list", "-mod=mod", "-deps", "."))
	assert.Contains(t, deps, module+"/pkg/lint")
	for _, dep := range deps {
		for _, heavy := range []string{"k8s.io/kubernetes/", "k8s.io/client-go/", "helm.sh/"} {
			assert.False(t, strings.HasPrefix(dep, heavy), "pkg/lint must stay small, but needs %s", dep)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), stderr.String())
	return string(out)
}
