package plugin_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// goreleaser is the part of .goreleaser.yaml that makes archives.
type goreleaser struct {
	Builds []struct {
		ID, Binary string
		Flags      []string
	} `json:"builds"`
	Archives []archive `json:"archives"`
	Signs    []struct {
		IDs  []string `json:"ids"`
		Cmd  string   `json:"cmd"`
		Args []string `json:"args"`
	} `json:"signs"`
}

type archive struct {
	ID              string   `json:"id"`
	IDs             []string `json:"ids"`
	Formats         []string `json:"formats"`
	NameTemplate    string   `json:"name_template"`
	WrapInDirectory any      `json:"wrap_in_directory"`
	StripBinary     bool     `json:"strip_binary_directory"`
	Files           []struct {
		Src         string `json:"src"`
		Dst         string `json:"dst"`
		StripParent bool   `json:"strip_parent"`
	} `json:"files"`
}

func readGoreleaser(t *testing.T) goreleaser {
	t.Helper()
	var g goreleaser
	unmarshalFile(t, ".goreleaser.yaml", &g)
	return g
}

func unmarshalFile(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into), name)
}

// releaseVersion is the version that both plugin.yaml say.
func releaseVersion(t *testing.T) string {
	t.Helper()
	var metadata struct {
		Version string `json:"version"`
	}
	unmarshalFile(t, "plugin.yaml", &metadata)
	return metadata.Version
}

// pack builds one archive for this machine as goreleaser would, and returns its
// path.
func (g goreleaser) pack(t *testing.T, id, dir string) string {
	t.Helper()
	for _, a := range g.Archives {
		if a.ID != id {
			continue
		}
		require.Equal(t, []string{"tgz"}, a.Formats)
		name := strings.NewReplacer("{{ .Version }}", releaseVersion(t), "{{ .Os }}", runtime.GOOS, "{{ .Arch }}", runtime.GOARCH).Replace(a.NameTemplate)
		wrap, _ := a.WrapInDirectory.(string)
		var order []string
		files := map[string]string{}
		for _, b := range g.Builds {
			if !slices.Contains(a.IDs, b.ID) {
				continue
			}
			require.Equal(t, b.ID == "post-renderer", slices.Contains(b.Flags, "-tags=postrenderer"), b.ID)
			program := b.Binary
			if a.StripBinary {
				program = filepath.Base(program)
			}
			program = filepath.Join(wrap, program)
			order = append(order, program)
			files[program] = filepath.Join(filepath.Dir(binary), filepath.Base(b.Binary))
		}
		require.NotEmpty(t, order, "%s holds no program", id)
		for _, f := range a.Files {
			found, err := filepath.Glob(filepath.Join(repository, f.Src))
			require.NoError(t, err)
			if !strings.HasPrefix(f.Src, "dist-") { // made by the hooks before a release
				require.Len(t, found, 1, "%s has no %s", id, f.Src)
			}
			for _, path := range found {
				to := f.Dst
				if f.StripParent {
					to = filepath.Join(f.Dst, filepath.Base(path))
				} else if to == "" {
					to = f.Src
				}
				files[filepath.Join(wrap, to)] = path
				order = append(order, filepath.Join(wrap, to))
			}
		}
		path := filepath.Join(dir, name+".tgz")
		writeArchive(t, path, order, files)
		return path
	}
	t.Fatalf(".goreleaser.yaml has no archive %s", id)
	return ""
}

func writeArchive(t *testing.T, path string, order []string, files map[string]string) {
	t.Helper()
	var b bytes.Buffer
	zipped := gzip.NewWriter(&b)
	w := tar.NewWriter(zipped)
	for _, name := range order {
		text, err := os.ReadFile(files[name])
		require.NoError(t, err)
		info, err := os.Stat(files[name])
		require.NoError(t, err)
		require.NoError(t, w.WriteHeader(&tar.Header{Name: filepath.ToSlash(name), Mode: int64(info.Mode().Perm()), Size: int64(len(text))}))
		_, err = w.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
}

// serveRelease serves the archives of a release as its page does, with the types
// that Helm 3 wants.
func serveRelease(t *testing.T, dir, version string) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/releases/latest", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/releases/tag/v"+version, http.StatusFound)
	})
	mux.HandleFunc("/releases/tag/", func(http.ResponseWriter, *http.Request) {})
	files := http.FileServer(http.Dir(dir))
	mux.Handle("/releases/download/v"+version+"/", http.StripPrefix("/releases/download/v"+version+"/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".tgz") {
			w.Header().Set("Content-Type", "application/gzip")
		}
		files.ServeHTTP(w, r)
	})))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestHelm3InstallsTheReleasesArchive(t *testing.T) {
	dir := t.TempDir()
	path := readGoreleaser(t).pack(t, "helm3-plugin", dir)
	server := serveRelease(t, dir, releaseVersion(t))
	u, h := newUser(t), helm3(t)
	out := u.must(t, h, "plugin", "install", server.URL+"/releases/download/v"+releaseVersion(t)+"/"+filepath.Base(path))
	assert.Contains(t, out, "Installed plugin: stateful")
	u.plugins = filepath.Join(u.home, "data", "plugins") // Helm 3 puts downloads there, whatever HELM_PLUGINS says
	assert.Contains(t, u.must(t, h, "stateful", "version"), "helm-stateful")
	assert.Regexp(t, `(?m)^lint\s`, u.run(t, h, "__complete", "stateful", "").stdout)
}

func TestHelm4InstallsTheReleasesArchives(t *testing.T) {
	dir := t.TempDir()
	g := readGoreleaser(t)
	u, h := newUser(t), helm4(t)
	keyring := signingKey(t, u.home)
	for _, id := range g.Signs[0].IDs {
		path := g.pack(t, id, dir)
		args := []string{"plugin", "install", path, "--verify=false"}
		if keyring != "" {
			unsigned := u.run(t, h, "plugin", "install", path, "--keyring", keyring)
			require.NotZero(t, unsigned.code)
			assert.Contains(t, unsigned.stderr, "no provenance file")
			require.Equal(t, []string{"${artifact}", "${signature}"}, g.Signs[0].Args)
			r := run(t, repository, u.env("GNUPGHOME="+gnupg(u.home)), "sh", g.Signs[0].Cmd, path, path+".prov")
			require.Zero(t, r.code, r.stderr)
			args = []string{"plugin", "install", path, "--keyring", keyring}
		}
		r := u.run(t, h, args...)
		require.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	}
	u.plugins = filepath.Join(u.home, "data", "plugins")
	assert.Contains(t, u.must(t, h, "stateful", "version"), "helm-stateful")
	out := u.must(t, h, "template", "demo", u.chart(t, "claim-deleted-with-release"), "--post-renderer", "helm-stateful")
	assert.Contains(t, out, "helm.sh/resource-policy: keep")
}

func gnupg(home string) string { return filepath.Join(home, "gnupg") }

// signingKey makes a key and returns the keyring that holds its public half, ""
// where there is no gpg.
func signingKey(t *testing.T, home string) string {
	t.Helper()
	gpg, err := exec.LookPath("gpg")
	if err != nil {
		t.Log("there is no gpg: provenance files are not tried")
		return ""
	}
	require.NoError(t, os.MkdirAll(gnupg(home), 0o700))
	env := append(os.Environ(), "GNUPGHOME="+gnupg(home))
	r := run(t, home, env, gpg, "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", "Release Test <release@example.com>", "rsa2048", "sign", "never")
	require.Zero(t, r.code, r.stderr)
	t.Cleanup(func() { run(t, home, env, "gpgconf", "--kill", "all") })
	keyring := filepath.Join(home, "pubring.gpg")
	r = run(t, home, env, gpg, "--batch", "--export", "--output", keyring)
	require.Zero(t, r.code, r.stderr)
	return keyring
}

func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID, Entry, Files string
		Args             []string
		PassFilenames    bool `json:"pass_filenames"`
	}
	unmarshalFile(t, ".pre-commit-hooks.yaml", &hooks)
	require.Len(t, hooks, 1)
	hook := hooks[0]
	require.False(t, hook.PassFilenames)
	u := newUser(t)
	u.chart(t, "claim-not-found")
	copyFile(t, binary, filepath.Join(u.home, "bin", "helm-stateful"))
	command := append(strings.Fields(hook.Entry), hook.Args...)
	r := run(t, filepath.Join(u.home, "charts"), u.env(), filepath.Join(u.home, "bin", command[0]), command[1:]...)
	assert.Equal(t, 1, r.code, r.stderr)
	assert.Contains(t, r.stdout, "claim-not-found")
	for name, want := range map[string]bool{
		"charts/db/values.yaml": true, "charts/db/templates/sts.yaml": true, "Chart.yaml": true, "charts/db/ci/a-values.yaml": true,
		"README.md": false, "main.go": false, "charts/db/README.md": false,
	} {
		assert.Equal(t, want, regexpMatches(t, hook.Files, name), name)
	}
}

// action is action.yml.
type action struct {
	Inputs map[string]struct {
		Default string `json:"default"`
	} `json:"inputs"`
	Outputs map[string]struct {
		Value string `json:"value"`
	} `json:"outputs"`
	Runs struct {
		Using string `json:"using"`
		Steps []struct {
			ID, Shell, Run string
			Env            map[string]string
		} `json:"steps"`
	} `json:"runs"`
}

// runAction runs the steps of action.yml as a runner does, and returns what
// they printed and the step outputs.
func (u *user) runAction(t *testing.T, dir string, inputs map[string]string, more ...string) (r result, outputs map[string]string) {
	t.Helper()
	var a action
	unmarshalFile(t, "action.yml", &a)
	require.Equal(t, "composite", a.Runs.Using)
	for name := range inputs {
		require.Contains(t, a.Inputs, name)
	}
	runner := t.TempDir()
	pathFile, outputFile, summary := filepath.Join(runner, "path"), filepath.Join(runner, "output"), filepath.Join(runner, "summary")
	path := os.Getenv("PATH")
	for _, step := range a.Runs.Steps {
		env := []string{
			"HOME=" + u.home, "PATH=" + path, "GITHUB_ACTION_PATH=" + repository, "GITHUB_PATH=" + pathFile, "GITHUB_OUTPUT=" + outputFile,
			"GITHUB_STEP_SUMMARY=" + summary, "GITHUB_ACTIONS=true", "RUNNER_TEMP=" + runner, "RUNNER_OS=Linux", "RUNNER_ARCH=" + map[string]string{"amd64": "X64", "arm64": "ARM64"}[runtime.GOARCH],
		}
		for name, value := range step.Env {
			for input, declared := range a.Inputs {
				given, ok := inputs[input]
				if !ok {
					given = declared.Default
				}
				value = strings.ReplaceAll(value, "${{ inputs."+input+" }}", given)
			}
			require.NotContains(t, value, "${{", "%s of step %s", name, step.ID)
			env = append(env, name+"="+value)
		}
		r = run(t, dir, append(env, more...), step.Shell, "-ec", step.Run)
		if r.code != 0 {
			break
		}
		if added, err := os.ReadFile(pathFile); err == nil {
			path = strings.TrimSpace(string(added)) + string(filepath.ListSeparator) + os.Getenv("PATH")
		}
	}
	outputs = map[string]string{}
	text, _ := os.ReadFile(outputFile)
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		outputs[name] = value
	}
	for name, output := range a.Outputs {
		assert.Equal(t, "${{ steps.lint.outputs."+name+" }}", output.Value)
	}
	return r, outputs
}

func TestAction(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the test plays a Linux runner")
	}
	dir := t.TempDir()
	path := readGoreleaser(t).pack(t, "binary", dir)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	line := fmt.Sprintf("%s  %s\n", hex.EncodeToString(sum[:]), filepath.Base(path))
	checksums := filepath.Join(dir, "checksums.txt")
	require.NoError(t, os.WriteFile(checksums, []byte(line), 0o644))
	server := serveRelease(t, dir, releaseVersion(t))
	from := "REPOSITORY=" + server.URL
	u := newUser(t)
	u.chart(t, "claim-not-found")
	u.chart(t, "clean")

	for _, version := range []string{"latest", releaseVersion(t), "v" + releaseVersion(t)} {
		r, outputs := u.runAction(t, u.home, map[string]string{"charts": "charts/clean charts/claim-not-found", "version": version, "args": "--probe=false --only claim-not-found", "output": "text=out.txt\n"}, from)
		assert.Equal(t, 1, r.code, "%s%s", r.stdout, r.stderr)
		assert.Contains(t, r.stdout, "claim-not-found")
		assert.Contains(t, r.stdout, "::error file=charts/claim-not-found/templates/")
		assert.Equal(t, "1", outputs["errors"])
		assert.Equal(t, "0", outputs["warnings"])
		report, err := os.ReadFile(outputs["report"])
		require.NoError(t, err)
		assert.Contains(t, parseReport(t, report).rules(), "claim-not-found")
		assert.FileExists(t, filepath.Join(u.home, "out.txt"))
	}
	r, outputs := u.runAction(t, u.home, map[string]string{"charts": "charts", "fail-on": "none"}, from)
	assert.Zero(t, r.code, "%s%s", r.stdout, r.stderr)
	assert.NotEqual(t, "0", outputs["errors"])

	r, _ = u.runAction(t, u.home, map[string]string{"version": "9.9.9"}, from)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stdout, "::error title=helm-stateful::helm-stateful_9.9.9_linux")
	require.NoError(t, os.WriteFile(checksums, []byte(strings.Replace(line, line[:4], "0000", 1)), 0o644))
	r, _ = u.runAction(t, u.home, nil, from)
	assert.Equal(t, 1, r.code)
	assert.Contains(t, r.stdout, "the checksums differ")
}

func regexpMatches(t *testing.T, pattern, text string) bool {
	t.Helper()
	matched, err := regexp.MatchString(pattern, text)
	require.NoError(t, err)
	return matched
}
