package rules_test

import (
	"fmt"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// operatorRole may set the finalizers of its three kinds.
const operatorRole = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: operator}
rules:
- apiGroups: [db.example.com]
  resources: [databases, databases/finalizers, proxies, proxies/finalizers, users, users/finalizers]
  verbs: ["*"]
---
`

// operatorKind is the definition of a kind whose objects have one field.
func operatorKind(plural, names, field string) string {
	return fmt.Sprintf(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]s.db.example.com, annotations: {helm.sh/resource-policy: keep}}
spec:
  group: db.example.com
  scope: Namespaced
  names: {plural: %[1]s, %[2]s}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {%[3]s}}}}}}]
---
`, plural, names, field)
}

func cleanup(command string) string {
	return operatorRole +
		operatorKind("databases", "kind: Database, singular: database, shortNames: [dbs]", "replicas: {type: integer}") +
		operatorKind("proxies", "kind: Proxy", "replicaCount: {type: integer}") +
		operatorKind("users", "kind: User", "password: {type: string}") + // has no pods
		fmt.Sprintf(`apiVersion: batch/v1
kind: Job
metadata: {name: cleanup, annotations: {helm.sh/hook: pre-delete, helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: kubectl, image: kubectl, command: [sh, -c, %q]}]
`, command)
}

func TestCleanupThatLeavesKindsOut(t *testing.T) {
	check(t, rules.OperatorRemovedBeforeInstances, []scenario{
		{
			name:     "one of two kinds with pods",
			template: cleanup("kubectl delete databases --all --ignore-not-found"),
			want:     []string{"warning Job/cleanup"},
		},
		{
			name:     "under a short name",
			template: cleanup("kubectl delete dbs --all"),
			want:     []string{"warning Job/cleanup"},
		},
		{
			name:     "all kinds with pods",
			template: cleanup("kubectl delete databases --all; kubectl delete proxies.db.example.com --all"),
		},
		{
			name:     "all in one word",
			template: cleanup("kubectl delete Database,Proxy --all"),
		},
		{
			name:     "whatever the group has",
			template: cleanup("for kind in $(kubectl api-resources --api-group=db.example.com -o name); do kubectl delete $kind --all; done; kubectl wait --for=delete databases --all"),
		},
		{
			name:     "something else",
			template: cleanup("kubectl delete lease operator"),
		},
	})
}
