//go:build unix

package plugin_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/handover"
)

const (
	claimManifest = `---
# Source: demo/templates/pvc.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`
	// deploymentManifest has a fix that is not safe on any release, and is shown to
	// the simulated cluster.
	deploymentManifest = claimManifest + `---
# Source: demo/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec:
      containers: [{name: app, image: "demo:1", volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`
)

// postRendered is what a post-renderer left behind, and which programs it was.
type postRendered struct {
	result
	report string
	// small and whole tell which of the programs ran to the end of their set-up, and
	// begun how many came to a package that is not among the first.
	small, whole bool
	begun        int
}

// postRender runs the program that lies in a folder.
func postRender(t *testing.T, program, dir, in string, env []string, args ...string) postRendered {
	t.Helper()
	report := filepath.Join(dir, "report.json")
	require.NoError(t, os.RemoveAll(report))
	cmd := exec.Command(program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, strings.NewReader(in), &stdout, &stderr
	cmd.Env = append(append(os.Environ(), "GODEBUG=inittrace=1"), env...)
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	text, err := os.ReadFile(report)
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
	}
	initialised := func(pkg string) int { return strings.Count(stderr.String(), "\ninit "+pkg+" @") }
	said := regexp.MustCompile(`(?m)^init .* @.*\n`).ReplaceAllString(stderr.String(), "")
	rules, kubernetes := initialised("github.com/helm-stateful/helm-stateful/pkg/lint/rules"), initialised("k8s.io/kubernetes/pkg/apis/apps")
	return postRendered{
		result: result{stdout.String(), said, cmd.ProcessState.ExitCode()},
		report: string(text),
		small:  rules > kubernetes,
		whole:  kubernetes > 0,
		begun:  initialised("regexp"),
	}
}

// TestHandOver: the program that only post-renders says what the whole one says, and
// has it do what itself cannot.
func TestHandOver(t *testing.T) {
	alone := filepath.Join(t.TempDir(), handover.Whole)
	copyFile(t, binary, alone)
	tests := []struct {
		name         string
		in           string
		args, env    []string
		config       string
		code         int
		small, whole bool // which programs work, where both are there
	}{
		{name: "nothing", small: true},
		{name: "a safe fix", in: claimManifest, small: true},
		{name: "the command", in: claimManifest, args: []string{"post-render"}, small: true},
		{name: "a report by variable", in: claimManifest, env: []string{"HELM_STATEFUL_REPORT=report.json"}, small: true},
		{name: "a report by flag", in: deploymentManifest, args: []string{"--report", "report.json"}, small: true},
		{name: "a gate", in: deploymentManifest, args: []string{"--fail-on=warning", "--report=report.json", "--fix=none"}, code: 1, small: true},
		{name: "configuration", in: claimManifest, config: "retention: delete\n", small: true},
		{name: "wrong configuration", in: claimManifest, config: "retain: all\n", code: 2, small: true},
		{name: "a fix to be judged", in: deploymentManifest, args: []string{"--fix=all", "--report", "report.json"}, small: true, whole: true},
		{name: "the same by configuration", in: deploymentManifest, config: "fix: all\n", small: true, whole: true},
		{name: "and a gate", in: deploymentManifest, args: []string{"post-render", "--fix=all", "--fail-on=info"}, small: true, whole: true},
		{name: "broken manifests", in: claimManifest + "---\n{", code: 3, small: true},
		{name: "a wrong flag", in: claimManifest, args: []string{"--retain=all"}, code: 2, small: true},
		{name: "a wrong rule", in: claimManifest, args: []string{"--only=claims"}, code: 2, small: true},
		{name: "help of the command", args: []string{"post-render", "--help"}, small: true},
		{name: "help", args: []string{"--help"}, whole: true},
		{name: "the version", args: []string{"--version"}, whole: true},
		{name: "another command", args: []string{"rules"}, whole: true},
		{name: "completion", args: []string{"__complete", "post-render", "--f"}, whole: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.config != "" {
				require.NoError(t, os.WriteFile(filepath.Join(dir, ".helm-stateful.yaml"), []byte(tt.config), 0o644))
			}
			want := postRender(t, alone, dir, tt.in, tt.env, tt.args...)
			assert.Equal(t, tt.code, want.code, want.stderr)
			assert.False(t, want.small, "there is no such program")
			got := postRender(t, binary, dir, tt.in, tt.env, tt.args...)
			assert.Equal(t, want.result, got.result)
			assert.Equal(t, want.report, got.report)
			assert.Equal(t, tt.small, got.small, "done by the small program")
			assert.Equal(t, tt.whole, got.whole, "done by the whole program")
			if tt.small && !tt.whole {
				assert.Equal(t, 1, got.begun, "handed over early")
			}
		})
	}
}

// TestHandOverToAnotherVersion: what an older installation left beside the program
// is not used.
func TestHandOverToAnotherVersion(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, handover.Whole)
	copyFile(t, binary, program)
	require.NoError(t, compile(filepath.Join(dir, handover.PostRenderer),
		"-tags", "postrenderer", "-ldflags", "-X github.com/helm-stateful/helm-stateful/internal/build.Version=another"))
	got := postRender(t, program, dir, claimManifest, nil)
	assert.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stdout, "helm.sh/resource-policy: keep")
	assert.False(t, got.small)
	assert.True(t, got.whole)
}

// TestPostRendererAlone: without the whole program beside it, the small one does
// what it can, and says what it cannot.
func TestPostRendererAlone(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, handover.PostRenderer)
	copyFile(t, filepath.Join(filepath.Dir(binary), handover.PostRenderer), program)
	got := postRender(t, program, dir, claimManifest, nil)
	assert.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stdout, "helm.sh/resource-policy: keep")

	for _, args := range [][]string{{"--fix=all"}, {"lint", "chart"}} {
		got = postRender(t, program, dir, deploymentManifest, nil, args...)
		assert.Equal(t, 3, got.code)
		assert.Empty(t, got.stdout)
		assert.Contains(t, got.stderr, "Error: this program only post-renders, the rest is for helm-stateful: ")
		assert.Contains(t, got.stderr, dir)
	}
}
