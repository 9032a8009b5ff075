package cluster_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/release"
)

// TestStoredRecords reads what a real Helm has stored of three revisions, gives
// the first another manifest, and lets Helm read and roll back to that.
func TestStoredRecords(t *testing.T) {
	for _, h := range helms() {
		for _, kind := range []string{"Secret", "ConfigMap"} {
			t.Run(h.name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				testStoredRecords(t, h, kind)
			})
		}
	}
}

func testStoredRecords(t *testing.T, h helm, kind string) {
	const chart = "hook-blocks-retry" // a Deployment, and a Job before installs and upgrades
	u := newUser(t, h, newNamespace(t))
	u.env = append(u.env, "HELM_DRIVER="+strings.ToLower(kind))
	must := func(args ...string) string {
		t.Helper()
		r := u.patiently(args...)
		require.False(t, r.failed, r.output)
		return r.output
	}
	must(append([]string{"install", releaseName, chartPath(chart), "--timeout", "60s"}, h.flags...)...)
	must("upgrade", releaseName, chartPath(chart), "--timeout", "60s", "--set", "image=tickets:2,note=a<b>&c")
	must("rollback", releaseName, "1", "--timeout", "60s")
	steps.Add(3)

	stored := storedObjects(t, kind, u.namespace)
	if *update && kind == "Secret" && len(h.flags) == 0 {
		writeHistory(t, h, stored)
	}
	records, err := release.Read(bytes.NewReader(stored))
	require.NoError(t, err)
	require.Len(t, records, 3)
	for i, want := range []struct {
		status, description string
		config              map[string]any
	}{
		{"superseded", "Install complete", nil},
		{"superseded", "Upgrade complete", map[string]any{"image": "tickets:2", "note": "a<b>&c"}},
		{"deployed", "Rollback to 1", nil},
	} {
		r := records[i]
		assert.Equal(t, manifest.ID{APIVersion: "v1", Kind: kind, Namespace: u.namespace, Name: fmt.Sprintf("sh.helm.release.v1.%s.v%d", releaseName, i+1)}, r.Object)
		assert.Equal(t, []any{releaseName, u.namespace, i + 1}, []any{r.Name, r.Namespace, r.Revision})
		assert.Equal(t, want.status, r.Status)
		assert.Equal(t, want.description, r.Description)
		assert.Equal(t, release.Chart{Name: chart, Version: "1.0.0", AppVersion: "2.7.0"}, r.Chart)
		config, err := r.Config()
		require.NoError(t, err)
		assert.Subset(t, config, want.config)
		assert.Len(t, config, len(want.config))
		assert.Equal(t, applyMethod(h), r.ApplyMethod)
		assert.False(t, r.FirstDeployed.IsZero())
		assert.False(t, r.LastDeployed.Before(r.FirstDeployed))
		assert.True(t, r.Deleted.IsZero())

		revision := []string{releaseName, "--revision", fmt.Sprint(i + 1)}
		assert.Equal(t, must(append([]string{"get", "manifest"}, revision...)...), r.Manifest+"\n")
		hooks := ""
		for _, hook := range r.Hooks {
			hooks += fmt.Sprintf("---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
		}
		assert.Equal(t, must(append([]string{"get", "hooks"}, revision...)...), hooks)
		require.Len(t, r.Hooks, 1)
		assert.Equal(t, []string{"pre-install", "pre-upgrade"}, r.Hooks[0].Events)
		assert.Equal(t, []string{"hook-succeeded"}, r.Hooks[0].DeletePolicies)
	}
	assert.Equal(t, records[0].Manifest, records[2].Manifest)
	assert.Equal(t, "Succeeded", records[0].Hooks[0].LastRun.Phase)

	before := must("get", "all", releaseName, "--revision", "1")
	changed, err := records[0].WithManifest(strings.Replace(records[0].Manifest, "replicas: 2", "replicas: 5", 1))
	require.NoError(t, err)
	require.NotEqual(t, records[0].Manifest, changed.Manifest)
	storeRecord(t, changed)
	assert.Equal(t, changed.Manifest+"\n", must("get", "manifest", releaseName, "--revision", "1"))
	assert.Equal(t, strings.Replace(before, "replicas: 2", "replicas: 5", 1), must("get", "all", releaseName, "--revision", "1"))
	must("rollback", releaseName, "1", "--timeout", "60s")
	steps.Add(1)
	live := real{t}.get(map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"namespace": u.namespace, "name": releaseName + "-tickets"}})
	replicas, _ := manifest.IntAt(live, "spec", "replicas")
	assert.EqualValues(t, 5, replicas)
}

func applyMethod(h helm) string {
	switch {
	case h.major == "3":
		return ""
	case h.mode == lifecycle.ServerSide:
		return "ssa"
	default:
		return "csa"
	}
}

// storedObjects are the records of a namespace, as kubectl get -o json prints
// them.
func storedObjects(t *testing.T, kind, namespace string) []byte {
	t.Helper()
	resource, err := server.Resource("v1", kind, namespace)
	require.NoError(t, err)
	list, err := resource.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	data, err := list.MarshalJSON()
	require.NoError(t, err)
	return data
}

// storeRecord puts a record in the place of the one that was read.
func storeRecord(t *testing.T, r *release.Record) {
	t.Helper()
	resource, err := server.Resource(r.Object.APIVersion, r.Object.Kind, r.Object.Namespace)
	require.NoError(t, err)
	text := string(r.Encoded())
	if r.Object.Kind == "Secret" {
		text = base64.StdEncoding.EncodeToString(r.Encoded())
	}
	patch, err := json.Marshal(map[string]any{"data": map[string]any{"release": text}})
	require.NoError(t, err)
	_, err = resource.Patch(t.Context(), r.Object.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(t, err)
}

// writeHistory writes the Secrets that the tests of pkg/release read, without
// what the API server says of who wrote them.
func writeHistory(t *testing.T, h helm, stored []byte) {
	t.Helper()
	var list map[string]any
	require.NoError(t, json.Unmarshal(stored, &list))
	list["apiVersion"], list["kind"] = "v1", "List"
	for _, item := range manifest.ListAt(list, "items") {
		delete(manifest.MapAt(item, "metadata"), "managedFields")
	}
	text, err := yaml.Marshal(list)
	require.NoError(t, err)
	require.NotContains(t, string(text), repository)
	file := filepath.Join(repository, "pkg", "release", "testdata", h.name+".yaml")
	require.NoError(t, os.WriteFile(file, text, 0o644))
}
