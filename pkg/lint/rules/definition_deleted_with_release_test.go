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

// definition is a CustomResourceDefinition; metadata is added to its name.
func definition(name, metadata string) string {
	return "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: " + name + "\n" + metadata
}

func TestDefinitionDeletedWithRelease(t *testing.T) {
	const kept = "  annotations: {helm.sh/resource-policy: keep}\n"
	namespace := "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: "
	check(t, rules.DefinitionDeletedWithRelease, []scenario{
		{
			name:     "a definition",
			template: definition("a.example.com", ""),
			want:     []string{"error CustomResourceDefinition/a.example.com"},
		},
		{
			name:     "all definitions are one finding",
			template: definition("a.example.com", "") + definition("b.example.com", kept) + definition("c.example.com", ""),
			want:     []string{"error CustomResourceDefinition/a.example.com"},
		},
		{
			name:     "each namespace is one",
			template: namespace + "a\n" + namespace + "b\n",
			want:     []string{"error Namespace/a", "error Namespace/b"},
		},
		{
			name:     "inside of a List",
			template: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n",
			want:     []string{"error Namespace/a"},
		},
		{
			name:     "an old version of the API",
			template: "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\nmetadata: {name: a.example.com}\n",
			want:     []string{"error CustomResourceDefinition/a.example.com"},
		},
		{
			name:     "kept",
			template: definition("a.example.com", kept) + namespace + "a\n" + kept,
		},
		{
			name:     "another policy is for another rule",
			template: definition("a.example.com", "  annotations: {helm.sh/resource-policy: Keep}\n"),
		},
		{
			name:     "meant to go",
			template: namespace + "a\n  annotations: {helm-stateful.io/on-uninstall: delete}\n",
		},
		{
			name:     "a hook is not part of the release",
			template: namespace + "a\n  annotations: {helm.sh/hook: pre-install}\n",
		},
		{
			name:     "other groups' kinds of these names",
			template: "apiVersion: example.com/v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: example.com/v1\nkind: CustomResourceDefinition\nmetadata: {name: b}\n",
		},
		{
			name:     "an object of a custom kind",
			template: "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: a}\n",
		},
	})
}

func TestDefinitionDeletedWithReleaseNamesThem(t *testing.T) {
	template := definition("a", "") + definition("b", "") + definition("c", "") + definition("d", "") + definition("e", "")
	findings := found(t, rules.DefinitionDeletedWithRelease, template, "")
	require.Len(t, findings, 1)
	assert.Equal(t, "helm uninstall deletes 5 CustomResourceDefinitions (a, b, c and 2 more), and with them every object of these kinds in the whole cluster", findings[0].Message)
	assert.Len(t, findings[0].Related, 4)

	findings = found(t, rules.DefinitionDeletedWithRelease, "apiVersion: v1\nkind: Namespace\nmetadata: {name: {{ .Release.Namespace }}}\n", "")
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Message, "Helm's own record of the release included")
}

func TestDefinitionDeletedWithReleaseFixesAll(t *testing.T) {
	rule := []*lint.Rule{rules.DefinitionDeletedWithRelease}
	stream, err := manifest.Parse([]byte(definition("a", "") + definition("b", "")))
	require.NoError(t, err)
	fixed, _, err := fix.Apply(stream, lint.Run(lint.Subject{Stream: stream}, rule), fix.Options{Rules: rule, Select: fix.All()})
	require.NoError(t, err)
	const kept = "  annotations:\n    helm.sh/resource-policy: keep\n"
	assert.Equal(t, definition("a", kept)+definition("b", kept), string(fixed.Bytes()))
}

func TestDefinitionInsideOfAListIsNotFixable(t *testing.T) {
	findings := found(t, rules.DefinitionDeletedWithRelease,
		"apiVersion: v1\nkind: List\nitems:\n- apiVersion: apiextensions.k8s.io/v1\n  kind: CustomResourceDefinition\n  metadata: {name: a}\n", "")
	require.Len(t, findings, 1)
	assert.Empty(t, findings[0].Fixable)
}

func TestDefinitionsFolderIsNoPartOfTheRelease(t *testing.T) {
	for source, want := range map[string]int{
		"demo/crds/a.yaml":                      0,
		"demo/charts/sub/crds/a.yaml":           0,
		"demo/templates/crds/a.yaml":            1,
		"demo/charts/sub/templates/crds/a.yaml": 1,
	} {
		stream, err := manifest.Parse([]byte("---\n# Source: " + source + "\n" + definition("a", "")[4:]))
		require.NoError(t, err)
		assert.Len(t, lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.DefinitionDeletedWithRelease}), want, source)
	}
}
