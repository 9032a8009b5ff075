// Package records holds what pkg/release reads against Helm's own storage
// drivers, which write and read the same records.
package records

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
	helm "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	helmtime "helm.sh/helm/v3/pkg/time"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-stateful/helm-stateful/pkg/release"
)

var (
	first = helmtime.Time{Time: time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", -5*60*60))}
	last  = helmtime.Time{Time: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)}
)

func releases() map[string]*helm.Release {
	tickets := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "tickets", Version: "1.2.3-rc.1+b", AppVersion: "2.7", Annotations: map[string]string{"a": "b"}},
		Templates: []*chart.File{{Name: "templates/a.yaml", Data: []byte("{{ .Values.a }}\n")}},
		Values:    map[string]any{"a": 1.5},
		Schema:    []byte(`{"type":"object"}`),
		Files:     []*chart.File{{Name: "logo.png", Data: []byte{0, 0xff, '\n'}}},
	}
	return map[string]*helm.Release{
		"the least": {Name: "a", Namespace: "shop", Version: 1, Info: &helm.Info{}},
		"as usual": {
			Name: "tickets", Namespace: "shop", Version: 12, Chart: tickets, Manifest: "---\n# Source: tickets/templates/a.yaml\na: <b> & \"c\"\n",
			Config: map[string]any{"image": map[string]any{"tag": "2"}, "replicas": 3.0, "none": nil},
			Info:   &helm.Info{FirstDeployed: first, LastDeployed: last, Status: helm.StatusDeployed, Description: "Upgrade complete", Notes: "visit http://…\n"},
			Hooks: []*helm.Hook{
				{
					Name: "migrate", Kind: "Job", Path: "tickets/templates/migrate.yaml", Manifest: "kind: Job\n", Weight: -7,
					Events: []helm.HookEvent{helm.HookPreInstall, helm.HookPreUpgrade}, DeletePolicies: []helm.HookDeletePolicy{helm.HookSucceeded, helm.HookFailed},
					LastRun:           helm.HookExecution{StartedAt: first, CompletedAt: last, Phase: helm.HookPhaseSucceeded},
					OutputLogPolicies: []helm.HookOutputLogPolicy{helm.HookOutputOnFailed},
				},
				{Name: "try", Kind: "Pod", Path: "tickets/templates/tests/try.yaml", Manifest: "kind: Pod\n", Events: []helm.HookEvent{helm.HookTest}},
			},
			Labels: map[string]string{"team": "desk"},
		},
		"failed, with odd characters": {
			Name: "b", Namespace: "shop", Version: 2, Chart: tickets, Manifest: "a: \"\u2028\u00e9\U0001f600\\0\"\r\n\x00",
			Info: &helm.Info{FirstDeployed: first, LastDeployed: last, Status: helm.StatusFailed, Description: "Release \"b\" failed: no\nway"},
		},
		"uninstalled, kept": {
			Name: "c", Namespace: "shop", Version: 3, Chart: tickets,
			Info: &helm.Info{FirstDeployed: first, LastDeployed: last, Deleted: last, Status: helm.StatusUninstalled},
		},
		"large": {
			Name: "d", Namespace: "shop", Version: 4, Chart: tickets, Manifest: strings.Repeat("---\nkind: ConfigMap\nmetadata: {name: a}\n", 100_000),
			Info: &helm.Info{Status: helm.StatusSuperseded},
		},
	}
}

// store is one of Helm's drivers and what it wrote.
type store struct {
	driver.Driver
	written func() any // the last object
}

func stores() map[string]store {
	secrets, configMaps := &secretsAPI{}, &configMapsAPI{}
	return map[string]store{
		"secrets":    {driver.NewSecrets(secrets), func() any { return withType(&secrets.object, "Secret") }},
		"configmaps": {driver.NewConfigMaps(configMaps), func() any { return withType(&configMaps.object, "ConfigMap") }},
	}
}

func withType(object metav1.Object, kind string) any {
	object.SetNamespace("shop")
	switch o := object.(type) {
	case *corev1.Secret:
		o.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: kind}
	case *corev1.ConfigMap:
		o.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: kind}
	}
	return object
}

// TestWhatHelmWrites is read, and Helm reads what we make of it.
func TestWhatHelmWrites(t *testing.T) {
	for name, rel := range releases() {
		for kind, store := range stores() {
			t.Run(name+"/"+kind, func(t *testing.T) {
				const key = "sh.helm.release.v1.some.v1"
				require.NoError(t, store.Create(key, rel))
				text, err := json.Marshal(store.written())
				require.NoError(t, err)
				records, err := release.Read(bytes.NewReader(text))
				require.NoError(t, err)
				require.Len(t, records, 1)
				assert.Equal(t, key, records[0].Object.Name)
				assertSame(t, rel, records[0])

				changed, err := records[0].WithManifest("kind: Other\n")
				require.NoError(t, err)
				stored, ok := readByHelm(changed.Encoded())
				require.True(t, ok)
				want, ok := readByHelm(records[0].Encoded())
				require.True(t, ok)
				want.Manifest = "kind: Other\n"
				assert.Equal(t, want, stored)

				back, err := changed.WithManifest(rel.Manifest)
				require.NoError(t, err)
				if rel.Manifest != "" { // which Helm leaves out
					assert.Equal(t, string(records[0].Encoded()), string(back.Encoded()), "other bytes than Helm's")
				}
			})
		}
	}
}

// assertSame compares what is read with what Helm has.
func assertSame(t *testing.T, want *helm.Release, got *release.Record) {
	t.Helper()
	assert.Equal(t, want.Name, got.Name)
	assert.Equal(t, want.Namespace, got.Namespace)
	assert.Equal(t, want.Version, got.Revision)
	assert.Equal(t, want.Manifest, got.Manifest)
	config, err := got.Config()
	assert.NoError(t, err)
	assert.Equal(t, len(want.Config), len(config))
	if len(want.Config) > 0 {
		assert.Equal(t, want.Config, config)
	}
	if want.Info == nil {
		want.Info = &helm.Info{}
	}
	assert.Equal(t, string(want.Info.Status), got.Status)
	assert.Equal(t, want.Info.Description, got.Description)
	assertTime(t, want.Info.FirstDeployed, got.FirstDeployed)
	assertTime(t, want.Info.LastDeployed, got.LastDeployed)
	assertTime(t, want.Info.Deleted, got.Deleted)
	metadata := &chart.Metadata{}
	if want.Chart != nil && want.Chart.Metadata != nil {
		metadata = want.Chart.Metadata
	}
	assert.Equal(t, release.Chart{Name: metadata.Name, Version: metadata.Version, AppVersion: metadata.AppVersion}, got.Chart)
	require.Len(t, got.Hooks, len(want.Hooks))
	for i, h := range got.Hooks {
		assertSameHook(t, want.Hooks[i], h)
	}
}

func assertSameHook(t *testing.T, want *helm.Hook, got release.Hook) {
	t.Helper()
	if want == nil {
		want = &helm.Hook{}
	}
	assert.Equal(t, []any{want.Name, want.Kind, want.Path, want.Manifest, want.Weight}, []any{got.Name, got.Kind, got.Path, got.Manifest, got.Weight})
	assert.Equal(t, words(want.Events), words(got.Events))
	assert.Equal(t, words(want.DeletePolicies), words(got.DeletePolicies))
	assertTime(t, want.LastRun.StartedAt, got.LastRun.StartedAt)
	assertTime(t, want.LastRun.CompletedAt, got.LastRun.CompletedAt)
	assert.Equal(t, string(want.LastRun.Phase), got.LastRun.Phase)
}

func words[T ~string](from []T) (out []string) {
	for _, word := range from {
		out = append(out, string(word))
	}
	return out
}

func assertTime(t *testing.T, want helmtime.Time, got time.Time) {
	t.Helper()
	assert.True(t, want.Equal(helmtime.Time{Time: got}), "%s is not %s", got, want)
}
