// Package sources_test fetches charts with a real Helm 3 and a real Helm 4 from
// a real OCI registry and a real chart repository, all on this machine.
package sources_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/cli"
)

// The one who may fetch, where not everybody may.
const (
	username = "me"
	password = "open sesame"
	htpasswd = username + ":$2a$04$9XzqlvQeOGCRwQOzxcw9X.fyJN5xcaqS9t7jQ1GOyLxLWUZ7m/Jhm\n" // of password, by bcrypt
)

// tool takes a program that make tools has built: the one that the environment
// names, or the one in the user's cache. Its version is the Makefile's.
func tool(t *testing.T, variable, version, name string) string {
	t.Helper()
	bin := os.Getenv(variable)
	if bin == "" {
		makefile, err := os.ReadFile("../../Makefile")
		require.NoError(t, err)
		pinned := regexp.MustCompile(`(?m)^` + version + `\s*=\s*(\S+)$`).FindSubmatch(makefile)
		require.NotNil(t, pinned, "the Makefile pins no %s", version)
		cache := os.Getenv("XDG_CACHE_HOME")
		if cache == "" {
			home, err := os.UserHomeDir()
			require.NoError(t, err)
			cache = filepath.Join(home, ".cache")
		}
		bin = filepath.Join(cache, "helm-stateful", "tools", name+"-"+string(pinned[1]), name)
	}
	require.FileExists(t, bin, "run make tools, or name the program in "+variable)
	return bin
}

// helm is one of the two Helms, with a home of its own.
type helm struct{ bin, home string }

// eachHelm runs a test with both Helms, away from the user's own
// configuration.
func eachHelm(t *testing.T, test func(t *testing.T, h helm)) {
	for _, major := range []string{"3", "4"} {
		bin := tool(t, "HELM"+major+"_BIN", "HELM"+major+"_VERSION", "helm")
		t.Run("helm"+major, func(t *testing.T) {
			h := helm{bin: bin, home: t.TempDir()}
			for _, variable := range os.Environ() {
				if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "HELM_") || strings.HasPrefix(name, "XDG_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
					t.Setenv(name, "")
					require.NoError(t, os.Unsetenv(name))
				}
			}
			for _, name := range []string{"HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "DOCKER_CONFIG", "HOME"} {
				t.Setenv(name, filepath.Join(h.home, name))
			}
			t.Setenv("KUBECONFIG", os.DevNull)
			t.Setenv("TMPDIR", t.TempDir())
			test(t, h)
			left, err := os.ReadDir(os.Getenv("TMPDIR"))
			require.NoError(t, err)
			for _, e := range left {
				require.NotContains(t, e.Name(), "helm-stateful", "a temporary folder is left")
			}
		})
	}
}

// run runs Helm, which must succeed.
func (h helm) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), h.bin, args...).CombinedOutput()
	require.NoError(t, err, "helm %s: %s", strings.Join(args, " "), out)
	return string(out)
}

// stateful runs helm-stateful as this Helm would.
func (h helm) stateful(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, words bytes.Buffer
	getenv := func(name string) string {
		if name == "HELM_BIN" {
			return h.bin
		}
		return os.Getenv(name)
	}
	c := &cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &words, Getenv: getenv}
	code = c.Main(t.Context(), args)
	return code, out.String(), words.String()
}

// pack packs a chart of testdata into dir and returns the archive.
func (h helm) pack(t *testing.T, chart, dir string) string {
	t.Helper()
	out := h.run(t, "package", filepath.Join("..", "..", "testdata", chart), "--destination", dir)
	_, path, ok := strings.Cut(strings.TrimSpace(out), "saved it to: ")
	require.True(t, ok, out)
	return path
}

// repository serves a folder of archives as a chart repository.
func (h helm) repository(t *testing.T, archives string, secured, tls bool) *httptest.Server {
	t.Helper()
	files := http.FileServer(http.Dir(archives))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, word, _ := r.BasicAuth(); secured && (user != username || word != password) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		files.ServeHTTP(w, r)
	}))
	if tls {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	h.run(t, "repo", "index", archives, "--url", server.URL)
	return server
}

var listening = regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)

// registry starts an OCI registry that lets one user in. It returns its
// address.
func registry(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	users, config := filepath.Join(dir, "htpasswd"), filepath.Join(dir, "config.yml")
	require.NoError(t, os.WriteFile(users, []byte(htpasswd), 0o600))
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(
		"version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: '127.0.0.1:0'}\nauth: {htpasswd: {realm: test, path: %s}}\n", users)), 0o600))
	cmd := exec.CommandContext(t.Context(), tool(t, "REGISTRY_BIN", "REGISTRY_VERSION", "registry"), "serve", config)
	cmd.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	cmd.WaitDelay = 5 * time.Second
	words, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	address, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(words)
		for lines.Scan() {
			if found := listening.FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
	}()
	t.Cleanup(func() { // the test's context has ended by now, and with it the registry
		<-ended
		_ = cmd.Wait() // killed
	})
	select {
	case found := <-address:
		return found
	case <-ended:
		t.Fatal("the registry does not start")
	}
	return ""
}
