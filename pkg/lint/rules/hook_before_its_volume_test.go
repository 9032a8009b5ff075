package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const (
	migrates  = "hook: pre-install"
	secretRef = "containers: [{name: j, envFrom: [{secretRef: {name: s}}]}]"
)

// hookOfKind is a hook with pods; hook is what follows "helm.sh/" in its
// annotations.
func hookOfKind(apiVersion, kind, name, hook, pod string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", annotations: {helm.sh/" + hook + "}}\nspec: {template: {metadata: {labels: {app: j}}, spec: {" + pod + "}}}\n"
}

func jobNeeding(hook, pod string) string { return hookOfKind("batch/v1", "Job", "j", hook, pod) }

// thing is an object with nothing but a name and perhaps hook annotations.
func thing(apiVersion, kind, name, hook string) string {
	if hook != "" {
		hook = ", annotations: {helm.sh/" + hook + "}"
	}
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + hook + "}\n"
}

// boundEarly binds a role to a ServiceAccount in a pre-install hook.
func boundEarly(account, role string) string {
	return strings.Replace(bound("RoleBinding", "Role", role, account), "{name: "+account+"}", "{name: "+account+", annotations: {helm.sh/hook: pre-install}}", 1)
}

// policyFor is a network policy for the pods of an app.
func policyFor(app, hook string) string {
	return thing("networking.k8s.io/v1", "NetworkPolicy", "allow", hook) + "spec: {podSelector: {matchLabels: {app: " + app + "}}}\n"
}

func TestHookBeforeItsVolume(t *testing.T) {
	const spec = " spec.template.spec."
	const env = "error Job/j" + spec + "containers[0].envFrom[0].secretRef"
	const account = "Job/j" + spec + "serviceAccountName"
	check(t, rules.HookBeforeItsVolume, []scenario{
		{
			name:     "a Secret of the release",
			template: jobNeeding(migrates, secretRef) + thing("v1", "Secret", "s", ""),
			want:     []string{env},
		},
		{
			name: "a claim, a ConfigMap and a ServiceAccount, in one finding",
			template: jobNeeding(migrates, "serviceAccount: a, volumes: [{name: c, configMap: {name: c}}, {name: d, persistentVolumeClaim: {claimName: d}}]") +
				thing("v1", "ServiceAccount", "a", "") + thing("v1", "ConfigMap", "c", "") + thing("v1", "PersistentVolumeClaim", "d", ""),
			want: []string{"error Job/j" + spec + "serviceAccount"},
		},
		{
			name:     "in a projected volume and in the environment of an init container",
			template: jobNeeding(migrates, "initContainers: [{name: i, env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}]}], volumes: [{name: v, projected: {sources: [{secret: {name: s}}]}}]") + thing("v1", "Secret", "s", ""),
			want:     []string{"error Job/j" + spec + "volumes[0].projected.sources[0].secret"},
		},
		{
			name:     "a claim that a StatefulSet of the release makes",
			template: jobNeeding(migrates, "volumes: [{name: d, persistentVolumeClaim: {claimName: d-db-0}}]") + "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {volumeClaimTemplates: [{metadata: {name: d}}]}\n",
			want:     []string{"error Job/j" + spec + "volumes[0].persistentVolumeClaim.claimName"},
		},
		{
			name:     "a PriorityClass",
			template: jobNeeding(migrates, "priorityClassName: high") + thing("scheduling.k8s.io/v1", "PriorityClass", "high", ""),
			want:     []string{"error Job/j" + spec + "priorityClassName"},
		},
		{
			name:     "a Pod",
			template: "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {helm.sh/hook: pre-install}}\nspec: {serviceAccountName: a}\n" + thing("v1", "ServiceAccount", "a", ""),
			want:     []string{"error Pod/p spec.serviceAccountName"},
		},
		{
			name:     "hooks of a later weight",
			template: jobNeeding(`hook: pre-install, helm.sh/hook-weight: "-1"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install"),
			want:     []string{"error " + account},
		},
		{
			name:     "hooks of one weight, by name",
			template: jobNeeding(migrates, "serviceAccountName: k") + thing("v1", "ServiceAccount", "k", "hook: pre-install"),
			want:     []string{"error " + account},
		},
		{
			name:     "a hook of another event",
			template: jobNeeding(migrates, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: post-install"),
			want:     []string{"error " + account},
		},
		{
			name:     "among post-install hooks",
			template: jobNeeding("hook: post-install", "serviceAccountName: k") + thing("v1", "ServiceAccount", "k", "hook: post-install"),
			want:     []string{"error " + account},
		},
		{
			name:     "gone by the time of an upgrade",
			template: jobNeeding(`hook: "pre-install,pre-upgrade"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded"),
			want:     []string{"error " + account},
		},
		{
			name:     "left from the install, if there was one",
			template: jobNeeding(`hook: "pre-install,pre-upgrade"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install"),
			want:     []string{"warning " + account},
		},
		{
			name:     "gone by the time of an uninstall",
			template: jobNeeding("hook: post-delete", "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", ""),
			want:     []string{"error " + account},
		},
		{
			name:     "gone by the time of a rollback",
			template: jobNeeding("hook: pre-rollback", "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", `hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-succeeded`),
			want:     []string{"error " + account},
		},
		{
			name:     "new with the next version",
			template: jobNeeding("hook: pre-upgrade", "volumes: [{name: c, configMap: {name: 'c-{{ .Chart.Version }}'}}]") + thing("v1", "ConfigMap", "'c-{{ .Chart.Version }}'", ""),
			want:     []string{"error Job/j" + spec + "volumes[0].configMap"},
		},
		{
			name:     "new with each revision",
			template: jobNeeding("hook: pre-upgrade", "volumes: [{name: c, configMap: {name: 'c-{{ .Release.Revision }}'}}]") + thing("v1", "ConfigMap", "'c-{{ .Release.Revision }}'", ""),
			want:     []string{"error Job/j" + spec + "volumes[0].configMap"},
		},
		{
			name:     "one cause, two hooks",
			template: jobNeeding(migrates, secretRef) + hookOfKind("batch/v1", "Job", "k", migrates, secretRef) + thing("v1", "Secret", "s", ""),
			want:     []string{env},
		},
		{
			name:     "a hook that Helm does not wait for",
			template: hookOfKind("apps/v1", "DaemonSet", "d", `hook: pre-install, helm.sh/hook-weight: "-10"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install"),
			want:     []string{"info DaemonSet/d" + spec + "serviceAccountName"},
		},
		{
			name: "hooks of one weight, whose order the release's name makes",
			template: hookOfKind("batch/v1", "Job", "'{{ .Release.Name }}-j'", migrates, "serviceAccountName: account") +
				thing("v1", "ServiceAccount", "account", "hook: pre-install"),
			want: []string{"warning Job/rel-j" + spec + "serviceAccountName"},
		},
		{
			name: "hooks whose names both start with the release's",
			template: hookOfKind("batch/v1", "Job", "'{{ .Release.Name }}-j'", migrates, "serviceAccountName: '{{ .Release.Name }}-a'") +
				thing("v1", "ServiceAccount", "'{{ .Release.Name }}-a'", "hook: pre-install"),
		},
		{
			name:     "the account is there, its role is not bound",
			template: jobNeeding(migrates, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install") + bound("RoleBinding", "Role", "r", "a"),
			want:     []string{"warning " + account},
		},
		{
			name:     "the account is there and bound to a role that is not",
			template: jobNeeding(`hook: pre-install, helm.sh/hook-weight: "1"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install") + boundEarly("a", "r") + thing("rbac.authorization.k8s.io/v1", "Role", "r", ""),
			want:     []string{"warning " + account},
		},
		{
			name:     "a network policy for the hook alone",
			template: jobNeeding(migrates, "") + policyFor("j", "hook: post-install"),
			want:     []string{"warning Job/j spec.template.metadata.labels"},
		},
		{
			name:     "Cilium's policy for the hook alone",
			template: jobNeeding(migrates, "") + thing("cilium.io/v2", "CiliumNetworkPolicy", "allow", "hook: post-install") + "spec: {endpointSelector: {matchLabels: {app: j}}}\n",
			want:     []string{"warning Job/j spec.template.metadata.labels"},
		},
		{
			name:     "a network policy for other pods too",
			template: jobNeeding(migrates, "") + policyFor("j", "") + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {metadata: {labels: {app: j}}}}\n",
		},
		{
			name:     "a network policy in time",
			template: jobNeeding(`hook: pre-install, helm.sh/hook-weight: "1"`, "") + policyFor("j", "hook: pre-install"),
		},
		{
			name:     "an account whose role is bound in time",
			template: jobNeeding(`hook: pre-install, helm.sh/hook-weight: "1"`, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install") + boundEarly("a", "view"),
		},
		{
			name:     "optional",
			template: jobNeeding(migrates, "containers: [{name: j, envFrom: [{secretRef: {name: s, optional: true}}], env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}]}], volumes: [{name: s, secret: {secretName: s, optional: true}}]") + thing("v1", "Secret", "s", ""),
		},
		{
			name:     "pre-upgrade alone: there from the revision before",
			template: jobNeeding("hook: pre-upgrade", secretRef) + thing("v1", "Secret", "s", ""),
		},
		{
			name:     "post-install",
			template: jobNeeding(`hook: "post-install,pre-upgrade"`, secretRef) + thing("v1", "Secret", "s", ""),
		},
		{
			name:     "a hook of the same events and an earlier weight",
			template: jobNeeding(`hook: "pre-install,pre-upgrade"`, "serviceAccountName: z") + thing("v1", "ServiceAccount", "z", `hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"`),
		},
		{
			name:     "one name, one weight: by kind",
			template: jobNeeding(migrates, "serviceAccountName: j") + thing("v1", "ServiceAccount", "j", "hook: pre-install"),
		},
		{
			name:     "nothing that the release makes",
			template: jobNeeding(migrates, "serviceAccountName: default, volumes: [{name: s, secret: {secretName: of-the-user}}]") + thing("v1", "Secret", "s", ""),
		},
		{
			name:     "the same name in another namespace",
			template: jobNeeding(migrates, secretRef) + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: far}\n",
		},
		{
			name:     "kept by the uninstall",
			template: jobNeeding("hook: post-delete", secretRef) + thing("v1", "Secret", "s", "resource-policy: keep"),
		},
		{
			name:     "before the uninstall",
			template: jobNeeding("hook: pre-delete", secretRef) + thing("v1", "Secret", "s", ""),
		},
		{
			name:     "the claims of a StatefulSet, which outlive it",
			template: jobNeeding("hook: post-delete", "volumes: [{name: d, persistentVolumeClaim: {claimName: d-db-0}}]") + "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {volumeClaimTemplates: [{metadata: {name: d}}]}\n",
		},
		{
			name:     "suspended",
			template: "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, annotations: {helm.sh/hook: pre-install}}\nspec: {suspend: true, template: {spec: {serviceAccountName: a}}}\n" + thing("v1", "ServiceAccount", "a", ""),
		},
		{
			name:     "a CronJob, which runs later",
			template: "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j, annotations: {helm.sh/hook: pre-install}}\nspec: {jobTemplate: {spec: {template: {spec: {serviceAccountName: a}}}}}\n" + thing("v1", "ServiceAccount", "a", ""),
		},
		{
			name:     "for the tests",
			template: jobNeeding("hook: test", "serviceAccountName: k") + thing("v1", "ServiceAccount", "k", "hook: test"),
		},
		{
			name:     "no hook",
			template: hookOfKind("batch/v1", "Job", "j", "x: y", secretRef) + thing("v1", "Secret", "s", ""),
		},
	})
}

func TestHookBeforeItsVolumeOfTwoVersions(t *testing.T) {
	upgrades := jobNeeding("hook: pre-upgrade", "serviceAccountName: a")
	account := thing("v1", "ServiceAccount", "a", "")
	want := []string{"error Job/j spec.template.spec.serviceAccountName"}
	checkUpgrades(t, rules.HookBeforeItsVolume, []upgradeCase{
		{"hook and account are new", thing("v1", "ConfigMap", "c", ""), upgrades + account, want},
		{"the account is new", upgrades, upgrades + account, want},
		{"the account was there", account, upgrades + account, nil},
		{"the account was a hook that goes", thing("v1", "ServiceAccount", "a", "hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded"), upgrades + account, want},
		{"the account becomes a hook", upgrades, upgrades + thing("v1", "ServiceAccount", "a", "hook: pre-upgrade"), nil},
	})
}

func TestHookBeforeItsVolumeMessage(t *testing.T) {
	const fails = ": its pod never starts, and helm "
	for _, s := range []struct{ name, template, want string }{
		{"of the release", jobNeeding(migrates, secretRef) + thing("v1", "Secret", "s", ""),
			"the hook needs Secret/s, and Helm creates it only after the pre-install hooks" + fails + "install fails when its time is up"},
		{"deleted before", jobNeeding("hook: post-install", "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", "hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded"),
			"the hook needs ServiceAccount/a, and Helm has deleted it by then (hook-succeeded)" + fails + "install fails when its time is up"},
		{"of a later weight", jobNeeding(migrates, "serviceAccountName: a") + thing("v1", "ServiceAccount", "a", `hook: pre-install, helm.sh/hook-weight: "3"`),
			"the hook needs ServiceAccount/a, which Helm creates only afterwards (its weight is 3, this hook's 0)" + fails + "install fails when its time is up"},
		{"of a later name", jobNeeding(migrates, "serviceAccountName: k") + thing("v1", "ServiceAccount", "k", "hook: pre-install"),
			"the hook needs ServiceAccount/k, which Helm creates only afterwards (hooks of one weight, here 0, go by name)" + fails + "install fails when its time is up"},
		{"of a name that is later by the release's", jobNeeding(migrates, "serviceAccountName: '{{ .Release.Name }}-k'") + thing("v1", "ServiceAccount", "'{{ .Release.Name }}-k'", "hook: pre-install"),
			`the hook needs ServiceAccount/rel-k, which Helm creates only afterwards (hooks of one weight, here 0, go by name, here by the release's, "rel")` + fails + "install fails when its time is up"},
		{"of a later name, twice", jobNeeding(migrates, "serviceAccountName: z") + "---\n" + hookOfKind("batch/v1", "Job", "l", "hook: post-delete", "serviceAccountName: z") + thing("v1", "ServiceAccount", "z", `hook: "pre-install,post-delete", helm.sh/hook-delete-policy: hook-succeeded`),
			"the hook needs ServiceAccount/z, which Helm creates only afterwards (hooks of one weight, here 0, go by name)" + fails + "install fails when its time is up (so does helm uninstall)"},
		{"deleted", jobNeeding("hook: post-delete", secretRef) + thing("v1", "Secret", "s", ""),
			"the hook needs Secret/s, which helm uninstall has deleted by then" + fails + "uninstall fails when its time is up"},
		{"of a new name", jobNeeding("hook: pre-upgrade", "serviceAccountName: 'a-{{ .Chart.Version }}'") + thing("v1", "ServiceAccount", "'a-{{ .Chart.Version }}'", ""),
			"the hook needs ServiceAccount/a-1.0.1, new with the next version, and Helm creates it only after the pre-upgrade hooks" + fails + "upgrade fails when its time is up"},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.HookBeforeItsVolume, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
		})
	}
}

func TestHookBeforeItsVolumeOnBareManifests(t *testing.T) {
	stream, err := manifest.Parse([]byte(jobNeeding(migrates, secretRef) + thing("v1", "Secret", "s", "")))
	require.NoError(t, err)
	findings := lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.HookBeforeItsVolume})
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Warning, findings[0].Severity, "an upgrade passes")
}
