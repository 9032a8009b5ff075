package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// mounting is a workload that mounts claim a.
func mounting(kind, annotations string) string {
	apiVersion := "batch/v1"
	if kind == "Deployment" {
		apiVersion = "apps/v1"
	}
	return annotated(apiVersion, kind, annotations) +
		"spec:\n  template:\n    spec:\n      volumes: [{name: a, persistentVolumeClaim: {claimName: a}}]\n"
}

const hookField = ` metadata.annotations["helm.sh/hook"]`

func TestHookDeletesClaim(t *testing.T) {
	claim := func(annotations string) string {
		return annotated("v1", "PersistentVolumeClaim", annotations) + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}\n"
	}
	claimError := []string{"error PersistentVolumeClaim/a" + hookField}
	claimWarning := []string{"warning PersistentVolumeClaim/a" + hookField}
	check(t, rules.HookDeletesClaim, []scenario{
		{
			name:     "a claim, with the default delete policy",
			template: claim(`helm.sh/hook: "pre-install,pre-upgrade"`),
			want:     claimError,
		},
		{
			name:     "a claim that only an install makes",
			template: claim("helm.sh/hook: pre-install"),
			want:     claimError,
		},
		{
			name:     "a claim that goes once the hooks have run",
			template: claim("helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded"),
			want:     claimError,
		},
		{
			name:     "a claim with a policy of keep, which does not help",
			template: claim("helm.sh/hook: pre-upgrade, helm.sh/resource-policy: keep"),
			want:     claimError,
		},
		{
			name:     "a claim for a hook and for the application",
			template: claim("helm.sh/hook: pre-upgrade") + mounting("Job", "helm.sh/hook: pre-upgrade") + mounting("Deployment", ""),
			want:     claimError,
		},
		{
			name:     "a claim for hooks alone",
			template: claim("helm.sh/hook: pre-upgrade") + mounting("Job", "helm.sh/hook: pre-upgrade"),
			want:     claimWarning,
		},
		{
			name:     "a StatefulSet",
			template: annotated("apps/v1", "StatefulSet", "helm.sh/hook: post-upgrade"),
			want:     []string{"error StatefulSet/a" + hookField},
		},
		{
			name:     "a claim for the tests and for more",
			template: claim(`helm.sh/hook: "test,pre-upgrade"`),
			want:     claimError,
		},
		{
			name:     "a claim for the tests",
			template: claim("helm.sh/hook: test"),
		},
		{
			name:     "a claim that nothing deletes",
			template: claim("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: never"),
		},
		{
			name:     "a claim that goes only when it fails",
			template: claim("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-failed"),
		},
		{
			name: "a claim that is left out while lookup finds it",
			template: `{{- if not (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "a") }}` + "\n" +
				claim(`helm.sh/hook: "pre-install,pre-upgrade"`) + "{{ end }}\n",
		},
		{
			name: "a claim that is left out while lookup finds it, but goes once the hooks have run",
			template: `{{- if not (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "a") }}` + "\n" +
				claim("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-succeeded") + "{{ end }}\n",
			want: claimError,
		},
		{
			name:     "a claim that only an install renders meets the next install",
			template: "{{ if .Release.IsInstall }}\n" + claim(`helm.sh/hook: "pre-install,pre-upgrade"`) + "{{ end }}\n",
			want:     claimError,
		},
		{
			name:     "a claim of the release",
			template: claim(""),
		},
		{
			name:     "a Job",
			template: mounting("Job", "helm.sh/hook: pre-upgrade"),
		},
		{
			name:     "another group's kind of that name",
			template: annotated("example.com/v1", "PersistentVolumeClaim", "helm.sh/hook: pre-upgrade"),
		},
	})
}

func TestHookDeletesSecret(t *testing.T) {
	const random = "data: {password: {{ randAlphaNum 16 | b64enc }}}\n"
	// guarded reads a password back from the cluster.
	const guarded = `{{- $old := lookup "v1" "Secret" .Release.Namespace "a" -}}` + "\n"
	const again = "data: {password: {{ ($old.data).password | default (randAlphaNum 16 | b64enc) }}}\n"
	const againInPlain = "{{ if $old }}data: {password: {{ $old.data.password }}}{{ else }}stringData: {password: {{ randAlphaNum 16 }}}{{ end }}\n"
	secret := func(annotations, content string) string { return annotated("v1", "Secret", annotations) + content }
	const eachTime = `helm.sh/hook: "pre-install,pre-upgrade"`
	database := statefulReader("postgres:17", readsPassword)
	check(t, rules.HookDeletesClaim, []scenario{
		{
			name:     "random at each upgrade",
			template: secret(eachTime, random) + database,
			want:     []string{"error Secret/a" + hookField},
		},
		{
			name:     "random text",
			template: secret(eachTime, "stringData: {password: {{ randAlphaNum 16 }}}\n") + database,
			want:     []string{"error Secret/a" + hookField},
		},
		{
			name:     "random in a chart that can tell an upgrade",
			template: "# {{ .Release.Revision }}\n" + secret(eachTime, random) + database,
			want:     []string{"error Secret/a" + hookField},
		},
		{
			name:     "random at each rollback",
			template: secret("helm.sh/hook: post-rollback", random) + database,
			want:     []string{"error Secret/a" + hookField},
		},
		{
			name:     "nobody keeps anything made with it",
			template: secret(eachTime, random) + stateless("web:1", readsPassword, ""),
			want:     []string{"warning Secret/a" + hookField},
		},
		{
			name:     "nobody is seen to read it",
			template: secret(eachTime, random),
			want:     []string{"info Secret/a" + hookField},
		},
		{
			name:     "certificates for a webhook",
			template: issuing + secret(eachTime, issued+"\n") + webhook("{{ $ca.Cert | b64enc }}") + stateless("operator:1", readsAll, ""),
		},
		{
			name:     "certificates for others",
			template: issuing + secret(eachTime, issued+"\n") + stateless("proxy:1", readsAll, ""),
			want:     []string{"warning Secret/a" + hookField},
		},
		{
			name:     "random at each install, beside claims that stay",
			template: secret("helm.sh/hook: pre-install", random) + "---\n" + set(""),
			want:     []string{"warning Secret/a" + hookField},
		},
		{
			name: "random at each install, beside a kept claim",
			template: secret("helm.sh/hook: pre-install", random) +
				"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, annotations: {helm.sh/resource-policy: keep}}\n",
			want: []string{"warning Secret/a" + hookField},
		},
		{
			name:     "random at each install, and no data that stays",
			template: secret("helm.sh/hook: pre-install", random) + "---\n" + set("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"),
		},
		{
			name:     "read back at each install",
			template: guarded + secret("helm.sh/hook: pre-install", again) + "---\n" + set(""),
		},
		{
			name:     "read back at each upgrade",
			template: guarded + secret(eachTime, again),
		},
		{
			name:     "read back from stringData into data",
			template: guarded + secret(eachTime, againInPlain),
		},
		{
			name:     "left out of upgrades, beside claims that stay",
			template: "{{ if .Release.IsInstall }}\n" + secret(eachTime, random) + "{{ end }}\n---\n" + set(""),
			want:     []string{"warning Secret/a" + hookField},
		},
		{
			name:     "left out of upgrades",
			template: "{{ if .Release.IsInstall }}\n" + secret(eachTime, random) + "{{ end }}\n",
		},
		{
			name:     "always the same",
			template: secret(eachTime, "data: {password: c2VjcmV0}\n"),
		},
		{
			name:     "for the hooks alone",
			template: secret(eachTime+`, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"`, random),
		},
		{
			name:     "random, and no hook",
			template: secret("", random),
		},
		{
			name:     "for the tests",
			template: secret("helm.sh/hook: test", random),
		},
	})
}

func TestHookDeletesClaimMessage(t *testing.T) {
	claim := func(annotations string) string { return annotated("v1", "PersistentVolumeClaim", annotations) }
	for _, s := range []struct{ template, want string }{
		{claim("helm.sh/hook: pre-install") + mounting("Deployment", ""),
			"Helm deletes this claim and the data that Deployment/a keeps on it at the next install (uninstall leaves hooks behind), and makes a new, empty one"},
		{claim(`helm.sh/hook: "pre-upgrade,pre-rollback", helm.sh/resource-policy: keep`),
			"Helm deletes this claim and the data on it at every upgrade and every rollback, and makes a new, empty one; helm.sh/resource-policy does not protect a hook"},
		{claim(`helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: hook-succeeded`),
			"Helm deletes this claim and the data on it as soon as the hooks of pre-install and pre-upgrade have run"},
		{"{{ if .Release.IsInstall }}\n" + claim(`helm.sh/hook: "pre-install,pre-upgrade"`) + "{{ end }}\n",
			"Helm deletes this claim and the data on it at the next install (uninstall leaves hooks behind), and makes a new, empty one"},
		{annotated("apps/v1", "StatefulSet", "helm.sh/hook: pre-upgrade") + "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}\n",
			"Helm deletes this StatefulSet, and so stops all of its pods at once, at every upgrade, and makes a new one; its claims, and the data on them, go with it"},
	} {
		findings := found(t, rules.HookDeletesClaim, s.template, "")
		if assert.Len(t, findings, 1) {
			assert.Equal(t, s.want, findings[0].Message)
		}
	}
}

func TestHookDeletesClaimOnBareManifests(t *testing.T) {
	stream, err := manifest.Parse([]byte(annotated("v1", "PersistentVolumeClaim", "helm.sh/hook: pre-upgrade") +
		annotated("v1", "Secret", "helm.sh/hook: pre-upgrade")))
	require.NoError(t, err)
	findings := lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.HookDeletesClaim})
	require.Len(t, findings, 1, "what is random is not known")
	assert.Equal(t, "PersistentVolumeClaim/a", findings[0].Object.String())
}
