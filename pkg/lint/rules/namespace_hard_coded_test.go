package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestNamespaceHardCoded(t *testing.T) {
	const field = " metadata.namespace"
	in := func(apiVersion, kind, namespace string) string {
		return namedObject(apiVersion, kind, "'{{ .Release.Name }}-"+namespace+"'", "namespace: "+namespace)
	}
	check(t, rules.NamespaceHardCoded, []scenario{
		{
			name:     "a Secret",
			template: in("v1", "Secret", "shop"),
			want:     []string{"warning Secret/rel-shop" + field},
		},
		{
			name:     "the namespace that the release happens to be in",
			template: in("v1", "Secret", "prod"),
			want:     []string{"warning Secret/rel-prod" + field},
		},
		{
			name:     "one finding for each namespace, the claim first",
			template: in("v1", "Secret", "shop") + in("v1", "PersistentVolumeClaim", "shop") + in("v1", "Service", "bank"),
			want:     []string{"warning PersistentVolumeClaim/rel-shop" + field, "warning Service/rel-bank" + field},
		},
		{
			name:     "a namespace that the release creates",
			template: in("v1", "Secret", "shop") + namedObject("v1", "Namespace", "shop", ""),
			want:     []string{"info Secret/rel-shop" + field},
		},
		{
			name:     "a value of the chart",
			values:   "backup: {namespace: shop}\n",
			template: namedObject("batch/v1", "CronJob", "x", "namespace: '{{ .Values.backup.namespace }}'"),
			want:     []string{"info CronJob/x" + field},
		},
		{
			name:     "a value that is equal by chance",
			values:   "component: shop\n",
			template: in("v1", "Secret", "shop"),
			want:     []string{"warning Secret/rel-shop" + field},
		},
		{
			name:     "the release's namespace",
			template: namedObject("v1", "Secret", "x", "namespace: '{{ .Release.Namespace }}'") + namedObject("v1", "Secret", "y", ""),
		},
		{
			name:     "a namespace made of the release's",
			template: namedObject("v1", "Secret", "x", "namespace: '{{ .Release.Namespace }}-jobs'") + namedObject("v1", "Secret", "y", "namespace: '{{ .Release.Name }}'"),
		},
		{
			name:     "the cluster's own namespaces",
			template: in("v1", "ConfigMap", "kube-system") + in("v1", "ConfigMap", "openshift-config"),
		},
		{
			name:     "permissions",
			template: in("rbac.authorization.k8s.io/v1", "Role", "shop") + in("rbac.authorization.k8s.io/v1", "RoleBinding", "shop"),
		},
		{
			name:     "what monitoring reads",
			template: in("monitoring.coreos.com/v1", "ServiceMonitor", "monitoring") + namedObject("v1", "ConfigMap", "x", "namespace: monitoring, labels: {grafana_dashboard: '1'}"),
		},
		{
			name:     "a hook",
			template: namedObject("v1", "Secret", "x", "namespace: shop, annotations: {helm.sh/hook: pre-install}"),
		},
		{
			name:     "a cluster-scoped object",
			template: in("storage.k8s.io/v1", "StorageClass", "shop") + in("v1", "PersistentVolume", "shop"),
		},
		{
			name:     "left out while lookup finds it",
			template: "{{ if not (lookup \"v1\" \"Secret\" \"shop\" \"x\") }}\n" + namedObject("v1", "Secret", "x", "namespace: shop") + "{{ end }}\n",
		},
	})
}

func TestNamespaceHardCodedMessage(t *testing.T) {
	in := func(kind, name string) string { return namedObject("v1", kind, name, "namespace: shop") }
	const rest = ` to namespace "shop" wherever the release is installed: the rest of the release cannot use it from elsewhere, and a release of the same name in another namespace fights over it`
	const made = ` to namespace "shop", which the release creates: there can only be one such release in a cluster`
	for _, s := range []struct{ template, values, want string }{
		{in("Secret", "x"), "", "this object goes" + rest},
		{in("Service", "x") + in("Secret", "z"), "", "Secret/z and Service/x go" + rest},
		{in("Secret", "x"), "targetNamespace: shop\n", "this object goes" + rest + "; a value of the chart says so, and may say something else"},
		{in("Secret", "x") + namedObject("v1", "Namespace", "shop", ""), "", "this object goes" + made},
	} {
		findings := found(t, rules.NamespaceHardCoded, s.template, s.values)
		require.Len(t, findings, 1)
		assert.Equal(t, s.want, findings[0].Message)
	}
}

func TestNamespaceThatTheUserChose(t *testing.T) {
	rehearsal := rehearse(t, namedObject("v1", "Secret", "x", "namespace: shop"), "")
	rehearsal.Values = lifecycle.Values{User: map[string]any{"target": "shop"}}
	assert.Empty(t, lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.NamespaceHardCoded}))
}
