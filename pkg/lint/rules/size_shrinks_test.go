package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func TestSizeShrinks(t *testing.T) {
	sized := func(size string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: " + size + "}}}\n"
	}
	const field = "error PersistentVolumeClaim/data spec.resources.requests.storage"
	checkUpgrades(t, rules.SizeShrinks, []upgradeCase{
		{"smaller", sized("8Gi"), sized("5Gi"), []string{field}},
		{"8G is less than 8Gi", sized("8Gi"), sized("8G"), []string{field}},
		// The upgrade passes and the rollback does not.
		{"larger", sized("5Gi"), sized("8Gi"), []string{"warning PersistentVolumeClaim/data spec.resources.requests.storage"}},
		{"the same in other words", sized("8Gi"), sized("8192Mi"), nil},
	})
}

func TestSizeShrinksSaysHowToKeepTheSize(t *testing.T) {
	template := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: {{ .Values.disk.size }}}}}\n"
	commands := func(next string) []string {
		t.Helper()
		r, err := stateful.Compare(t.Context(), chartOf(t, template, "disk: {size: 8Gi}"), chartOf(t, template, next), stateful.LintOptions{Rules: []*lint.Rule{rules.SizeShrinks}})
		require.NoError(t, err)
		require.Len(t, r.Findings, 1)
		return r.Findings[0].Commands
	}
	assert.Equal(t, []string{"# keep the old size", "helm upgrade release-name CHART --set disk.size=8Gi --namespace default"}, commands("disk: {size: 5Gi}"))
	assert.Empty(t, commands("disk: {size: 5Gi}\ncache: {size: 5Gi}"), "either could be meant")
	assert.Empty(t, commands("disk: {size: 1000000000}\ncache: {size: ''}"), "a number may have been written in many ways")
}
