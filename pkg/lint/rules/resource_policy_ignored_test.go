package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// annotated is an object with the given flow mapping of annotations.
func annotated(apiVersion, kind, annotations string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: a\n  annotations: {" + annotations + "}\n"
}

func TestResourcePolicyIgnored(t *testing.T) {
	const (
		onAnnotation = ` metadata.annotations["helm.sh/resource-policy"]`
		onLabel      = ` metadata.labels["helm.sh/resource-policy"]`
		onTemplate   = ` spec.volumeClaimTemplates[0].metadata.annotations["helm.sh/resource-policy"]`
	)
	claim := func(annotations string) string { return annotated("v1", "PersistentVolumeClaim", annotations) }
	list := func(kind string) string {
		return "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: " + kind + "\n  metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}\n"
	}
	labelled := func(kind string) string {
		return "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: a, labels: {helm.sh/resource-policy: keep}}\n"
	}
	template := func(spec string) string {
		return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec:\n" + spec +
			"  volumeClaimTemplates: [{metadata: {name: data, annotations: {helm.sh/resource-policy: keep}}}]\n"
	}
	check(t, rules.ResourcePolicyIgnored, []scenario{
		{
			name:     "a policy that Helm does not know",
			template: claim("helm.sh/resource-policy: delete"),
			want:     []string{"error PersistentVolumeClaim/a" + onAnnotation},
		},
		{
			name:     "nearly keep, on an object without data",
			template: annotated("v1", "ConfigMap", "helm.sh/resource-policy: Kept"),
			want:     []string{"warning ConfigMap/a" + onAnnotation},
		},
		{
			name:     "an empty policy",
			template: claim(`helm.sh/resource-policy: ""`),
			want:     []string{"error PersistentVolumeClaim/a" + onAnnotation},
		},
		{
			name:     "a policy that is no text, which is refused",
			template: claim("helm.sh/resource-policy: true"),
		},
		{
			name:     "a template that prints nothing",
			template: claim("helm.sh/resource-policy: {{ .Values.policy }}"),
			want:     []string{"error PersistentVolumeClaim/a" + onAnnotation},
		},
		{
			name:     "a capital on a definition",
			template: annotated("apiextensions.k8s.io/v1", "CustomResourceDefinition", "helm.sh/resource-policy: Keep"),
			want:     []string{"error CustomResourceDefinition/a" + onAnnotation},
		},
		{
			name:     "a space on a custom resource",
			template: annotated("example.com/v1", "Database", `helm.sh/resource-policy: "keep "`),
			want:     []string{"error Database/a" + onAnnotation},
		},
		{
			name:     "a capital on an object without data",
			template: annotated("v1", "ConfigMap", "helm.sh/resource-policy: KEEP"),
			want:     []string{"warning ConfigMap/a" + onAnnotation},
		},
		{
			name:     "a claim inside of a List",
			template: list("PersistentVolumeClaim"),
			want:     []string{"error PersistentVolumeClaim/a" + onAnnotation},
		},
		{
			name:     "a Service inside of a List",
			template: list("Service"),
			want:     []string{"warning Service/a" + onAnnotation},
		},
		{
			name:     "a Secret that is a hook",
			template: annotated("v1", "Secret", "helm.sh/hook: pre-install, helm.sh/resource-policy: keep"),
			want:     []string{"error Secret/a" + onAnnotation},
		},
		{
			name:     "a claim that goes once the hooks have run",
			template: claim("helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded, helm.sh/resource-policy: keep"),
			want:     []string{"error PersistentVolumeClaim/a" + onAnnotation},
		},
		{
			name:     "a hook without data",
			template: annotated("v1", "ServiceAccount", "helm.sh/hook: pre-install, helm.sh/resource-policy: keep"),
			want:     []string{"warning ServiceAccount/a" + onAnnotation},
		},
		{
			name:     "in a claim template",
			template: template(""),
			want:     []string{"warning StatefulSet/a" + onTemplate},
		},
		{
			name:     "in a claim template whose claims go",
			template: template("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n"),
			want:     []string{"error StatefulSet/a" + onTemplate},
		},
		{
			name:     "a label on a claim",
			template: labelled("PersistentVolumeClaim"),
			want:     []string{"error PersistentVolumeClaim/a" + onLabel},
		},
		{
			name:     "a label on an object without data",
			template: labelled("Service"),
			want:     []string{"warning Service/a" + onLabel},
		},
		{
			name:     "kept",
			template: claim("helm.sh/resource-policy: keep"),
		},
		{
			name:     "kept in quotes",
			template: claim(`"helm.sh/resource-policy": "keep"`),
		},
		{
			name:     "no policy",
			template: claim("example.com/resource-policy: delete"),
		},
		{
			name:     "a label beside the annotation",
			template: "apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {helm.sh/resource-policy: keep}, annotations: {helm.sh/resource-policy: keep}}\n",
		},
		{
			name:     "a test hook",
			template: annotated("v1", "Secret", "helm.sh/hook: test, helm.sh/resource-policy: keep"),
		},
		{
			name:     "a hook that nothing deletes",
			template: claim("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: never, helm.sh/resource-policy: keep"),
		},
		{
			name:     "a definition that is a hook, which Helm never deletes",
			template: annotated("apiextensions.k8s.io/v1", "CustomResourceDefinition", "helm.sh/hook: pre-install, helm.sh/resource-policy: keep"),
		},
		{
			name: "in a pod template",
			template: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    metadata:\n" +
				"      labels: {helm.sh/resource-policy: keep}\n      annotations: {helm.sh/resource-policy: keep}\n",
		},
	})
}

func TestOnlyASpellingIsFixable(t *testing.T) {
	for policy, want := range map[string]string{"Keep": "safe", "' keep'": "safe", "delete": "", "''": ""} {
		findings := found(t, rules.ResourcePolicyIgnored, annotated("v1", "Secret", "helm.sh/resource-policy: "+policy), "")
		if assert.Len(t, findings, 1, policy) {
			assert.Equal(t, want, findings[0].Fixable, policy)
			assert.Contains(t, findings[0].Message, strings.Trim(policy, "'"), policy)
		}
	}
	for name, template := range map[string]string{
		"a hook":        annotated("v1", "Secret", "helm.sh/hook: pre-install, helm.sh/resource-policy: Keep"),
		"inside a List": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a, annotations: {helm.sh/resource-policy: Keep}}}\n",
	} {
		findings := found(t, rules.ResourcePolicyIgnored, template, "")
		if assert.Len(t, findings, 1, name) {
			assert.Empty(t, findings[0].Fixable, name)
		}
	}
}
