package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestSharedName(t *testing.T) {
	const field = " metadata.name"
	object := func(kind, name string) string { return namedObject("v1", kind, name, "") }
	const own = "'{{ .Release.Name }}-x'"
	check(t, rules.SharedName, []scenario{
		{
			name:     "one name among others",
			template: object("Service", own) + object("ConfigMap", "settings"),
			want:     []string{"warning ConfigMap/settings" + field},
		},
		{
			name:     "all are one finding, the claim first",
			template: object("Service", "web") + object("Secret", "login") + object("PersistentVolumeClaim", "data") + object("ConfigMap", own),
			want:     []string{"warning PersistentVolumeClaim/data" + field},
		},
		{
			name:     "a name that changes with the namespace alone",
			template: object("Service", own) + object("Secret", "'{{ .Release.Namespace }}-login'"),
			want:     []string{"warning Secret/prod-login" + field},
		},
		{
			name:     "in the release's namespace, by name",
			template: object("Service", own) + namedObject("v1", "Secret", "login", "namespace: '{{ .Release.Namespace }}'"),
			want:     []string{"warning Secret/login" + field},
		},
		{
			name:     "a cluster-scoped name that carries neither",
			template: object("Service", own) + namedObject("rbac.authorization.k8s.io/v1", "ClusterRole", "reader", ""),
			want:     []string{"info ClusterRole/reader" + field},
		},
		{
			name:     "a StorageClass, which carries neither",
			template: object("Service", own) + namedObject("storage.k8s.io/v1", "StorageClass", "nfs", ""),
			want:     []string{"warning StorageClass/nfs" + field},
		},
		{
			name:     "a chart that is meant once, with data",
			template: object("Service", "search") + set(""),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "a chart that is meant once, with a generated Secret",
			template: object("Service", "search") + object("Secret", "login") + "data: {password: {{ randAlphaNum 9 | b64enc }}}\n",
			want:     []string{"warning Secret/login" + field},
		},
		{
			name:     "a chart that is meant once, without data",
			template: namedObject("apps/v1", "Deployment", "operator", "") + object("ServiceAccount", "operator") + object("Secret", "login"),
			want:     []string{"info Secret/login" + field},
		},
		{
			name:     "what monitoring reads",
			template: object("Service", own) + namedObject("v1", "ConfigMap", "board", "labels: {grafana_dashboard: '1'}") + namedObject("monitoring.coreos.com/v1", "ServiceMonitor", "x", ""),
			want:     []string{"info ConfigMap/board" + field},
		},
		{
			name:     "what monitoring alone reads",
			template: object("Service", own) + namedObject("monitoring.coreos.com/v1", "ServiceMonitor", "x", ""),
			want:     []string{"info ServiceMonitor/x" + field},
		},
		{
			name:     "a StatefulSet without claims comes before a volume",
			template: object("Service", own) + namedObject("v1", "PersistentVolume", "disk", "") + namedObject("apps/v1", "StatefulSet", "db", ""),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "a volume comes before a Secret",
			template: object("Service", own) + object("Secret", "login") + namedObject("v1", "PersistentVolume", "disk", ""),
			want:     []string{"warning PersistentVolume/disk" + field},
		},
		{
			name:     "names with the release's",
			template: object("Service", own) + object("Secret", "'login-{{ .Release.Name }}'") + object("ConfigMap", "'c-{{ .Release.Name | sha256sum | trunc 8 }}'"),
		},
		{
			name:     "a cluster-scoped name with the release's or the namespace",
			template: namedObject("rbac.authorization.k8s.io/v1", "ClusterRole", own, "") + namedObject("rbac.authorization.k8s.io/v1", "ClusterRole", "'{{ .Release.Namespace }}-reader'", ""),
		},
		{
			name:     "a random name",
			template: object("Service", own) + object("Secret", "'login-{{ randAlphaNum 5 | lower }}'"),
		},
		{
			name:     "one of a kind",
			template: object("Service", own) + definition("a.example.com", "") + object("Namespace", "shop") + namedObject("scheduling.k8s.io/v1", "PriorityClass", "high", "") + namedObject("apiregistration.k8s.io/v1", "APIService", "v1.example.com", ""),
		},
		{
			name:     "a hook has no owner",
			template: object("Service", own) + namedObject("batch/v1", "Job", "migrate", "annotations: {helm.sh/hook: pre-install}"),
		},
		{
			name:     "in another namespace",
			template: object("Service", own) + namedObject("rbac.authorization.k8s.io/v1", "RoleBinding", "reader", "namespace: kube-system"),
		},
		{
			name:     "left out while lookup finds it",
			template: object("Service", own) + "{{ if not (lookup \"v1\" \"Secret\" .Release.Namespace \"login\") }}\n" + object("Secret", "login") + "{{ end }}\n",
		},
	})
}

func TestSharedNameMessage(t *testing.T) {
	const own = "\n---\napiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}-x'}\n"
	for _, s := range []struct{ name, template, want string }{
		{"one", namedObject("v1", "ConfigMap", "settings", ""),
			"this name does not carry the release name: a second release in the namespace is refused (invalid ownership metadata)"},
		{"several", namedObject("v1", "ConfigMap", "settings", "") + namedObject("v1", "Secret", "login", ""),
			"Secret/login and ConfigMap/settings do not carry the release name: a second release in the namespace is refused (invalid ownership metadata)"},
		{"claims", set(""),
			"this name does not carry the release name: a second release in the namespace is refused (invalid ownership metadata); once the first is gone it mounts its data (data-db-0)"},
		{"cluster-scoped", namedObject("rbac.authorization.k8s.io/v1", "ClusterRole", "reader", ""),
			"this name does not carry the release name or the namespace: a second release anywhere in the cluster is refused (invalid ownership metadata)"},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.SharedName, s.template+own, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
		})
	}
}

func TestNamesThatTheUserChose(t *testing.T) {
	template := namedObject("v1", "Service", "'{{ .Release.Name }}-x'", "") + namedObject("v1", "Secret", "shop-login", "")
	for name, values := range map[string]map[string]any{
		"verbatim":      {"auth": map[string]any{"secret": "shop-login"}},
		"as a part":     {"fullnameOverride": "shop"},
		"as a manifest": {"extra": []any{"apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop-login\n"}},
		"as a key":      {"secrets": map[string]any{"shop-login": map[string]any{"password": "x"}}},
		"by template":   {"auth": map[string]any{"secret": "{{ .Values.x }}-login"}},
	} {
		rehearsal := rehearse(t, template, "")
		rehearsal.Values = lifecycle.Values{User: values}
		assert.Empty(t, lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.SharedName}), name)
	}
	rehearsal := rehearse(t, template, "")
	rehearsal.Values = lifecycle.Values{User: map[string]any{"password": "shop", "hostname": "shop", "name": "sho", "fullnameOverride": "", "label": "{{ .Release.Name }}",
		"shop-login": map[string]any{"key": "x"}, "section": map[string]any{"shop-login": "x"}}} // a sub chart's values, and no list of objects
	assert.Len(t, lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.SharedName}), 1)
}
