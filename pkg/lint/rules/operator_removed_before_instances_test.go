package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// operator is a Deployment that runs under the ServiceAccount of its name.
func operator(name string) string {
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s}
spec: {template: {spec: {serviceAccountName: %[1]s, containers: [{name: main, image: %[1]s}]}}}
`, name)
}

// may gives a ServiceAccount a role of one rule.
func may(account, rule string) string {
	return fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: %[1]s}
rules: [%[2]s]
`, account, rule) + bound("ClusterRoleBinding", "ClusterRole", account, account)
}

// bound binds a role to a ServiceAccount.
func bound(kind, roleKind, role, account string) string {
	return fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: %s
metadata: {name: %s}
roleRef: {kind: %s, name: %s}
subjects: [{kind: ServiceAccount, name: %s, namespace: {{ .Release.Namespace }}}]
`, kind, account, roleKind, role, account)
}

// resource is a custom resource with further metadata.
func resource(apiVersion, kind, metadata string) string {
	return fmt.Sprintf("\n---\napiVersion: %s\nkind: %s\nmetadata: {name: x, %s}\n", apiVersion, kind, metadata)
}

// preDelete is a hook that runs a command before anything is deleted.
func preDelete(name, command string) string {
	return fmt.Sprintf(`
---
apiVersion: batch/v1
kind: Job
metadata: {name: %s, annotations: {helm.sh/hook: pre-delete}}
spec: {template: {spec: {containers: [{name: main, command: [sh, -c, %q]}]}}}
`, name, command)
}

func TestOperatorRemovedBeforeInstances(t *testing.T) {
	const (
		onRedis = "{apiGroups: [databases.spotahome.com], resources: [redisfailovers, redisfailovers/status], verbs: [get, update]}"
		onAll   = "{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"
	)
	redis := resource("databases.spotahome.com/v1", "RedisFailover", "")
	reported := []string{"warning Deployment/redis-operator"}
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{
			name:     "status and update",
			template: operator("redis-operator") + may("redis-operator", onRedis) + redis,
			want:     reported,
		},
		{
			name:     "every verb, under a name that says nothing",
			template: operator("app") + may("app", "{apiGroups: [databases.spotahome.com], resources: [redisfailovers], verbs: ['*']}") + redis,
			want:     []string{"warning Deployment/app"},
		},
		{
			name: "two operators, each with its own",
			template: operator("redis-operator") + may("redis-operator", onRedis) + redis +
				operator("erda-operator") + may("erda-operator", "{apiGroups: [erda.terminus.io], resources: [erdas, erdas/status], verbs: ['*']}") + resource("erda.terminus.io/v1beta1", "Erda", ""),
			want: []string{"warning Deployment/redis-operator", "warning Deployment/erda-operator"},
		},
		{
			name: "a role in the namespace, and an irregular plural",
			template: operator("proxy-operator") + bound("RoleBinding", "Role", "proxy-operator", "proxy-operator") +
				"\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: proxy-operator}\nrules: [{apiGroups: [example.com], resources: [proxies, proxies/finalizers], verbs: [patch]}]\n" +
				resource("example.com/v1", "Proxy", ""),
			want: []string{"warning Deployment/proxy-operator"},
		},
		{
			name: "an aggregated role",
			template: operator("redis-operator") + bound("ClusterRoleBinding", "ClusterRole", "all", "redis-operator") + redis +
				"\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: all}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {to: all}}]}\n" +
				"\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: part, labels: {to: all}}\nrules: [" + onRedis + "]\n",
			want: reported,
		},
		{
			name:     "cluster-admin, and operator by name",
			template: operator("redis-operator") + bound("ClusterRoleBinding", "ClusterRole", "cluster-admin", "redis-operator") + redis,
			want:     reported,
		},
		{
			name:     "all rights, and an image that speaks of the kind",
			template: operator("redisfailover-controller") + may("redisfailover-controller", onAll) + redis,
			want:     []string{"warning Deployment/redisfailover-controller"},
		},
		{
			name:     "a pre-delete hook with another job",
			template: operator("redis-operator") + may("redis-operator", onRedis) + redis + preDelete("x-pre-delete", "curl http://chat/bye"),
			want:     reported,
		},
		{
			name: "the API server of the same product may write instances and is not their operator",
			template: operator("api") + may("api", "{apiGroups: [databases.spotahome.com], resources: [redisfailovers], verbs: [create, update]}") +
				operator("redis-operator") + may("redis-operator", onRedis) + redis,
			want: reported,
		},
		{
			name: "the operator's own configuration",
			template: operator("postgres-operator") + may("postgres-operator", "{apiGroups: [acid.zalan.do], resources: [operatorconfigurations, operatorconfigurations/status], verbs: ['*']}") +
				resource("acid.zalan.do/v1", "OperatorConfiguration", ""),
		},
		{
			name: "what is called a configuration, and is a whole system",
			template: operator("tekton-operator") + may("tekton-operator", "{apiGroups: [operator.tekton.dev], resources: [tektonconfigs, tektonconfigs/status], verbs: ['*']}") +
				resource("operator.tekton.dev/v1alpha1", "TektonConfig", ""),
			want: []string{"warning Deployment/tekton-operator"},
		},
		{
			name:     "instances elsewhere",
			template: operator("redis-operator") + may("redis-operator", onRedis),
		},
		{
			name:     "an operator elsewhere",
			template: operator("web") + redis,
		},
		{
			name:     "cluster-admin without a hint",
			template: operator("dashboard") + bound("ClusterRoleBinding", "ClusterRole", "cluster-admin", "dashboard") + redis,
		},
		{
			name:     "another kind of the group",
			template: operator("redis-operator") + may("redis-operator", "{apiGroups: [databases.spotahome.com], resources: [redisfailoverbackups], verbs: ['*']}") + redis,
		},
		{
			name:     "another group's kind of that name",
			template: operator("redis-operator") + may("redis-operator", onRedis) + resource("redis.example.com/v1", "RedisFailover", ""),
		},
		{
			name:     "reads only",
			template: operator("redis-operator") + may("redis-operator", "{apiGroups: [databases.spotahome.com], resources: [redisfailovers], verbs: [get, list, watch]}") + redis,
		},
		{
			name:     "another ServiceAccount",
			template: operator("redis-operator") + may("redis-exporter", onRedis) + redis,
		},
		{
			name:     "an instance in a namespace that the role does not reach",
			template: operator("redis-operator") + bound("RoleBinding", "ClusterRole", "redis-operator", "redis-operator") + resource("databases.spotahome.com/v1", "RedisFailover", "namespace: other"),
		},
		{
			name:     "a hook deletes the kind",
			template: operator("redis-operator") + may("redis-operator", onRedis) + redis + preDelete("x", "kubectl delete redisfailovers --all --wait"),
		},
		{
			name:     "a hook that says so in its name",
			template: operator("redis-operator") + may("redis-operator", onRedis) + redis + preDelete("x-cleanup", "/run.sh"),
		},
		{
			name:     "a kept instance",
			template: operator("redis-operator") + may("redis-operator", onRedis) + resource("databases.spotahome.com/v1", "RedisFailover", "annotations: {helm.sh/resource-policy: keep}"),
		},
		{
			name:     "an instance that is a hook",
			template: operator("redis-operator") + may("redis-operator", onRedis) + resource("databases.spotahome.com/v1", "RedisFailover", "annotations: {helm.sh/hook: post-install}"),
		},
		{
			name:     "monitors are settings",
			template: operator("prometheus-operator") + may("prometheus-operator", "{apiGroups: [monitoring.coreos.com], resources: ['*'], verbs: ['*']}") + resource("monitoring.coreos.com/v1", "Prometheus", ""),
		},
		{
			name:     "issuers are settings",
			template: operator("cert-manager") + may("cert-manager", "{apiGroups: [cert-manager.io], resources: [issuers, issuers/status], verbs: [update]}") + resource("cert-manager.io/v1", "Issuer", ""),
		},
		{
			name:     "by its name, and may write instances, not their status",
			template: operator("redis-operator") + may("redis-operator", "{apiGroups: [databases.spotahome.com], resources: [redisfailovers], verbs: [get, update]}") + redis,
			want:     reported,
		},
		{
			name:     "a kind that Helm deletes before Deployments, whatever its group",
			template: operator("serving-operator") + may("serving-operator", "{apiGroups: [serving.knative.dev], resources: ['*'], verbs: ['*']}") + resource("serving.knative.dev/v1", "Service", ""),
		},
	})
}

// TestSettings: custom resources that only tell a controller what to do go when
// they are deleted; others of the same groups do not.
func TestSettings(t *testing.T) {
	for _, tt := range []struct {
		apiVersion, kind string
		setting          bool
	}{
		{"networking.istio.io/v1", "VirtualService", true},
		{"cilium.io/v2", "CiliumNetworkPolicy", true},
		{"kyverno.io/v1", "ClusterPolicy", true},
		{"velero.io/v1", "Schedule", true},
		{"velero.io/v1", "Backup", false},
		{"external-secrets.io/v1", "ExternalSecret", true},
		{"external-secrets.io/v1alpha1", "PushSecret", false},
		{"keda.sh/v1alpha1", "TriggerAuthentication", true},
		{"keda.sh/v1alpha1", "ScaledObject", false},
		{"argoproj.io/v1alpha1", "AppProject", true},
		{"argoproj.io/v1alpha1", "Application", false},
		{"snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", true},
		{"snapshot.storage.k8s.io/v1", "VolumeSnapshot", false},
		{"bitnami.com/v1alpha1", "SealedSecret", true},
		{"route.openshift.io/v1", "Route", true},
		{"caches.example.com/v1", "Cache", false},
	} {
		t.Run(tt.apiVersion+" "+tt.kind, func(t *testing.T) {
			group, _, _ := strings.Cut(tt.apiVersion, "/")
			findings := found(t, rules.OperatorRemovedBeforeInstances, operator("controller")+may("controller", "{apiGroups: ["+group+"], resources: ['*'], verbs: ['*']}")+resource(tt.apiVersion, tt.kind, ""), "")
			assert.Equal(t, tt.setting, len(findings) == 0)
		})
	}
}

func TestOperatorRemovedBeforeInstancesNamesThem(t *testing.T) {
	findings := found(t, rules.OperatorRemovedBeforeInstances, operator("redis-operator")+
		may("redis-operator", "{apiGroups: [databases.spotahome.com], resources: [redisfailovers], verbs: ['*']}")+
		resource("databases.spotahome.com/v1", "RedisFailover", "")+`
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: redisfailovers.databases.spotahome.com}
spec: {group: databases.spotahome.com, names: {kind: RedisFailover}}
`, "")
	require.Len(t, findings, 1)
	assert.Equal(t, []manifest.ID{{APIVersion: "databases.spotahome.com/v1", Kind: "RedisFailover", Name: "x"}}, findings[0].Related)
	assert.Contains(t, findings[0].Message, "Deployment/redis-operator first, then its roles, the CustomResourceDefinition, and only then RedisFailover/x")
}

// TestOperatorsOfInstances: instances that are alike are judged once, and those that
// are not are not.
func TestOperatorsOfInstances(t *testing.T) {
	const group = "databases.spotahome.com"
	named := func(kind, name string) string {
		return strings.Replace(resource(group+"/v1", kind, ""), "name: x", "name: "+name, 1)
	}
	instances := named("RedisFailover", "a") + named("Sentinel", "b") + named("RedisFailover", "c") + named("Sentinel", "d")
	all := func(kind, names string) string {
		return fmt.Sprintf("{apiGroups: [%s], resources: [%s, %[2]s/status], verbs: ['*']%s}", group, kind, names)
	}
	related := func(grants string) map[string][]string {
		out := map[string][]string{}
		for _, f := range found(t, rules.OperatorRemovedBeforeInstances, operator("first")+operator("second")+grants+instances, "") {
			for _, o := range f.Related {
				out[f.Object.Name] = append(out[f.Object.Name], o.Name)
			}
		}
		return out
	}
	assert.Equal(t, map[string][]string{"first": {"a", "c", "b", "d"}, "second": {"b", "d"}},
		related(may("first", all("redisfailovers", "")+", "+all("sentinels", ""))+may("second", all("sentinels", ""))))
	assert.Equal(t, map[string][]string{"first": {"c"}, "second": {"b", "d"}},
		related(may("first", all("redisfailovers", ", resourceNames: [c]"))+may("second", all("sentinels", ""))), "a rule that names one")
}
