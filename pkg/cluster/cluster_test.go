package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const release = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 8Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: static}
spec:
  storageClassName: ""
  volumeName: mine
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 8Gi}}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {p: secret}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless}
spec: {clusterIP: None}
---
apiVersion: v1
kind: Namespace
metadata: {name: other}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: far, namespace: other}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  ordinals: {start: 3}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
  - metadata: {name: data, labels: {app: template, tier: x}}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`

func installed(t *testing.T) *Cluster {
	t.Helper()
	stream, err := manifest.Parse([]byte(release))
	require.NoError(t, err)
	c := New()
	for _, o := range stream.Objects() {
		fields := copied(o.Fields)
		if o.Namespace == "" && o.Kind != "Namespace" {
			child(fields, "metadata")["namespace"] = "prod"
		}
		require.Equal(t, lifecycle.Verdict{}, c.Create(lifecycle.ClientSide, fields))
	}
	c.Settle()
	return c
}

func TestInstallSettles(t *testing.T) {
	c := installed(t)
	text := func(kind, name string, path ...any) string {
		return manifest.StringAt(c.Get("v1", kind, "prod", name), path...)
	}
	uid := text("PersistentVolumeClaim", "data", "metadata", "uid")
	require.NotEmpty(t, uid)
	assert.Equal(t, "pvc-"+uid, text("PersistentVolumeClaim", "data", "spec", "volumeName"))
	assert.Equal(t, "Bound", text("PersistentVolumeClaim", "data", "status", "phase"))
	assert.Equal(t, "8Gi", text("PersistentVolumeClaim", "data", "status", "capacity", "storage"))
	assert.Equal(t, "standard", text("PersistentVolumeClaim", "data", "spec", "storageClassName"))
	assert.Equal(t, "mine", text("PersistentVolumeClaim", "static", "spec", "volumeName"))
	class, ok := manifest.Lookup(c.Get("v1", "PersistentVolumeClaim", "prod", "static"), "spec", "storageClassName")
	assert.True(t, ok && class == "", "an empty class is no class, and stays")
	assert.Equal(t, "c2VjcmV0", text("Secret", "s", "data", "p"))
	assert.NotEmpty(t, text("Service", "web", "spec", "clusterIP"))
	assert.Equal(t, "None", text("Service", "headless", "spec", "clusterIP"))
}

func TestStatefulSetClaims(t *testing.T) {
	c := installed(t)
	var names []string
	for _, claim := range c.List("v1", "PersistentVolumeClaim", "prod") {
		names = append(names, manifest.StringAt(claim, "metadata", "name"))
	}
	assert.Equal(t, []string{"data", "data-db-3", "data-db-4", "static"}, names)
	claim := c.Get("v1", "PersistentVolumeClaim", "prod", "data-db-3")
	assert.Equal(t, map[string]string{"app": "db", "tier": "x"}, manifest.StringMapAt(claim, "metadata", "labels"), "the selector's labels win")
}

func TestLookupSeesNamespacesAndKinds(t *testing.T) {
	c := installed(t)
	assert.NotNil(t, c.Get("v1", "Namespace", "ignored", "other"))
	assert.NotNil(t, c.Get("v1", "ConfigMap", "other", "far"))
	assert.Nil(t, c.Get("v1", "ConfigMap", "prod", "far"))
	assert.Nil(t, c.Get("apps/v1", "ConfigMap", "other", "far"))
	assert.Len(t, c.List("v1", "ConfigMap", ""), 1)
	assert.Empty(t, c.List("v1", "Pod", ""))
}

func TestScopeOfCustomResources(t *testing.T) {
	c := New()
	assert.False(t, c.ClusterScoped("example.com/v1", "Realm"), "unless known otherwise")
	c.Define([]lifecycle.Definition{{Group: "example.com", Kind: "Realm", ClusterScoped: true}})
	assert.True(t, c.ClusterScoped("example.com/v2", "Realm"))
	assert.True(t, c.Clone().ClusterScoped("example.com/v1", "Realm"))

	definition := map[string]any{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "zones.example.com"},
		"spec": map[string]any{"group": "example.com", "scope": "Cluster", "names": map[string]any{"kind": "Zone"}}}
	require.False(t, c.Create(lifecycle.ClientSide, definition).Refused)
	assert.True(t, c.ClusterScoped("example.com/v1", "Zone"), "as a template of the chart defines it")

	zone := map[string]any{"apiVersion": "example.com/v1", "kind": "Zone", "metadata": map[string]any{"name": "a"}}
	require.False(t, c.Create(lifecycle.ClientSide, zone).Refused)
	c.Delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "zones.example.com")
	assert.Nil(t, c.Get("example.com/v1", "Zone", "", "a"), "instances go with their definition")
}

func TestAnswersAreCopies(t *testing.T) {
	c := installed(t)
	c.Get("v1", "Secret", "prod", "s")["data"].(map[string]any)["p"] = "changed"
	c.List("v1", "Secret", "prod")[0]["data"].(map[string]any)["p"] = "changed"
	assert.Equal(t, "c2VjcmV0", manifest.StringAt(c.Get("v1", "Secret", "prod", "s"), "data", "p"))
}
