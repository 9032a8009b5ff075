package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// cleanupHook is a hook Job that runs a command.
func cleanupHook(event, command string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: clean\n  annotations: {helm.sh/hook: " + event + ", helm.sh/hook-delete-policy: before-hook-creation}\n" +
		"spec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: kubectl\n        command: " + command + "\n"
}

func TestCleanupOfDefinitions(t *testing.T) {
	const fromScript = "      volumes:\n      - {name: script, configMap: {name: script}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  run.sh: |\n    kubectl get pods\n    kubectl delete \\\n      crd databases.example.com\n"
	reported := []string{"warning Job/clean"}
	check(t, rules.DefinitionDeletedWithRelease, []scenario{
		{name: "by kubectl", template: cleanupHook("pre-delete", "[kubectl, delete, crd, databases.example.com]"), want: reported},
		{name: "by the API", template: cleanupHook("post-delete", `[sh, -c, "curl -X DELETE -H 'Accept: application/json' https://kubernetes.default/apis/apiextensions.k8s.io/v1/customresourcedefinitions/databases.example.com"]`), want: reported},
		{name: "in a script of a ConfigMap, over two lines", template: cleanupHook("pre-delete", "[sh, /run.sh]") + fromScript, want: reported},
		{name: "before an install, which has nobody's objects", template: cleanupHook("pre-install", "[kubectl, delete, crd, databases.example.com]")},
		{name: "another command", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete job old; kubectl get crd databases.example.com"]`)},
		{name: "another line", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete job old\nkubectl get crd databases.example.com"]`)},
	})
}

func TestCleanupOfClaims(t *testing.T) {
	check(t, rules.ClaimDeletedWithRelease, []scenario{
		{name: "claims", template: cleanupHook("post-delete", "[kubectl, delete, pvc, -l, app=db]"), want: []string{"warning Job/clean"}},
		{name: "pods", template: cleanupHook("post-delete", "[kubectl, delete, pod, -l, app=db]")},
	})
}

func TestCleanupMessageIsShort(t *testing.T) {
	findings := found(t, rules.ClaimDeletedWithRelease, cleanupHook("post-delete", "[kubectl, delete, --namespace, prod, --wait=false, --ignore-not-found, --selector, app.kubernetes.io/instance=release, pvc]"), "")
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Message, "(delete … --selector app.kubernetes.io/instance=release pvc)")
}

func TestCleanupOfWhatOthersNeed(t *testing.T) {
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{name: "the whole namespace", template: cleanupHook("pre-delete", "[kubectl, scale, -n, kyverno, deployment, --all, --replicas=0]"), want: []string{"warning Job/clean"}},
		{name: "by label", template: cleanupHook("pre-delete", "[kubectl, scale, -n, kyverno, deployment, -l, app=kyverno, --replicas=0]")},
		{name: "all instances of the operator's kind", template: cleanupHook("pre-delete", "[kubectl, delete, databases.example.com, --all]")},
	})
}

func TestCleanupOfWhatStillRuns(t *testing.T) {
	const settings = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: operator}\nspec: {template: {spec: {containers: [{name: a, image: a, env: [{name: CONFIG, value: settings}]}]}}}\n"
	reported := []string{"warning Job/clean"}
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{name: "by its kind's short name", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete cm -n prod settings"]`) + settings, want: reported},
		{name: "an account, by its kind's short name", template: cleanupHook("pre-delete", "[kubectl, delete, sa, agent]") + operator("agent") + "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: agent}\n", want: reported},
		{name: "kind and name in one", template: cleanupHook("pre-delete", "[kubectl, delete, configmap/settings]") + settings, want: reported},
		{name: "when all is gone", template: cleanupHook("post-delete", `[sh, -c, "kubectl delete cm -n prod settings"]`) + settings},
		{name: "another one", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete cm -n prod lock"]`) + settings},
		{name: "another kind", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete secret -n prod settings"]`) + settings},
		{name: "one that nobody needs", template: cleanupHook("pre-delete", `[sh, -c, "kubectl delete cm -n prod settings"]`) + withWords(settings, "value: settings", "value: other")},
	})
}

func TestCleanupIsQuotedByItsEnd(t *testing.T) {
	for command, want := range map[string]string{
		`[sh, -c, "curl -X DELETE -H 'Authorization: Bearer x' https://kubernetes.default.svc.cluster.local/apis/apiextensions.k8s.io/v1/customresourcedefinitions/databases.example.com"]`: "DELETE … apis/apiextensions.k8s.io/v1/customresourcedefinitions",
		"[kubectl, delete, crd, databases.example.com]": "(delete crd)",
	} {
		findings := found(t, rules.DefinitionDeletedWithRelease, cleanupHook("pre-delete", command), "")
		require.Len(t, findings, 1)
		assert.Contains(t, findings[0].Message, want)
	}
}
