package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// hooked is a hook of a name.
func hooked(apiVersion, kind, name, events, policies string) string {
	return namedObject(apiVersion, kind, name, `annotations: {helm.sh/hook: "`+events+`", helm.sh/hook-delete-policy: "`+policies+`"}`)
}

func hookJob(name, events, policies string) string {
	return hooked("batch/v1", "Job", name, events, policies) + "spec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j}]}}}\n"
}

func TestHookBlocksRetry(t *testing.T) {
	const field = ` metadata.annotations["helm.sh/hook-delete-policy"]`
	const both = "pre-install,pre-upgrade"
	warning := []string{"warning Job/a" + field}
	check(t, rules.HookBlocksRetry, []scenario{
		{
			name:     "deleted when it has succeeded",
			template: hookJob("a", both, "hook-succeeded"),
			want:     warning,
		},
		{
			name:     "a Pod",
			template: hooked("v1", "Pod", "a", "post-upgrade", "hook-succeeded"),
			want:     []string{"warning Pod/a" + field},
		},
		{
			name:     "of the install alone",
			template: hookJob("a", "post-install", "hook-succeeded"),
			want:     warning,
		},
		{
			name:     "left out of upgrades",
			template: "{{ if .Release.IsInstall }}\n" + hookJob("a", "post-install", "hook-succeeded") + "{{ end }}\n",
			want:     warning,
		},
		{
			name:     "deleted when it has failed",
			template: hookJob("a", both, "hook-failed"),
			want:     warning,
		},
		{
			name:     "a policy that Helm does not know",
			template: hookJob("a", both, "never"),
			want:     warning,
		},
		{
			name:     "an empty policy",
			template: hookJob("a", both, ""),
			want:     warning,
		},
		{
			name:     "a name with the version",
			template: hookJob("'a-{{ .Chart.Version }}'", both, "hook-succeeded"),
			want:     []string{"warning Job/a-1.0.0" + field},
		},
		{
			name:     "for the tests and for more",
			template: hookJob("a", "test,post-upgrade", "hook-succeeded"),
			want:     warning,
		},
		{
			name:     "a claim that stays",
			template: hooked("v1", "PersistentVolumeClaim", "a", "pre-install", "never"),
			want:     []string{"warning PersistentVolumeClaim/a" + field},
		},
		{
			name:     "what a hook that fails leaves behind",
			template: hookJob("a", both, "before-hook-creation") + hooked("v1", "ServiceAccount", "a", both, "hook-succeeded") + hooked("v1", "ConfigMap", "a", both, "hook-succeeded"),
			want:     []string{"info ServiceAccount/a" + field},
		},
		{
			name:     "what a hook that fails leaves behind, and must not be deleted",
			template: hookJob("a", both, "before-hook-creation") + hooked("v1", "Secret", "a", both, "hook-succeeded") + hooked("v1", "ConfigMap", "a", both, "hook-succeeded"),
			want:     []string{"info Secret/a" + field, "info ConfigMap/a" + field},
		},
		{
			name:     "no hook beside it that could fail",
			template: hookJob("a", "post-delete", "before-hook-creation") + hooked("v1", "ServiceAccount", "a", both, "hook-succeeded"),
		},
		{
			name:     "no policy, which is before-hook-creation",
			template: namedObject("batch/v1", "Job", "a", `annotations: {helm.sh/hook: "pre-upgrade"}`),
		},
		{
			name:     "before-hook-creation, among others",
			template: hookJob("a", both, "hook-succeeded, Before-Hook-Creation"),
		},
		{
			name:     "deleted either way",
			template: hookJob("a", both, "hook-succeeded,hook-failed"),
		},
		{
			name:     "goes by itself",
			template: hooked("batch/v1", "Job", "a", both, "hook-succeeded") + "spec: {ttlSecondsAfterFinished: 60}\n",
		},
		{
			name:     "for the tests",
			template: hookJob("a", "test", "hook-succeeded"),
		},
		{
			name:     "at an uninstall",
			template: hookJob("a", "pre-delete,post-delete", "hook-succeeded"),
		},
		{
			name:     "a random name",
			template: hookJob("'a-{{ randAlphaNum 5 | lower }}'", both, "hook-succeeded"),
		},
		{
			name:     "a name with the revision",
			template: hookJob("'a-{{ .Release.Revision }}'", both, "hook-succeeded"),
		},
		{
			name:     "a name that the server makes up",
			template: "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: a-, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded}}\n",
		},
		{
			name:     "a definition, which Helm never deletes",
			template: hooked("apiextensions.k8s.io/v1", "CustomResourceDefinition", "a.example.com", both, "hook-succeeded"),
		},
		{
			name:     "left out while lookup finds it",
			template: "{{ if not (lookup \"batch/v1\" \"Job\" .Release.Namespace \"a\") }}\n" + hookJob("a", both, "hook-failed") + "{{ end }}\n",
		},
		{
			name:     "no hook",
			template: namedObject("batch/v1", "Job", "a", "annotations: {helm.sh/hook-delete-policy: hook-succeeded}"),
		},
	})
}

func TestHookBlocksRetryMessage(t *testing.T) {
	const refused = "finds it in the way and is refused by Helm 3 (already exists)"
	const helm4 = "; Helm 4 does not run it again"
	for _, s := range []struct{ name, template, want, fixable string }{
		{"fails", hookJob("a", "pre-install,post-upgrade", "hook-succeeded"),
			"this hook stays when it has failed (it is only deleted by hook-succeeded): the next install or upgrade " + refused + helm4, "on request"},
		{"stays", hookJob("a", "pre-rollback", "hook-failed"),
			`this hook stays when it has run (its delete policy is "hook-failed"): the next rollback ` + refused + helm4, "on request"},
		{"stays, with no policy", hooked("v1", "PersistentVolumeClaim", "a", "pre-install", ""),
			"this hook stays when it has run (its delete policy is empty): the next install " + refused, ""},
		{"helpers", hookJob("a", "pre-upgrade", "before-hook-creation") + hooked("v1", "ServiceAccount", "a", "pre-upgrade", "hook-succeeded") + hooked("rbac.authorization.k8s.io/v1", "Role", "a", "pre-upgrade", "hook-succeeded"),
			"ServiceAccount/a and Role/a are only deleted by hook-succeeded: when a hook after it fails, Helm before 3.19, or one that is stopped, leaves it behind, and the next try finds it in the way", "on request"},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.HookBlocksRetry, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
			assert.Equal(t, s.fixable, findings[0].Fixable)
		})
	}
}

func TestHookBlocksRetryOnBareManifests(t *testing.T) {
	for name, want := range map[string]int{
		"migrate": 1, "db-upgrade": 1, "migrate-v2-db": 1, "migrate-3": 0, "migrate-x7k2p": 0, "migrate-20260131": 0,
	} {
		stream, err := manifest.Parse([]byte(hookJob(name, "pre-upgrade", "hook-succeeded")))
		require.NoError(t, err)
		assert.Len(t, lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.HookBlocksRetry}), want, name)
	}
}

func TestHookBlocksRetryFixesAll(t *testing.T) {
	text := func(job, account, role string) string {
		out := ""
		for _, o := range []struct{ apiVersion, kind, policy string }{{"batch/v1", "Job", job}, {"v1", "ServiceAccount", account}, {"v1", "ConfigMap", role}} {
			out += "---\napiVersion: " + o.apiVersion + "\nkind: " + o.kind + "\nmetadata:\n  name: a\n  annotations:\n    helm.sh/hook: pre-upgrade\n    helm.sh/hook-delete-policy: " + o.policy + "\n"
		}
		return out
	}
	options := fix.Options{Rules: []*lint.Rule{rules.HookBlocksRetry}, Select: fix.All()}
	out, _, err := fix.PostRender([]byte(text(`""`, "hook-succeeded", `"hook-succeeded"`)), options)
	require.NoError(t, err)
	assert.Equal(t, text(`"before-hook-creation"`, "before-hook-creation,hook-succeeded", `"before-hook-creation,hook-succeeded"`), string(out))

	options.Select = fix.Safe()
	out, _, err = fix.PostRender([]byte(text("hook-succeeded", "hook-succeeded", "hook-succeeded")), options)
	require.NoError(t, err)
	assert.Equal(t, text("hook-succeeded", "hook-succeeded", "hook-succeeded"), string(out))
}
