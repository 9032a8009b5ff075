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

func TestFinalizerBlocksDeletion(t *testing.T) {
	const (
		field   = " metadata.finalizers"
		rights  = `{apiGroups: [example.com], resources: [things], verbs: ["*"]}`
		onMaps  = `{apiGroups: [""], resources: [configmaps], verbs: [update]}, {apiGroups: [example.com], resources: [things], verbs: [get]}`
		onClaim = `{apiGroups: [""], resources: [services, persistentvolumeclaims], verbs: [patch]}, {apiGroups: [sub.example.com], resources: [things], verbs: [get]}`
	)
	runs := func(rule string) string { return operator("o") + may("o", rule) }
	held := func(apiVersion, kind, finalizers string) string {
		return thingWith(apiVersion, kind, "a", "finalizers: ["+finalizers+"]")
	}
	check(t, rules.FinalizerBlocksDeletion, []scenario{
		{name: "a custom resource of the operator", template: runs(rights) + held("example.com/v1", "Thing", "example.com/cleanup"), want: []string{"warning Thing/a" + field}},
		{name: "the same domain without a slash", template: runs(rights) + held("example.com/v1", "Thing", "cleanup.things.example.com"), want: []string{"warning Thing/a" + field}},
		{name: "an object of a kind of Kubernetes' own", template: runs(onMaps) + held("v1", "ConfigMap", "example.com/cleanup"), want: []string{"warning ConfigMap/a" + field}},
		{name: "a claim", template: runs(onClaim) + held("v1", "PersistentVolumeClaim", "kubernetes.io/pvc-protection, example.com/snapshot"), want: []string{"warning PersistentVolumeClaim/a" + field}},
		{name: "deleted before the operator", template: runs(onClaim) + held("v1", "Service", "example.com/cleanup"), want: []string{"info Service/a" + field}},
		{name: "one cause, two objects", template: runs(rights) + held("example.com/v1", "Thing", "example.com/cleanup") + thingWith("example.com/v1", "Thing", "b", "finalizers: [example.com/cleanup]"), want: []string{"warning Thing/a" + field}},
		{name: "an operator that may do anything, known by its image", template: strings.Replace(operator("o"), "image: o", "image: example.com/operator:1", 1) + may("o", `{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}`) + held("v1", "ConfigMap", "example.com/cleanup"), want: []string{"warning ConfigMap/a" + field}},

		{name: "served by Kubernetes", template: runs(onClaim) + held("v1", "PersistentVolumeClaim", "kubernetes.io/pvc-protection, foregroundDeletion, service.kubernetes.io/load-balancer-cleanup")},
		{name: "served by nothing in the release", template: held("argoproj.io/v1alpha1", "Application", "resources-finalizer.argocd.argoproj.io")},
		{name: "an operator of another domain", template: runs(onMaps) + held("v1", "ConfigMap", "example.org/cleanup")},
		{name: "an operator that may only look", template: runs(`{apiGroups: [example.com], resources: [things], verbs: [get, list]}`) + held("example.com/v1", "Thing", "example.com/cleanup")},
		{name: "kept by the uninstall", template: runs(rights) + thingWith("example.com/v1", "Thing", "a", "annotations: {helm.sh/resource-policy: keep}, finalizers: [example.com/cleanup]")},
		{name: "a hook", template: runs(rights) + thingWith("example.com/v1", "Thing", "a", "annotations: {helm.sh/hook: post-install}, finalizers: [example.com/cleanup]")},
		{name: "deleted by a hook before all else", template: runs(rights) + held("example.com/v1", "Thing", "example.com/cleanup") + preDelete("clean", "kubectl delete things --all --wait")},
		{name: "no finalizer", template: runs(rights) + held("example.com/v1", "Thing", "")},
	})
}

// thingWith is an object with further metadata.
func thingWith(apiVersion, kind, name, metadata string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", " + metadata + "}\n"
}

// TestFinalizerIsOneCause: what one rule says of an object, the other does not
// say again.
func TestFinalizerIsOneCause(t *testing.T) {
	release := operator("o") + may("o", `{apiGroups: [example.com], resources: [things], verbs: ["*"]}`)
	both := []*lint.Rule{rules.FinalizerBlocksDeletion, rules.OperatorRemovedBeforeInstances}
	for finalizers, want := range map[string]string{"finalizers: [example.com/x]": "finalizer-blocks-deletion", "finalizers: [example.org/x]": "operator-removed-before-instances"} {
		rehearsal := rehearse(t, release+thingWith("example.com/v1", "Thing", "a", finalizers), "")
		findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, both)
		require.Len(t, findings, 1)
		assert.Equal(t, want, findings[0].Rule)
	}
}

func TestFinalizerFixLeavesOthers(t *testing.T) {
	release := operator("o") + may("o", `{apiGroups: [example.com], resources: [things], verbs: ["*"]}`)
	text := strings.ReplaceAll(release, "{{ .Release.Namespace }}", "prod") + "---\napiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: a\n  finalizers:\n  - example.com/x # ours\n  - example.org/y # theirs\n"
	out, _, err := fix.PostRender([]byte(text), fix.Options{Rules: []*lint.Rule{rules.FinalizerBlocksDeletion}, Select: fix.All()})
	require.NoError(t, err)
	assert.Contains(t, string(out), "  finalizers:\n  - example.org/y # theirs\n")
	assert.NotContains(t, string(out), "example.com/x")
}
