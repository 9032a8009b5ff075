package plugin_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/internal/handover"
)

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
