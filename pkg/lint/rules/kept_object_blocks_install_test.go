package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// namedObject is an object of a name, with more metadata.
func namedObject(apiVersion, kind, name, metadata string) string {
	if metadata != "" {
		metadata = ", " + metadata
	}
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + metadata + "}\n"
}

func TestKeptObjectBlocksInstall(t *testing.T) {
	const kept = "annotations: {helm.sh/resource-policy: keep}"
	secret := func(name, metadata string) string { return namedObject("v1", "Secret", name, metadata) }
	const field = " metadata.name"
	check(t, rules.KeptObjectBlocksInstall, []scenario{
		{
			name:     "a name that is always the same",
			template: secret("login", kept),
			want:     []string{"info Secret/login" + field},
		},
		{
			name:     "a name that changes with the namespace alone",
			template: secret("'{{ .Release.Namespace }}-login'", kept),
			want:     []string{"info Secret/prod-login" + field},
		},
		{
			name:     "a name of the chart's own values",
			values:   "fullnameOverride: wiki\n",
			template: secret("'{{ .Values.fullnameOverride }}-login'", kept),
			want:     []string{"info Secret/wiki-login" + field},
		},
		{
			name:     "all objects are one finding, the claim first",
			template: secret("login", kept) + namedObject("v1", "PersistentVolumeClaim", "data", kept) + secret("'{{ .Release.Name }}-x'", kept),
			want:     []string{"info PersistentVolumeClaim/data" + field},
		},
		{
			name:     "a policy that is nearly keep",
			template: secret("login", "annotations: {helm.sh/resource-policy: ' Keep'}"),
			want:     []string{"info Secret/login" + field},
		},
		{
			name:     "a cluster-scoped object",
			template: namedObject("storage.k8s.io/v1", "StorageClass", "fast", kept),
			want:     []string{"info StorageClass/fast" + field},
		},
		{
			name:     "a name with the release's",
			template: secret("'{{ .Release.Name }}-login'", kept),
		},
		{
			name:     "a hash of the release's name",
			template: secret("'login-{{ .Release.Name | sha256sum | trunc 8 }}'", kept),
		},
		{
			name:     "a cluster-scoped name with the namespace",
			template: namedObject("storage.k8s.io/v1", "StorageClass", "'fast-{{ .Release.Namespace }}'", kept),
		},
		{
			name:     "a random name",
			template: secret("'login-{{ randAlphaNum 5 | lower }}'", kept),
		},
		{
			name:     "not kept",
			template: secret("login", ""),
		},
		{
			name:     "a policy that Helm does not know",
			template: secret("login", "annotations: {helm.sh/resource-policy: retain}"),
		},
		{
			name:     "a hook has no owner",
			template: secret("login", "annotations: {helm.sh/resource-policy: keep, helm.sh/hook: pre-install}"),
		},
		{
			name:     "left out while lookup finds it",
			template: "{{ if not (lookup \"v1\" \"Secret\" .Release.Namespace \"login\") }}\n" + secret("login", kept) + "{{ end }}\n",
		},
		{
			name:     "definitions and namespaces",
			template: definition("a.example.com", "  "+kept+"\n") + namedObject("v1", "Namespace", "shop", kept),
		},
	})
}

func TestKeptObjectBlocksInstallMessage(t *testing.T) {
	const kept = "annotations: {helm.sh/resource-policy: keep}"
	findings := found(t, rules.KeptObjectBlocksInstall, namedObject("v1", "Secret", "login", kept), "")
	require.Len(t, findings, 1)
	assert.Equal(t, "uninstall keeps this object, and its name does not carry the release name: a release of another name cannot be installed after it (invalid ownership metadata) without --take-ownership", findings[0].Message)

	findings = found(t, rules.KeptObjectBlocksInstall, namedObject("v1", "Secret", "login", kept)+namedObject("v1", "PersistentVolumeClaim", "data", kept), "")
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Message, "uninstall keeps PersistentVolumeClaim/data and Secret/login, and their names do not carry")
	assert.Len(t, findings[0].Related, 1)
}
