package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestDataHolderRenamed(t *testing.T) {
	app := func(claim, annotations string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + claim + ", annotations: {a: b" + annotations + "}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n" +
			strings.Replace(deployment("app: web", "", ""), "      containers:", "      volumes: [{name: d, persistentVolumeClaim: {claimName: "+claim+"}}]\n      containers:", 1)
	}
	const keep = ", helm.sh/resource-policy: keep"
	set := claimSet("db", "a: b")
	checkUpgrades(t, rules.DataHolderRenamed, []upgradeCase{
		{"a claim", app("data", ""), app("storage", ""), []string{"error PersistentVolumeClaim/data metadata.name"}},
		{"a claim that is kept", app("data", keep), app("storage", keep), []string{"warning PersistentVolumeClaim/data metadata.name"}},
		{"a StatefulSet", set, claimSet("database", "a: b"), []string{"error StatefulSet/db metadata.name"}},
		{"moved to another namespace", app("data", ""), strings.Replace(app("data", ""), "name: data, ", "name: data, namespace: other, ", 1), nil},
		{"a StatefulSet becomes a Deployment", set, strings.ReplaceAll(strings.ReplaceAll(app("data", ""), "app: web", "app: db"), "name: web", "name: db"), []string{"error StatefulSet/db metadata.name"}},
		{"the application is gone", app("data", ""), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", nil},
		{"another application comes", app("data", ""), app("data", "") + "---\n" + claimSet("new", "a: b"), nil},
		{"one goes and another comes", set + "---\n" + app("data", ""), app("data", "") + "---\n" + strings.ReplaceAll(claimSet("cache", "a: b"), "app: db", "app: cache"), nil},
		{"the same", app("data", ""), app("data", ""), nil},
	})
}
