package sources_test

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// renamed is a chart of which testdata has two versions, the second of which
// loses the data.
const renamed = "data-holder-renamed"

// packed is a folder of archives: the charts that are fetched here.
func (h helm) packed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	h.pack(t, filepath.Join("compare", renamed, "old"), dir)
	h.pack(t, filepath.Join("compare", renamed, "new"), dir)
	return dir
}

func TestChartRepository(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		server := h.repository(t, h.packed(t), false, false)
		h.run(t, "repo", "add", "shop", server.URL)

		code, stdout, stderr := h.stateful(t, "plan", "shop/"+renamed)
		assert.Equal(t, 0, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 4.0.0  shop/"+renamed, "the newest")

		code, stdout, stderr = h.stateful(t, "plan", renamed, "--repo", server.URL, "--version", "<4.0.0")
		assert.Equal(t, 0, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 3.2.0  "+renamed)

		code, stdout, stderr = h.stateful(t, "plan", "shop/"+renamed+"@3.2.0")
		assert.Equal(t, 0, code, stdout+stderr)
		assert.Contains(t, stdout, "PersistentVolumeClaim/")

		code, stdout, stderr = h.stateful(t, "compare", "shop/"+renamed+"@3.2.0", "../../testdata/compare/"+renamed+"/new")
		assert.Equal(t, 1, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 3.2.0 → 4.0.0")

		code, stdout, _ = h.stateful(t, "plan", server.URL+"/"+renamed+"-3.2.0.tgz")
		assert.Equal(t, 0, code, stdout)
		assert.Contains(t, stdout, renamed+" 3.2.0  "+server.URL)

		for _, missing := range []struct{ name, want string }{
			{"shop/nothing", `there is no file or folder "shop/nothing", and helm pull does not fetch it: `},
			{"shop/" + renamed + "@9.0.0", "9.0.0"},
			{"shap/" + renamed, "repo shap not found"},
			{server.URL + "/nothing.tgz", "404"},
		} {
			code, stdout, _ = h.stateful(t, "lint", missing.name)
			assert.Equal(t, 3, code, missing.name)
			assert.Contains(t, stdout, missing.want)
		}
	})
}

func TestChartRepositoryWithPassword(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		server := h.repository(t, h.packed(t), true, true)
		authorities := authoritiesOf(t, server)

		code, stdout, _ := h.stateful(t, "lint", renamed, "--repo", server.URL, "--ca-file", authorities)
		assert.Equal(t, 3, code)
		assert.Contains(t, stdout, "fetch "+renamed+" from "+server.URL+" by helm pull: ")
		assert.Contains(t, stdout, "401")

		code, stdout, _ = h.stateful(t, "lint", renamed, "--repo", server.URL, "--username", username, "--password", password)
		assert.Equal(t, 3, code)
		assert.Contains(t, stdout, "certificate")
		assert.NotContains(t, stdout, password)

		code, stdout, stderr := h.stateful(t, "plan", renamed, "--repo", server.URL, "--ca-file", authorities, "--username", username, "--password", password)
		assert.Equal(t, 0, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 4.0.0  "+renamed)

		// As Helm knows them.
		h.run(t, "repo", "add", "safe", server.URL, "--ca-file", authorities, "--username", username, "--password", password)
		code, stdout, stderr = h.stateful(t, "compare", "safe/"+renamed+"@3.2.0", "safe/"+renamed)
		assert.Equal(t, 1, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 3.2.0 → 4.0.0  safe/"+renamed)
		assert.Contains(t, stdout, "error    data-holder-renamed")
	})
}

// authoritiesOf writes what a server's certificate is checked with.
func authoritiesOf(t *testing.T, server *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}

func TestRegistry(t *testing.T) {
	address := registry(t)
	eachHelm(t, func(t *testing.T, h helm) {
		// Each Helm has a corner of its own.
		corner := "oci://" + address + "/" + strings.ToLower(filepath.Base(t.Name()))
		chart := corner + "/" + renamed

		code, stdout, _ := h.stateful(t, "lint", chart, "--plain-http")
		assert.Equal(t, 3, code)
		assert.Contains(t, stdout, "fetch "+chart+" by helm pull: ")

		h.run(t, "registry", "login", address, "--plain-http", "--username", username, "--password", password)
		dir := h.packed(t)
		for _, archive := range []string{"3.2.0", "4.0.0"} {
			h.run(t, "push", filepath.Join(dir, renamed+"-"+archive+".tgz"), corner, "--plain-http")
		}
		for _, name := range []string{chart + ":3.2.0", chart + "@3.2.0"} {
			code, stdout, stderr := h.stateful(t, "plan", name, "--plain-http")
			assert.Equal(t, 0, code, stdout+stderr)
			assert.Contains(t, stdout, renamed+" 3.2.0  "+name)
		}
		code, stdout, stderr := h.stateful(t, "compare", chart+"@3.2.0", chart, "--version", "^4", "--plain-http")
		assert.Equal(t, 1, code, stdout+stderr)
		assert.Contains(t, stdout, renamed+" 3.2.0 → 4.0.0  "+chart)

		h.run(t, "registry", "logout", address)
		code, _, _ = h.stateful(t, "lint", chart, "--plain-http")
		assert.Equal(t, 3, code)
		code, stdout, stderr = h.stateful(t, "lint", chart, "--plain-http", "--fail-on", "none", "--username", username, "--password", password)
		assert.Equal(t, 0, code, stdout+stderr)
	})
}

// TestDependencyBuild: dependencies come from the repository that a chart
// names, through a file:// dependency too, and the chart's folder stays as it
// is.
func TestDependencyBuild(t *testing.T) {
	eachHelm(t, func(t *testing.T, h helm) {
		server := h.repository(t, h.packed(t), false, false)
		h.run(t, "repo", "add", "shop", server.URL)
		dir := t.TempDir()
		for name, text := range map[string]string{
			"app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n" +
				"- {name: " + renamed + ", version: 4.x, repository: '" + server.URL + "', alias: mine}\n- {name: base, version: 1.x, repository: 'file://../base'}\n",
			"base/Chart.yaml": "apiVersion: v2\nname: base\nversion: 1.0.0\ndependencies:\n- {name: " + renamed + ", version: 3.x, repository: '@shop'}\n",
		} {
			require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
		app := filepath.Join(dir, "app")

		code, stdout, _ := h.stateful(t, "lint", app)
		assert.Equal(t, 3, code)
		assert.Contains(t, stdout, "charts/ lacks the dependencies "+renamed+" of Chart.yaml: run `helm dependency build "+app+"` first, or give --dependency-build")

		code, stdout, stderr := h.stateful(t, "plan", app, "--dependency-build")
		assert.Equal(t, 0, code, stdout+stderr)
		assert.Contains(t, stdout, "app 1.0.0  "+app)
		assert.Contains(t, stdout, "PersistentVolumeClaim/release-name-wiki ", "of version 3, through base")
		assert.Contains(t, stdout, "PersistentVolumeClaim/release-name-wiki-pages ", "of version 4")
		for _, name := range []string{"app", "base"} {
			left, err := os.ReadDir(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Len(t, left, 1)
			assert.Equal(t, "Chart.yaml", left[0].Name())
		}

		server.Close()
		code, stdout, _ = h.stateful(t, "lint", app, "--dependency-build")
		assert.Equal(t, 3, code)
		assert.Contains(t, stdout, "helm dependency build for "+app+": ")
		assert.Contains(t, stdout, server.URL)
	})
}
