// Package plugin_test runs helm-stateful the way its users do: through a real
// Helm 3 and a real Helm 4, as a plugin and as a post-renderer.
package plugin_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
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

// A helm is one of the two Helms.
type helm struct {
	major string
	bin   string
}

func helm3(t *testing.T) helm { return findHelm(t, "3") }
func helm4(t *testing.T) helm { return findHelm(t, "4") }

// eachHelm runs a test with both Helms.
func eachHelm(t *testing.T, test func(t *testing.T, h helm)) {
	for _, find := range []func(*testing.T) helm{helm3, helm4} {
		h := find(t)
		t.Run("helm"+h.major, func(t *testing.T) { test(t, h) })
	}
}

// findHelm takes the Helm that the environment names, or the one that make
// tools has put into the user's cache.
func findHelm(t *testing.T, major string) helm {
	t.Helper()
	bin := os.Getenv("HELM" + major + "_BIN")
	if bin == "" {
		cache := os.Getenv("XDG_CACHE_HOME")
		if cache == "" {
			home, err := os.UserHomeDir()
			require.NoError(t, err)
			cache = filepath.Join(home, ".cache")
		}
		bin = filepath.Join(cache, "helm-stateful", "tools", "helm-"+pinned(t, "HELM"+major+"_VERSION"), "helm")
	}
	if _, err := os.Stat(bin); err != nil {
		t.Fatalf("no Helm %s: run make tools, or name one in HELM%s_BIN (%v)", major, major, err)
	}
	return helm{major, bin}
}

// pinned reads a version off the Makefile.
func pinned(t *testing.T, variable string) string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(repository, "Makefile"))
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^` + variable + `\s*=\s*(\S+)$`).FindSubmatch(makefile)
	require.NotNil(t, found, "the Makefile pins no %s", variable)
	return string(found[1])
}

// A user has a home folder of its own: no Helm here sees another's plugins.
type user struct {
	home    string
	path    string // PATH
	plugins string // where helm plugin install installs
}

func newUser(t *testing.T) *user {
	t.Helper()
	home := t.TempDir()
	return &user{
		home:    home,
		path:    os.Getenv("PATH"),
		plugins: filepath.Join(home, "data", "plugins"),
	}
}

// env is the environment, with what is given added last.
func (u *user) env(more ...string) []string {
	env := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "HELM") || strings.HasPrefix(e, "XDG_") || strings.HasPrefix(e, "KUBE")
	})
	return append(append(env,
		"HOME="+u.home,
		"PATH="+u.path,
		"KUBECONFIG="+filepath.Join(u.home, "no-cluster"),
		"HELM_CACHE_HOME="+filepath.Join(u.home, "cache"),
		"HELM_CONFIG_HOME="+filepath.Join(u.home, "config"),
		"HELM_DATA_HOME="+filepath.Join(u.home, "data"),
		"HELM_PLUGINS="+u.plugins,
	), more...)
}

// A result is what a process left behind.
type result struct {
	stdout, stderr string
	code           int
}

func run(t *testing.T, dir string, env []string, name string, args ...string) result {
	t.Helper()
	cmd := exec.Command(name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// run runs Helm in the user's home.
func (u *user) run(t *testing.T, h helm, args ...string) result {
	t.Helper()
	return run(t, u.home, u.env(), h.bin, args...)
}

// must runs Helm and wants it to pass in silence.
func (u *user) must(t *testing.T, h helm, args ...string) string {
	t.Helper()
	r := u.run(t, h, args...)
	require.Zero(t, r.code, "helm %v: %s%s", args, r.stdout, r.stderr)
	require.Empty(t, r.stderr, "helm %v", args)
	return r.stdout
}

// chart copies a chart of testdata into the user's home and returns its path.
// Copying reads every file, so that go test's cache knows of it.
func (u *user) chart(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(u.home, "charts", name)
	require.NoError(t, os.CopyFS(path, os.DirFS(filepath.Join(repository, "testdata", "charts", name))))
	return path
}

// pluginFolder makes the folder that a user installs the CLI plugin from: the
// repository's files, and the binary.
func (u *user) pluginFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(u.home, "src", "helm-stateful")
	for _, name := range []string{"plugin.yaml", "plugin.complete", "scripts/plugin-install.sh"} {
		copyFile(t, filepath.Join(repository, name), filepath.Join(dir, name))
	}
	copyFile(t, binary, filepath.Join(dir, "bin", "helm-stateful"))
	return dir
}

// installPlugin installs the CLI plugin as the documentation says.
func (u *user) installPlugin(t *testing.T, h helm) {
	t.Helper()
	out := u.must(t, h, "plugin", "install", u.pluginFolder(t))
	require.Contains(t, out, "Installed plugin: stateful")
}

// installPostRenderer makes --post-renderer helm-stateful work: Helm 3 takes
// the binary on PATH, Helm 4 a plugin of that name.
func (u *user) installPostRenderer(t *testing.T, h helm) {
	t.Helper()
	if h.major == "3" {
		bin := filepath.Join(u.home, "bin")
		copyPrograms(t, bin)
		u.path = bin + string(filepath.ListSeparator) + u.path
		return
	}
	dir := filepath.Join(u.home, "helm4", "helm4-postrenderer")
	copyFile(t, filepath.Join(repository, "plugins", "helm4-postrenderer", "plugin.yaml"), filepath.Join(dir, "plugin.yaml"))
	copyPrograms(t, filepath.Join(dir, "bin"))
	u.addHelm4Plugins(filepath.Dir(dir))
}

// installIdentity makes a post-renderer that changes nothing and returns its
// name.
func (u *user) installIdentity(t *testing.T, h helm) string {
	t.Helper()
	if h.major == "3" {
		return "cat"
	}
	dir := filepath.Join(u.home, "identity")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "identity"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "identity", "plugin.yaml"), []byte(`
apiVersion: v1
type: postrenderer/v1
name: identity
version: 0.1.0
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: cat
`), 0o644))
	u.addHelm4Plugins(dir)
	return "identity"
}

func (u *user) addHelm4Plugins(dir string) {
	u.plugins += string(filepath.ListSeparator) + dir
}

func copyPrograms(t *testing.T, to string) {
	t.Helper()
	for _, program := range []string{handover.Whole, handover.PostRenderer} {
		copyFile(t, filepath.Join(filepath.Dir(binary), program), filepath.Join(to, program))
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
	in, err := os.Open(from)
	require.NoError(t, err)
	defer in.Close()
	info, err := in.Stat()
	require.NoError(t, err)
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, info.Mode())
	require.NoError(t, err)
	_, err = io.Copy(out, in)
	require.NoError(t, errors.Join(err, out.Close()))
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

// install runs scripts/install.sh for a user, as make install does.
func (u *user) install(t *testing.T, what string, helms ...helm) result {
	t.Helper()
	return u.installFrom(t, binary, what, helms...)
}

func (u *user) installFrom(t *testing.T, program, what string, helms ...helm) result {
	t.Helper()
	var names []string
	for _, h := range helms {
		names = append(names, h.bin)
	}
	for _, file := range []string{"scripts/install.sh", "plugin.yaml", "plugin.complete", "plugins/helm4-postrenderer/plugin.yaml"} {
		_, err := os.Stat(filepath.Join(repository, file)) // lets go test's cache know of it
		require.NoError(t, err)
	}
	return run(t, u.home, u.env(
		"PREFIX="+filepath.Join(u.home, "local"),
		"BINARY="+program,
		"HELMS="+strings.Join(names, " "),
	), "sh", filepath.Join(repository, "scripts", "install.sh"), what)
}

func TestInstallServesBothHelms(t *testing.T) {
	u := newUser(t)
	for range 2 { // a second time is an update
		r := u.install(t, "cli", helm3(t), helm4(t))
		require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	}
	eachHelm(t, func(t *testing.T, h helm) {
		assert.Contains(t, u.must(t, h, "stateful", "version"), "helm-stateful")
	})
	for _, dir := range []string{"bin", "lib/helm-stateful/bin", "lib/helm-stateful/plugins/helm4-postrenderer/bin"} {
		assert.FileExists(t, filepath.Join(u.home, "local", dir, handover.PostRenderer))
	}
	u.path = filepath.Join(u.home, "local", "bin") + string(filepath.ListSeparator) + u.path
	out := u.must(t, helm3(t), "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful")
	assert.Contains(t, out, "helm.sh/resource-policy: keep")
}

// TestInstallOfOneProgram: what an older installation brought, and this one does not,
// goes.
func TestInstallOfOneProgram(t *testing.T) {
	u := newUser(t)
	require.Zero(t, u.install(t, "cli", helm3(t)).code)
	alone := filepath.Join(t.TempDir(), handover.Whole)
	copyFile(t, binary, alone)
	r := u.installFrom(t, alone, "cli", helm3(t))
	require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	for _, dir := range []string{"bin", "lib/helm-stateful/bin"} {
		assert.FileExists(t, filepath.Join(u.home, "local", dir, handover.Whole))
		_, err := os.Lstat(filepath.Join(u.home, "local", dir, handover.PostRenderer))
		assert.ErrorIs(t, err, fs.ErrNotExist)
	}
}

// TestMakeBuildsBoth: what lies beside the program is the one without Helm.
func TestMakeBuildsBoth(t *testing.T) {
	r := run(t, repository, os.Environ(), "make", "-n", "build", "VERSION=x")
	require.Zero(t, r.code, r.stderr)
	assert.Regexp(t, `(?m) -o bin/`+handover.Whole+` \./cmd/helm-stateful$`, r.stdout)
	assert.Regexp(t, `(?m) -tags postrenderer -o bin/`+handover.PostRenderer+` \./cmd/helm-stateful$`, r.stdout)
}

func TestInstallForHelm4Alone(t *testing.T) {
	u := newUser(t)
	r := u.install(t, "helm4", helm4(t))
	require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	assert.Contains(t, u.must(t, helm4(t), "stateful", "version"), "helm-stateful")
	out := u.must(t, helm4(t), "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful")
	assert.Contains(t, out, "helm.sh/resource-policy: keep")
}

// Where both Helms read one folder, Helm 4's post-renderer in it would leave
// Helm 3 without any plugin.
func TestInstallForHelm4LeavesHelm3Working(t *testing.T) {
	u := newUser(t)
	require.Zero(t, u.install(t, "helm4", helm4(t)).code)
	broken := u.run(t, helm3(t), "plugin", "list")
	require.Contains(t, broken.stderr, "failed to load plugins", "if Helm 3 takes it by now, the precaution can go")

	r := u.install(t, "helm4", helm3(t), helm4(t))
	require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	assert.Contains(t, u.must(t, helm3(t), "stateful", "version"), "helm-stateful")

	advice := regexp.MustCompile(`HELM_PLUGINS="([^"]+)"`).FindStringSubmatch(r.stdout)
	require.NotNil(t, advice, r.stdout)
	u.plugins = advice[1]
	assert.Contains(t, u.must(t, helm4(t), "stateful", "version"), "helm-stateful")
	out := u.must(t, helm4(t), "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful")
	assert.Contains(t, out, "helm.sh/resource-policy: keep")
}

func TestUninstallLeavesNothing(t *testing.T) {
	u := newUser(t)
	require.Zero(t, u.install(t, "helm4", helm4(t)).code)
	r := u.install(t, "remove", helm4(t))
	require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	for _, dir := range []string{u.plugins, filepath.Join(u.home, "local")} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			assert.True(t, err != nil || entry.IsDir(), "%s is left", path)
			return err
		}))
	}
}

// A plugin folder that comes from git holds no binary, and the user may have
// no Go.
func TestInstallHookSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	hook := filepath.Join(repository, "scripts", "plugin-install.sh")
	env := []string{"HELM_PLUGIN_DIR=" + dir, "PATH=" + dir}

	r := run(t, dir, env, sh, hook, "install")
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, "neither bin/helm-stateful nor the sources")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "Makefile"), nil, 0o644))
	r = run(t, dir, env, sh, hook, "install")
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stderr, "needs Go 1.26")

	copyFile(t, binary, filepath.Join(dir, "bin", "helm-stateful"))
	assert.Equal(t, result{}, run(t, dir, env, sh, hook, "install"))
}

func TestAllPluginsAreOfOneVersion(t *testing.T) {
	var versions []string
	for _, file := range []string{"plugin.yaml", "plugins/helm4-postrenderer/plugin.yaml", "plugins/helm3-archive/plugin.yaml"} {
		text, err := os.ReadFile(filepath.Join(repository, file))
		require.NoError(t, err)
		var metadata struct {
			Version string `json:"version"`
		}
		require.NoError(t, yaml.Unmarshal(text, &metadata))
		versions = append(versions, metadata.Version)
	}
	assert.Equal(t, []string{versions[0], versions[0], versions[0]}, versions)
}
