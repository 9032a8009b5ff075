package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// keptClaim is the claim data, which outlives its release.
const keptClaim = `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, annotations: {helm.sh/resource-policy: keep}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

// another is a workload under the name other.
func another(workload string) string {
	return strings.Replace(workload, "{name: app}", "{name: other}", 1)
}

// withSecretFolder adds the Secret a to a workload's volumes.
func withSecretFolder(workload string) string {
	return strings.Replace(workload, "volumes: []", "volumes: [{name: keys, secret: {secretName: a}}]", 1)
}

func TestSecretLostDataKept(t *testing.T) {
	const random = "data: {password: {{ randAlphaNum 16 | b64enc }}}"
	const mountsClaim = "{name: data, persistentVolumeClaim: {claimName: data}}"
	lost := []string{"error Secret/a data.password"}
	annotatedSecret := func(annotations string) string {
		return strings.Replace(lookedUp, "{name: a}", "{name: a, annotations: {"+annotations+"}}", 1)
	}
	check(t, rules.SecretLostDataKept, []scenario{
		{
			name:     "looked up, with a StatefulSet's claims",
			template: lookedUp + statefulReader("postgres:17", readsPassword),
			want:     lost,
		},
		{
			name:     "the environment has all keys, and another workload names this one",
			template: lookedUp + statefulReader("postgres:17", readsAll) + another(stateless("web:1", readsPassword, "")),
			want:     lost,
		},
		{
			name:     "a secret that the data may depend on",
			template: strings.ReplaceAll(lookedUp, "password", "secret") + statefulReader("wiki:2", readsAll),
			want:     []string{"info Secret/a data.secret"},
		},
		{
			name:     "a secret that another program reads too",
			template: strings.ReplaceAll(lookedUp, "password", "secret") + statefulReader("wiki:2", readsAll) + another(stateless("web:1", readsAll, "")),
		},
		{
			name:     "a key by which the members of a cluster know each other",
			template: strings.ReplaceAll(lookedUp, "password", "replica-set-key") + statefulReader("mongo:8", readsAll),
		},
		{
			name:     "an identity that is written on the data",
			template: strings.ReplaceAll(lookedUp, "password", "cluster-id") + statefulReader("kafka:4", readsAll),
			want:     []string{`error Secret/a data.cluster-id`},
		},
		{
			name:     "a folder has all keys",
			template: lookedUp + withSecretFolder(statefulReader("postgres:17", "volumeMounts: [{name: keys, mountPath: /keys}]")),
			want:     lost,
		},
		{
			name:     "a folder has all keys, but another workload names this one",
			template: lookedUp + withSecretFolder(statefulReader("postgres:17", "volumeMounts: [{name: keys, mountPath: /keys}]")) + another(stateless("web:1", readsPassword, "")),
		},
		{
			name:     "not looked up",
			template: secretWith(random) + statefulReader("postgres:17", readsPassword),
			want:     lost,
		},
		{
			name:     "left out while lookup finds it",
			template: "{{ if not (lookup \"v1\" \"Secret\" .Release.Namespace \"a\") }}\n" + secretWith(random) + "{{ end }}\n" + statefulReader("postgres:17", readsPassword),
			want:     lost,
		},
		{
			name:     "left out of upgrades",
			template: "{{ if .Release.IsInstall }}\n" + secretWith(random) + "{{ end }}\n" + statefulReader("postgres:17", readsPassword),
			want:     lost,
		},
		{
			name:     "an upgrade wants the password",
			template: "{{ $p := randAlphaNum 16 }}{{ if .Release.IsUpgrade }}{{ fail \"give the password\" }}{{ end }}\n" + secretWith("stringData: {password: {{ $p }}}") + statefulReader("postgres:17", readsPassword),
			want:     []string{"error Secret/a stringData.password"},
		},
		{
			name:     "with a kept claim",
			template: lookedUp + keptClaim + stateless("wiki:2", readsPassword, mountsClaim),
			want:     lost,
		},
		{
			name:     "with logs, which fit any credential",
			template: lookedUp + strings.ReplaceAll(statefulReader("wiki:2", readsPassword), "name: data", "name: job-logs"),
		},
		{
			name:     "with data whose name ends like that",
			template: lookedUp + strings.ReplaceAll(statefulReader("wiki:2", readsPassword), "name: data", "name: datalogs"),
			want:     lost,
		},
		{
			name:     "in a List, where keep is not read",
			template: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}\n  " + random + "\n" + statefulReader("postgres:17", readsPassword),
			want:     lost,
		},
		{
			name:     "an encryption key of another pod",
			template: secretWith("data: {fernet-key: {{ randAlphaNum 32 | b64enc }}}") + statefulReader("postgres:17", "args: []") + another(stateless("web:1", readsAll, "")),
			want:     []string{"warning Secret/a data.fernet-key"},
		},
		{
			name:     "a key that another pod may encrypt with",
			template: secretWith("data: {secretKey: {{ randAlphaNum 32 | b64enc }}}") + statefulReader("postgres:17", "args: []") + another(stateless("web:1", readsAll, "")),
			want:     []string{"info Secret/a data.secretKey"},
		},
		{
			name:     "one half of a login to object storage",
			template: secretWith("data: {accessKey: {{ randAlphaNum 32 | b64enc }}, secretKey: {{ randAlphaNum 32 | b64enc }}}") + statefulReader("postgres:17", "args: []") + another(stateless("web:1", readsAll, "")),
		},
		{
			name: "a file among others, and another pod that asks for it",
			template: secretWith(random) + another(stateless("web:1", readsPassword, "")) +
				strings.Replace(statefulReader("wiki:2", "args: []"), "containers:", "volumes: [{name: all, secret: {secretName: a}}]\n      containers:", 1),
		},
		{
			name:     "a token that two programs share",
			template: secretWith("data: {token: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     []string{"info Secret/a data.token"},
		},
		{
			name:     "a password behind a token",
			template: secretWith("data: {api-token: {{ randAlphaNum 16 | b64enc }}, password: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
			want:     lost,
		},
		{
			name:     "the password of a server that forgets it, in a pod that logs in with it",
			template: strings.ReplaceAll(secretWith("data: {root-password: {{ randAlphaNum 16 | b64enc }}}")+statefulReader("metrics:2", readsAll), "name: a}", "name: rel-minio}"),
		},
		{
			name:     "kept",
			template: annotatedSecret("helm.sh/resource-policy: keep") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "not deleted by another policy either",
			template: annotatedSecret("helm.sh/resource-policy: retain") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "meant to go",
			template: annotatedSecret("helm-stateful.io/on-uninstall: delete") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "a hook is not deleted with the release",
			template: annotatedSecret("helm.sh/hook: pre-install") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "the claims go as well",
			template: lookedUp + statefulReader("postgres:17", readsPassword) + "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n",
		},
		{
			name:     "the claim goes as well",
			template: lookedUp + strings.Replace(keptClaim, "keep", "", 1) + stateless("wiki:2", readsPassword, mountsClaim),
		},
		{
			name:     "a claim that the release does not have",
			template: lookedUp + stateless("wiki:2", readsPassword, mountsClaim),
		},
		{
			name:     "always the same",
			template: secretWith("data: {password: YQ==}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "the values give the password",
			values:   "password: x\n",
			template: secretWith("stringData: {password: {{ .Values.password | default (randAlphaNum 16) }}}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "read from a Secret that outlives the release",
			template: "{{ $kept := lookup \"v1\" \"Secret\" .Release.Namespace \"b\" }}{{ $p := dig \"data\" \"password\" (randAlphaNum 16 | b64enc) $kept }}\n" + strings.NewReplacer("{name: a}", "{name: b, annotations: {helm.sh/resource-policy: keep}}").Replace(secretWith("data: {password: {{ $p }}}")) + secretWith("data: {password: {{ $p }}}") + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "left out where the data is there: gone for good, and not made up anew",
			template: "{{ if not (lookup \"v1\" \"PersistentVolumeClaim\" .Release.Namespace \"data-app-0\") }}\n" + secretWith(random) + "{{ end }}\n" + statefulReader("postgres:17", readsPassword),
		},
		{
			name:     "read by pods without the data",
			template: lookedUp + statefulReader("postgres:17", "args: []") + another(stateless("web:1", readsPassword, "")),
		},
		{
			name:     "read by a Job alone",
			template: lookedUp + keptClaim + "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j, " + readsPassword + "}], volumes: [" + mountsClaim + "]}}}\n",
		},
		{
			name:     "certificates",
			template: issuing + secretWith(issued) + statefulReader("search:8", readsAll),
		},
		{
			name:     "a private key",
			template: secretWith("stringData: {ssh-key: {{ genPrivateKey \"ecdsa\" | quote }}}") + statefulReader("mpi:4", readsAll),
		},
		{
			name:     "a session key",
			template: secretWith("data: {session-secret: {{ randAlphaNum 16 | b64enc }}}") + statefulReader("wiki:2", readsAll),
		},
		{
			name:     "a server that takes its password at each start",
			template: lookedUp + statefulReader("valkey/valkey:8", readsPassword),
		},
		{
			name:     "another salt for the same password",
			template: secretWith("stringData: {password: '{{ bcrypt \"secret\" }}'}") + statefulReader("wiki:2", readsAll),
		},
	})
}

func TestSecretLostDataKeptMessage(t *testing.T) {
	const end = "; the next install makes up another one, which the old data does not accept"
	const both = "; to keep the Secret is not enough here: the chart must look it up as well"
	for _, s := range []struct{ name, template, want, fixable string }{
		{"looked up", lookedUp + statefulReader("postgres:17", readsPassword),
			`helm uninstall deletes the generated "password" and leaves the data of StatefulSet/app, which was set up with it (PersistentVolumeClaim/data-app-0)` + end, "safe"},
		{"not looked up", secretWith("stringData: {password: {{ randAlphaNum 9 }}}") + statefulReader("postgres:17", readsPassword),
			`helm uninstall deletes the generated "password" and leaves the data of StatefulSet/app, which was set up with it (PersistentVolumeClaim/data-app-0)` + end + both, ""},
		{"a claim of the release", lookedUp + keptClaim + stateless("wiki:2", readsPassword, "{name: data, persistentVolumeClaim: {claimName: data}}"),
			`helm uninstall deletes the generated "password" and leaves the data of Deployment/app, which was set up with it (PersistentVolumeClaim/data)` + end, "safe"},
		{"encryption", secretWith("data: {encryption-key: {{ randAlphaNum 9 | b64enc }}}") + statefulReader("postgres:17", "args: []") + another(stateless("web:1", readsAll, "")),
			`helm uninstall deletes the generated key "encryption-key" of Deployment/other and leaves the data of StatefulSet/app (PersistentVolumeClaim/data-app-0); ` +
				"the next install makes up another one, which cannot read what the old one has encrypted" + both, ""},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.SecretLostDataKept, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
			assert.Equal(t, s.fixable, findings[0].Fixable)
		})
	}
}

func TestSecretLostDataKeptFixedToDelete(t *testing.T) {
	rule := []*lint.Rule{rules.SecretLostDataKept}
	rehearsal := rehearse(t, strings.Replace(lookedUp, "{name: a}", "\n  name: a", 1)+statefulReader("postgres:17", readsPassword), "")
	findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, rule)
	fixed, _, err := fix.Apply(rehearsal.Install.Stream, findings, fix.Options{
		Rules: rule, Select: fix.All(), FixOptions: lint.FixOptions{Retention: lint.RetentionDelete},
	})
	require.NoError(t, err)
	assert.Contains(t, string(fixed.Bytes()), "  name: a\n  annotations:\n    helm-stateful.io/on-uninstall: delete\n")
}
