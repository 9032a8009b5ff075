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

func TestWebhooksLeftBehind(t *testing.T) {
	const (
		service = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}-op}\nspec: {ports: [{port: 443}]}\n---\n"
		webhook = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: {{ .Release.Name }}-op, annotations: {ANNOTATIONS}}\n" +
			"webhooks: [{name: a.example.com, POLICYclientConfig: {service: {name: SERVICE, namespace: {{ .Release.Namespace }}}}, sideEffects: None, admissionReviewVersions: [v1]}]\n"
	)
	config := func(annotations, policy, name string) string {
		return withWords(webhook, "ANNOTATIONS", annotations, "POLICY", policy, "SERVICE", name)
	}
	const hook, own, ignore = "helm.sh/hook: 'post-install, post-upgrade'", "{{ .Release.Name }}-op", "failurePolicy: Ignore, "
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{name: "a hook stays", template: service + config(hook, "", own), want: []string{"warning ValidatingWebhookConfiguration/rel-op"}},
		{name: "a hook that may fail", template: service + config(hook, ignore, own), want: []string{"info ValidatingWebhookConfiguration/rel-op"}},
		{name: "an ordinary object goes with the release", template: service + config("", "", own)},
		{name: "a hook that goes at once", template: service + config(hook+", helm.sh/hook-delete-policy: hook-succeeded", "", own)},
		{name: "a hook that another deletes", template: service + config(hook, "", own) + "---\n" + cleanupHook("pre-delete", "[kubectl, delete, validatingwebhookconfiguration, rel-op]")},
		{name: "without its Service", template: config("", "", own), want: []string{"warning ValidatingWebhookConfiguration/rel-op"}},
		{name: "a Service in another namespace", template: service + withWords(config(hook, "", own), "namespace: {{ .Release.Namespace }}", "namespace: guards")},
		{name: "somebody else's Service", template: config("", "", "gatekeeper")},
	})
}

func TestWebhooksMadeAtRunTime(t *testing.T) {
	makes := may("guard", "{apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], verbs: [create, get]}")
	const shown = "\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: guard}\n"
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{name: "nobody takes them away", template: operator("guard") + makes, want: []string{"info Deployment/guard"}},
		{name: "a hook does", template: operator("guard") + makes + preDelete("clean", "kubectl delete validatingwebhookconfiguration guard")},
		{name: "a hook with the operator's own command does", template: operator("guard") + makes + preDelete("clean", "guard uninstall --force")},
		{name: "a hook for something else", template: operator("guard") + makes + preDelete("backup", "guard dump"), want: []string{"info Deployment/guard"}},
		{name: "two by one account", template: operator("guard") + strings.ReplaceAll(operator("guard"), "metadata: {name: guard}", "metadata: {name: guard-admission}") + makes, want: []string{"info Deployment/guard-admission"}},
		{name: "those that the release has", template: operator("guard") + makes + shown},
		{name: "it may only change them", template: operator("guard") + withWords(makes, "create, get", "get, update")},
	})
}

// TestWebhooksOfABareStream: whose the Service is, nobody knows.
func TestWebhooksOfABareStream(t *testing.T) {
	stream, err := manifest.Parse([]byte("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: a}\n" +
		"webhooks: [{name: a.example.com, clientConfig: {service: {name: a, namespace: b}}}]\n"))
	require.NoError(t, err)
	assert.Empty(t, lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.OperatorRemovedBeforeInstances}))
}
