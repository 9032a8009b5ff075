package render

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProbes(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"values.yaml": `persistence: {enabled: false, existingClaim: "", size: 8Gi}
other: {persistence: {enabled: true, existingClaim: taken}}
kind: Deployment
replicaCount: 1
worker: {replicas: 1, autoscaling: {enabled: false}}
reader: {replicas: 3, persistence: {create: true}}
statefulset: {enabled: false}
global: {persistence: {enabled: false, existingClaim: ""}}
existingClaims: []
metrics: {enabled: false}
commonLabels: {}
podLabels: {}
`,
		"Chart.yaml":             chartYAML + "dependencies: [{name: sub, version: 1.0.0}]\n",
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml": "primary: {persistence: {existingClaim: ''}}\n",
	}, Options{Values: map[string]any{"kept": "by the user"}})
	require.NoError(t, err)
	var names []string
	var alone []bool
	for _, c := range r.Probes() {
		alone = append(alone, c.InstallAlone)
		names = append(names, c.Name)
		assert.True(t, c.Probe)
		assert.Equal(t, "by the user", c.Values["kept"])
	}
	assert.Equal(t, []string{
		"--set persistence.enabled=true",
		"--set persistence.existingClaim=claim-of-yours-1,sub.primary.persistence.existingClaim=claim-of-yours-2,persistence.enabled=true",
		"--set persistence.existingClaim=claim-of-yours-1,persistence.enabled=true",
		"--set sub.primary.persistence.existingClaim=claim-of-yours-2,persistence.enabled=true",
		"--set other.persistence.enabled=false",
		"--set worker.autoscaling.enabled=true,persistence.enabled=true",
		"--set kind=StatefulSet,statefulset.enabled=true",
		"--set commonLabels.label-of-yours=value-1",
		"--set podLabels.label-of-yours=value-1",
	}, names)
	assert.Equal(t, []bool{false, true, true, true, true, true, false, true, true}, alone, "what shows at the install is not played to the end")

	claims := r.Probes()[1]
	assert.Equal(t, map[string]string{"persistence.existingClaim": "claim-of-yours-1", "sub.primary.persistence.existingClaim": "claim-of-yours-2"}, claims.Claims)
	sized, sizes := claims.Sized()
	assert.Equal(t, map[string]string{"persistence.existingClaim": "4321Mi", "sub.primary.persistence.existingClaim": "4322Mi"}, sizes)
	assert.Equal(t, map[string]any{"enabled": true, "size": "4321Mi"}, sized.Values["persistence"])
	assert.Equal(t, map[string]any{"enabled": true, "existingClaim": "claim-of-yours-1"}, claims.Values["persistence"], "the probe stays as it was")
}

// TestProbesLeaveOutWhatIsOff: a switch below that of a component which is off is
// not turned, one below a switch that is turned as well is.
func TestProbesLeaveOutWhatIsOff(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"values.yaml": `dashboards: {enabled: false, persistence: {enabled: false}}
tools: {enabled: false, web: {persistence: {enabled: false}}}
storage: {enabled: false, persistence: {enabled: false}}
web: {enabled: true, persistence: {enabled: false}}
`,
	}, Options{})
	require.NoError(t, err)
	require.Len(t, r.Probes(), 1)
	assert.Equal(t, "--set storage.enabled=true,storage.persistence.enabled=true,web.persistence.enabled=true", r.Probes()[0].Name)
}

// TestClaimsThatOnlyTemplatesKnow: a key that is a comment in values.yaml is
// given a name as well.
func TestClaimsThatOnlyTemplatesKnow(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"values.yaml":             "persistence: {enabled: true}\nother: {existingClaim: taken}\nflag: true\n",
		"templates/a.yaml":        "{{/* {{ .Values.persistence.existingClaim }} {{ .Values.persistence.existingClaim | quote }} {{ .Values.other.existingClaim }} {{ .Values.flag.existingClaim }} {{ .Values.global.existingClaim }} {{ .Values.size }} */}}\n",
		"Chart.yaml":              chartYAML + "dependencies: [{name: sub, version: 1.0.0, alias: store}]\n",
		"charts/sub/Chart.yaml":   "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/templates/_h": "{{/* .Values.existingClaim */}}",
	}, Options{})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"persistence.existingClaim": "claim-of-yours-1", "store.existingClaim": "claim-of-yours-2"}, r.Probes()[0].Claims)
}

func TestNothingToProbe(t *testing.T) {
	r, err := renderer(t, map[string]string{"values.yaml": "a: 1\n"}, Options{})
	require.NoError(t, err)
	assert.Empty(t, r.Probes())
}

func TestCases(t *testing.T) {
	chart, err := Load(write(t, map[string]string{
		"ci/b-values.yaml":   "a: 2\n",
		"ci/a-values.yaml":   "a: 1\n",
		"ci/notes.yaml":      "a: 3\n",
		"ci/x/y-values.yaml": "a: 4\n",
	}))
	require.NoError(t, err)
	cases, err := chart.Cases(nil)
	require.NoError(t, err)
	assert.Equal(t, []Case{{Name: "default"}, {Name: "ci/a-values.yaml", Values: map[string]any{"a": 1.0}}, {Name: "ci/b-values.yaml", Values: map[string]any{"a": 2.0}}}, cases)
	user := map[string]any{"a": 5, "persistence": map[string]any{"existingClaim": "mine"}}
	cases, err = chart.Cases(user)
	require.NoError(t, err)
	assert.Equal(t, []Case{{Name: "flags", Values: user, Claims: map[string]string{"persistence.existingClaim": "mine"}}}, cases)

	chart, err = Load(write(t, map[string]string{"ci/a-values.yaml": "a: [\n"}))
	require.NoError(t, err)
	_, err = chart.Cases(nil)
	require.ErrorContains(t, err, "ci/a-values.yaml: ")
}

func TestDiscover(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"b/c", "b/c/charts/sub", "a", ".hidden/x", "node_modules/y", "empty"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		if dir != "empty" {
			require.NoError(t, os.WriteFile(filepath.Join(root, dir, "Chart.yaml"), []byte(chartYAML), 0o644))
		}
	}
	charts, found, err := Discover(root)
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, []string{filepath.Join(root, "a"), filepath.Join(root, "b/c")}, charts)
	for _, path := range []string{filepath.Join(root, "a"), filepath.Join(root, "empty"), filepath.Join(root, "a/Chart.yaml"), "nowhere"} {
		_, found, err = Discover(path)
		require.NoError(t, err)
		assert.False(t, found)
	}
}

// TestProbesOfSecrets: each Secret that the user may bring is given a name, and
// turned round, a password.
func TestProbesOfSecrets(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"values.yaml": `auth: {password: "", replicationToken: "", username: app, existingSecret: "", secretKeys: {admin: password}}
smtp: {existingSecretName: taken, existing_secret: ""}
tls: {existingCASecret: "", keyLength: 2048, key: 1}
existingSecretPasswordKey: ""
global: {existingSecret: ""}
`,
		"templates/a.yaml": "{{/* {{ .Values.existingSecret }} {{ .Values.auth.existingSecret }} {{ .Values.global.existingSecret }} */}}\n",
	}, Options{Values: map[string]any{"auth": map[string]any{"database": "app"}}})
	require.NoError(t, err)
	probes := r.Probes()
	require.Len(t, probes, 1)
	assert.Equal(t, "--set auth.existingSecret=secret-1-of-yours,smtp.existing_secret=secret-2-of-yours,tls.existingCASecret=secret-3-of-yours,existingSecret=secret-4-of-yours", probes[0].Name)
	assert.True(t, probes[0].InstallAlone)
	assert.Equal(t, map[string]string{"auth.existingSecret": "secret-1-of-yours", "smtp.existing_secret": "secret-2-of-yours", "tls.existingCASecret": "secret-3-of-yours", "existingSecret": "secret-4-of-yours"}, probes[0].Secrets)

	own, passwords := probes[0].WithPasswords(r.Values().All)
	assert.Equal(t, map[string][]string{"auth.existingSecret": {"Password1OfYours", "Password2OfYours"}, "existingSecret": {"Password3OfYours"}}, passwords)
	assert.Equal(t, map[string]any{"database": "app", "password": "Password1OfYours", "replicationToken": "Password2OfYours"}, own.Values["auth"])
	assert.Equal(t, "secret-1-of-yours", probes[0].Values["auth"].(map[string]any)["existingSecret"], "the probe stays as it was")

	assert.Equal(t, map[string]string{"a.existingSecret": "b"}, NewCase("x", map[string]any{"a": map[string]any{"existingSecret": "b"}}).Secrets)
}
