package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestFoundByName(t *testing.T) {
	stream, err := manifest.Parse([]byte(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-db-1, namespace: other}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db, tier: back}}
    spec: {containers: [{name: c, volumeMounts: [{name: data, mountPath: /d}]}]}
  volumeClaimTemplates: [{metadata: {name: data}}]
---
apiVersion: v1
kind: Pod
metadata: {name: backup, labels: {app: backup, tier: back}}
spec:
  volumes:
  - {name: v, persistentVolumeClaim: {claimName: data-db-1}}
  - {name: w, persistentVolumeClaim: {claimName: data-db-2}}
`))
	require.NoError(t, err)
	inv := inventory.New(lifecycle.Release{Namespace: "default"}, stream.Objects())
	pod := inv.Objects[2]
	foreign, template := inv.Claims[0], inv.Claims[1]

	assert.Same(t, template, inv.FindClaim(pod, "data-db-1"), "the claim of that name is in another namespace")
	assert.Same(t, foreign, inv.FindClaim(inv.Objects[0], "data-db-1"))
	assert.Nil(t, inv.FindClaim(pod, "data-db-"))
	assert.Nil(t, inv.FindClaim(pod, ""))

	assert.Empty(t, inv.MountedBy(foreign))
	var mounting []string
	for _, w := range inv.MountedBy(template) {
		mounting = append(mounting, w.Object.Name)
	}
	assert.Contains(t, mounting, "backup")
	assert.Len(t, mounting, len(unique(mounting)), "each once")

	names := func(selector map[string]any) []string {
		var out []string
		for _, w := range inv.Selected(selector) {
			out = append(out, w.Object.Name)
		}
		return out
	}
	assert.Equal(t, []string{"db", "backup"}, names(map[string]any{"matchLabels": map[string]any{"tier": "back"}}))
	assert.Equal(t, []string{"backup"}, names(map[string]any{"matchLabels": map[string]any{"tier": "back", "app": "backup"}}))
	assert.Equal(t, []string{"db", "backup"}, names(map[string]any{}), "an empty selector matches all")
	assert.Empty(t, names(nil), "no selector matches nothing")
	assert.Empty(t, names(map[string]any{"matchLabels": map[string]any{"app": "none"}}))
}

func unique(names []string) map[string]bool {
	out := map[string]bool{}
	for _, name := range names {
		out[name] = true
	}
	return out
}

func TestBindingsAndRoles(t *testing.T) {
	stream, err := manifest.Parse([]byte(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: role}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: twice}
subjects:
- {kind: ServiceAccount, name: a, namespace: one}
- {kind: ServiceAccount, name: a, namespace: two}
- {kind: User, name: b}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: both}
subjects: [{kind: ServiceAccount, name: a}, {kind: ServiceAccount, name: b}]
---
apiVersion: example.com/v1
kind: RoleBinding
metadata: {name: foreign}
subjects: [{kind: ServiceAccount, name: a}]
`))
	require.NoError(t, err)
	inv := inventory.New(lifecycle.Release{}, stream.Objects())
	names := func(objects []*manifest.Object) (out []string) {
		for _, o := range objects {
			out = append(out, o.Name)
		}
		return out
	}
	assert.Equal(t, []string{"role"}, names(inv.Roles()))
	assert.Equal(t, []string{"twice", "both"}, names(inv.Bindings("a")))
	assert.Equal(t, []string{"both"}, names(inv.Bindings("b")))
	assert.Empty(t, inv.Bindings("c"))
}
