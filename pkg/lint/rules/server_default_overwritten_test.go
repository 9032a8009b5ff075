package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestServerDefaultOverwritten(t *testing.T) {
	claim := func(spec string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 1Gi}}\n  " + spec + "\n"
	}
	check(t, rules.ServerDefaultOverwritten, []scenario{
		{name: "volumeName", template: claim(`volumeName: ""`), want: []string{"error PersistentVolumeClaim/data spec.volumeName"}},
		{name: "no class by a value that is not set", template: claim("storageClassName: {{ .Values.class }}"), want: []string{"error PersistentVolumeClaim/data spec.storageClassName"}},
		{name: "an empty class beside it is not blamed", template: claim("storageClassName: \"\"\n  volumeName: \"\""), want: []string{"error PersistentVolumeClaim/data spec.volumeName"}},
		{name: "an empty class means no class", template: claim(`storageClassName: ""`)},
		{name: "an address in a list", template: "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIPs: [null], ports: [{port: 80}]}\n", want: []string{"error Service/web spec.clusterIPs[0]"}},
		{name: "a Service address is filled in again", template: "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: \"\", ports: [{port: 80}]}\n"},
		{name: "empty strings elsewhere", template: deployment("app: web, tier: ''", "", "env: [{name: A, value: ''}]")},
		{name: "nothing written", template: claim("")},
		{name: "only the install writes it", template: claim(`{{ if .Release.IsInstall }}volumeName: ""{{ end }}`)},
	})
}

// TestServerDefaultInAList: to drop an item is not to drop a field.
func TestServerDefaultInAList(t *testing.T) {
	findings := found(t, rules.ServerDefaultOverwritten, "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIPs: [\"\"], ports: [{port: 80}]}\n", "")
	require.Len(t, findings, 1)
	assert.Empty(t, findings[0].Fixable)
}

func TestServerDefaultNamesTheHelms(t *testing.T) {
	findings := found(t, rules.ServerDefaultOverwritten, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, volumeName: \"\"}\n", "")
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Breaks, "upgrade (Helm 3 and 4)")
	assert.Contains(t, findings[0].Message, `has filled in "pvc-`)
}

func TestEmptyFieldsOfABareStream(t *testing.T) {
	claim := func(spec string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [ReadWriteOnce]\n" + spec
	}
	for spec, want := range map[string]string{
		"  storageClassName:\n":                       "spec.storageClassName",
		"  volumeName: null\n":                        "spec.volumeName",
		"  volumeName: ''\n":                          "spec.volumeName",
		"  storageClassName: ''\n":                    "",
		"  storageClassName: fast\n  volumeName: a\n": "",
		"": "",
	} {
		out, findings, err := fix.PostRender([]byte(claim(spec)), fix.Options{Rules: []*lint.Rule{rules.ServerDefaultOverwritten}, Select: fix.All()})
		require.NoError(t, err)
		if want == "" {
			assert.Empty(t, findings, spec)
			continue
		}
		require.Len(t, findings, 1, spec)
		assert.Equal(t, "warning "+want, findings[0].Severity.String()+" "+findings[0].Field)
		assert.True(t, findings[0].Fixed)
		assert.Equal(t, claim(""), string(out))
	}
}
