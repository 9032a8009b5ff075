// Package plugin_test runs helm-stateful the way its users do: through a real
// Helm 3 and a real Helm 4, as a plugin and as a post-renderer.
package plugin_test

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	// The tests run the program as a process. Importing it tells go test's
	// cache that a change in it is a change in what is tested here.
	_ "github.com/helm-stateful/helm-stateful/internal/cli"
	"github.com/helm-stateful/helm-stateful/internal/handover"
)

var (
	repository string // the repository's root
	binary     string // helm-stateful, built from it, with what only post-renders beside it
)

func TestMain(m *testing.M) {
	log.SetFlags(0)
	code, err := build(m.Run)
	if err != nil {
		log.Fatal(err)
	}
	os.Exit(code)
}

// build builds both programs, then runs the tests.
func build(run func() int) (code int, err error) {
	if repository, err = filepath.Abs("../.."); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "helm-stateful-plugin-test-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, handover.Whole)
	if err := compile(binary); err != nil {
		return 0, err
	}
	if err := compile(filepath.Join(dir, handover.PostRenderer), "-tags", "postrenderer"); err != nil {
		return 0, err
	}
	return run(), nil
}

// compile builds a program as the Makefile does.
func compile(to string, flags ...string) error {
	cmd := exec.Command("go", slices.Concat([]string{"build", "-buildvcs=false", "-o", to}, flags, []string{"./cmd/helm-stateful"})...)
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
}

// A report is the part of the JSON output that the tests read.
type report struct {
	SchemaVersion int `json:"schemaVersion"`
	Findings      []struct {
		Rule   string `json:"rule"`
		Object struct {
			Kind, Name string
		} `json:"object"`
	} `json:"findings"`
}

func parseReport(t *testing.T, text []byte) report {
	t.Helper()
	var r report
	require.NoError(t, json.Unmarshal(text, &r), "%s", text)
	require.Equal(t, 1, r.SchemaVersion)
	return r
}

func (r report) rules() []string {
	var names []string
	for _, f := range r.Findings {
		names = append(names, f.Rule)
	}
	return names
}

// An object is the part of a manifest that the tests read.
type object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
}

// claims parses the PersistentVolumeClaims out of what helm template printed.
func claims(t *testing.T, manifests string) []object {
	t.Helper()
	var found []object
	for _, document := range regexp.MustCompile(`(?m)^---.*$`).Split(manifests, -1) {
		var o object
		require.NoError(t, yaml.Unmarshal([]byte(document), &o), "%s", document)
		if o.Kind == "PersistentVolumeClaim" {
			found = append(found, o)
		}
	}
	return found
}

func TestPluginRunsInBothHelms(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPlugin(t, h)

		out := u.must(t, h, "plugin", "list")
		assert.Regexp(t, `(?m)^stateful\s+0\.`, out)
		assert.Contains(t, u.must(t, h, "stateful", "version"), "helm-stateful")
		assert.Contains(t, u.must(t, h, "help"), "stateful")
	})
}

func TestPluginPassesExitCodesThrough(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPlugin(t, h)

		clean := u.run(t, h, "stateful", "lint", u.chart(t, "clean"))
		assert.Zero(t, clean.code, "%s%s", clean.stdout, clean.stderr)

		finding := u.run(t, h, "stateful", "lint", u.chart(t, "claim-not-found"))
		assert.Equal(t, 1, finding.code, "%s%s", finding.stdout, finding.stderr)
		assert.Contains(t, finding.stdout, "claim-not-found")

		usage := u.run(t, h, "stateful", "lint", "--no-such-flag")
		assert.Equal(t, 2, usage.code, "%s%s", usage.stdout, usage.stderr)

		missing := u.run(t, h, "stateful", "lint", filepath.Join(u.home, "no-such-chart"))
		assert.Equal(t, 3, missing.code, "%s%s", missing.stdout, missing.stderr)
	})
}

// Helm takes -n out of a plugin's arguments and sets HELM_NAMESPACE.
func TestPluginRendersIntoHelmsNamespace(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPlugin(t, h)
		chart := filepath.Join(u.home, "charts", "namespaced")
		require.NoError(t, os.MkdirAll(filepath.Join(chart, "templates"), 0o755))
		for name, content := range map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: namespaced\nversion: 0.1.0\n",
			"templates/pvc.yaml": `
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data-of-{{ .Release.Namespace }}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`,
		} {
			require.NoError(t, os.WriteFile(filepath.Join(chart, name), []byte(content), 0o644))
		}

		for _, args := range [][]string{{"-n", "foo"}, {"--namespace", "foo"}, {"--namespace=foo"}} {
			r := u.run(t, h, append([]string{"stateful", "lint", chart, "-o", "json", "--only", "claim-deleted-with-release"}, args...)...)
			assert.Zero(t, r.code, "%v: %s", args, r.stderr)
			findings := parseReport(t, []byte(r.stdout)).Findings
			require.Len(t, findings, 1, "%v", args)
			assert.Equal(t, "data-of-foo", findings[0].Object.Name, "%v", args)
		}
	})
}

func TestPluginCompletes(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPlugin(t, h)

		commands := u.run(t, h, "__complete", "stateful", "")
		assert.Regexp(t, `(?m)^lint\s`, commands.stdout)
		assert.Regexp(t, `(?m)^explain\s`, commands.stdout)
		values := u.run(t, h, "__complete", "stateful", "lint", "--fail-on", "")
		assert.Regexp(t, `(?m)^warning$`, values.stdout)
		assert.Regexp(t, `(?m)^:4$`, values.stdout, "no file names")
	})
}

func TestPostRendererKeepsClaims(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPostRenderer(t, h)
		chart := u.chart(t, "claim-deleted-with-release")

		plain := claims(t, u.must(t, h, "template", "demo", chart))
		require.NotEmpty(t, plain)
		for _, claim := range plain {
			require.NotContains(t, claim.Metadata.Annotations, "helm.sh/resource-policy")
		}
		mended := claims(t, u.must(t, h, "template", "demo", chart, "--post-renderer", "helm-stateful"))
		require.Len(t, mended, len(plain))
		for i, claim := range mended {
			assert.Equal(t, plain[i].Metadata.Name, claim.Metadata.Name)
			assert.Equal(t, "keep", claim.Metadata.Annotations["helm.sh/resource-policy"], claim.Metadata.Name)
		}
	})
}

// Both Helms run a post-renderer in the folder that they are run in.
func TestPostRendererReadsTheConfigurationOfItsFolder(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPostRenderer(t, h)
		chart := u.chart(t, "claim-deleted-with-release")
		below := filepath.Join(u.home, "deploy", "production")
		require.NoError(t, os.MkdirAll(below, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(u.home, "deploy", ".helm-stateful.yaml"), []byte("retention: delete\n"), 0o644))

		r := run(t, below, u.env(), h.bin, "template", "demo", chart, "--post-renderer", "helm-stateful")
		require.Zero(t, r.code, r.stderr)
		mended := claims(t, r.stdout)
		require.NotEmpty(t, mended)
		for _, claim := range mended {
			assert.Equal(t, "delete", claim.Metadata.Annotations["helm-stateful.io/on-uninstall"], claim.Metadata.Name)
		}
	})
}

func TestPostRendererLeavesACleanChartAlone(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPostRenderer(t, h)
		identity := u.installIdentity(t, h)
		chart := u.chart(t, "clean")

		want := u.must(t, h, "template", "demo", chart, "--post-renderer", identity)
		require.NotEmpty(t, want)
		assert.Equal(t, want, u.must(t, h, "template", "demo", chart, "--post-renderer", "helm-stateful"))
	})
}

func TestPostRendererTakesArguments(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPostRenderer(t, h)
		file := filepath.Join(u.home, "report.json")
		r := u.run(t, h, "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful",
			"--post-renderer-args", "--fix=none", "--post-renderer-args", "--fail-on=warning", "--post-renderer-args", "--report="+file)
		assert.NotZero(t, r.code)
		assert.Empty(t, claims(t, r.stdout), "nothing is passed on")
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, parseReport(t, text).rules(), "claim-deleted-with-release")
	})
}

func TestPostRendererWritesAReport(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		u := newUser(t)
		u.installPostRenderer(t, h)
		file := filepath.Join(u.home, "report.json")
		env := u.env("HELM_STATEFUL_REPORT=" + file)

		r := run(t, u.home, env, h.bin, "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful")
		require.Zero(t, r.code, r.stderr)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, parseReport(t, text).rules(), "claim-deleted-with-release")
	})
}
