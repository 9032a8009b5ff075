package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

const (
	unmounted   = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: {{ .Release.Name }}-app}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n"
	mountsClaim = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}-app}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n" +
		"    spec:\n      serviceAccountName: {{ .Release.Name }}-app\n      containers: [{name: a, image: a}]\n      volumes: [VOLUME]\n---\n"
)

func TestUnmountedClaims(t *testing.T) {
	volume := func(v string) string { return withWords(mountsClaim, "VOLUME", v) }
	check(t, rules.ClaimNotFound, []scenario{
		{name: "nobody mounts it", template: unmounted + volume("{name: data, emptyDir: {}}"), want: []string{"warning PersistentVolumeClaim/rel-app"}},
		{name: "mounted", template: unmounted + volume("{name: data, persistentVolumeClaim: {claimName: {{ .Release.Name }}-app}}")},
		{name: "a pod template in a ConfigMap mounts it", template: unmounted + volume("") + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pods}\ndata: {pod.yaml: 'volumes: [{persistentVolumeClaim: {claimName: {{ .Release.Name }}-app}}]'}\n"},
		{name: "a custom resource names it", template: unmounted + volume("") + "apiVersion: example.com/v1\nkind: Backup\nmetadata: {name: b}\nspec: {existingClaim: {{ .Release.Name }}-app}\n"},
		{name: "a chart that runs nothing until it is told more", template: unmounted},
	})
}

func TestTheClaimThatIsMeant(t *testing.T) {
	template := unmounted + withWords(mountsClaim, "VOLUME", "{name: data, persistentVolumeClaim: {claimName: {{ .Release.Name }}-app-data}}")
	findings := found(t, rules.ClaimNotFound, template, "")
	require.Len(t, findings, 1, "one cause, one finding")
	assert.Equal(t, "Deployment/rel-app", findings[0].Object.String())
	require.Len(t, findings[0].Related, 1)
	assert.Equal(t, "PersistentVolumeClaim/rel-app", findings[0].Related[0].String())
	assert.Contains(t, findings[0].Message, "is PersistentVolumeClaim/rel-app meant, which no pod mounts?")
}
