package plugin_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/handover"
)

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
