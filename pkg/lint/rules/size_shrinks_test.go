package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
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
