package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const accounts = `
apiVersion: v1
kind: Pod
metadata: {name: first, namespace: one}
spec: {serviceAccountName: worker}
---
apiVersion: v1
kind: Pod
metadata: {name: second, namespace: one}
spec: {serviceAccount: worker}
---
apiVersion: v1
kind: Pod
metadata: {name: elsewhere, namespace: two}
spec: {serviceAccountName: worker}
---
apiVersion: v1
kind: Pod
metadata: {name: stranger, namespace: three}
spec: {serviceAccountName: worker}
---
apiVersion: v1
kind: Pod
metadata: {name: idle, namespace: one}
spec: {}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: edit, namespace: two}
rules: [{resources: [two]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: edit, namespace: one}
rules: [{resources: [one]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: edit, namespace: one}
roleRef: {kind: Role, name: edit}
subjects: [{kind: ServiceAccount, name: worker, namespace: one}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: filled}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {fills: it}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part, labels: {fills: it}}
rules: [{resources: [part]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: all}
roleRef: {kind: ClusterRole, name: filled}
subjects: [{kind: ServiceAccount, name: worker, namespace: one}, {kind: ServiceAccount, name: worker, namespace: two}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: worker, namespace: two}]
`

func TestAccounts(t *testing.T) {
	stream, err := manifest.Parse([]byte(accounts))
	require.NoError(t, err)
	inv := inventory.New(lifecycle.Release{}, stream.Objects())
	of := map[string]*inventory.Account{}
	for _, w := range inv.Workloads {
		of[w.Object.Name] = inv.AccountOf(w)
	}
	assert.Same(t, of["first"], of["second"])
	assert.NotSame(t, of["first"], of["elsewhere"])
	assert.Nil(t, of["stranger"], "its namespace has another account of that name")
	assert.Nil(t, of["idle"], "the default account is given nothing")
	assert.Equal(t, []*inventory.Account{of["first"], of["elsewhere"]}, inv.Accounts())

	type grant struct {
		binding, resource string
		admin             bool
	}
	grants := func(a *inventory.Account) (out []grant) {
		for _, g := range a.Grants {
			found := grant{binding: g.Binding.Name, admin: g.Admin}
			for _, rule := range g.Rules {
				found.resource += manifest.StringsAt(rule, "resources")[0]
			}
			out = append(out, found)
		}
		return out
	}
	assert.Equal(t, []grant{{"edit", "one", false}, {"all", "part", false}}, grants(of["first"]))
	assert.Equal(t, []grant{{"all", "part", false}, {"admin", "", true}}, grants(of["elsewhere"]))
}

func TestObjectsByKindAndName(t *testing.T) {
	stream, err := manifest.Parse([]byte(accounts))
	require.NoError(t, err)
	inv := inventory.New(lifecycle.Release{}, stream.Objects())
	assert.Len(t, inv.Kind("", "Pod"), 5)
	assert.Empty(t, inv.Kind("example.com", "Pod"))
	edits := inv.Named(manifest.RBACGroup, "Role", "edit")
	require.Len(t, edits, 2)
	assert.Equal(t, "two", edits[0].Namespace)
	assert.Empty(t, inv.Named("", "Pod", "edit"))
	assert.Equal(t, "first", inv.WorkloadOf(inv.Kind("", "Pod")[0]).Object.Name)
	assert.Nil(t, inv.WorkloadOf(edits[0]))
}

func TestClaimsOf(t *testing.T) {
	stream, err := manifest.Parse([]byte(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {volumeClaimTemplates: [{metadata: {name: data}}, {metadata: {name: log}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache}
---
apiVersion: v1
kind: Service
metadata: {name: db}
`))
	require.NoError(t, err)
	inv := inventory.New(lifecycle.Release{}, stream.Objects())
	names := func(i int) (out []string) {
		for _, c := range inv.ClaimsOf(inv.Objects[i]) {
			out = append(out, c.Name)
		}
		return out
	}
	assert.Equal(t, []string{"data-db-", "log-db-"}, names(0))
	assert.Equal(t, []string{"cache"}, names(1))
	assert.Empty(t, names(2))
}
