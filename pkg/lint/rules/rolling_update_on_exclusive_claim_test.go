package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// mounted is a claim of the given modes and a Deployment that mounts it, with
// spec as further lines of its spec and pod as further lines of the pods'.
func mounted(modes, spec, pod string) string {
	return `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: ` + modes + `}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  ` + spec + `
  template:
    metadata: {labels: {app: web}}
    spec:
      ` + pod + `
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: data}
`
}

func TestRollingUpdateOnExclusiveClaim(t *testing.T) {
	const warning, failure = "warning Deployment/web spec.strategy", "error Deployment/web spec.strategy"
	check(t, rules.RollingUpdateOnExclusiveClaim, []scenario{
		{name: "default strategy", template: mounted("[ReadWriteOnce]", "", ""), want: []string{warning}},
		{name: "ReadWriteOncePod", template: mounted("[ReadWriteOncePod]", "", ""), want: []string{failure}},
		{name: "ReadWriteOncePod on one node", template: mounted("[ReadWriteOncePod]", "", "nodeName: a"), want: []string{failure}},
		{name: "percentages round to surge 1 and unavailable 0", template: mounted("[ReadWriteOnce]", "strategy: {rollingUpdate: {maxSurge: 10%, maxUnavailable: 90%}}", ""), want: []string{warning}},
		{name: "several replicas", template: mounted("[ReadWriteOnce]", "replicas: 4", ""), want: []string{warning}},
		{name: "Recreate", template: mounted("[ReadWriteOnce]", "strategy: {type: Recreate}", "")},
		{name: "no surge", template: mounted("[ReadWriteOnce]", "strategy: {rollingUpdate: {maxSurge: 0}}", "")},
		{name: "the only pod may go at once", template: mounted("[ReadWriteOnce]", "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}", "")},
		{name: "shared by its modes", template: mounted("[ReadWriteOnce, ReadWriteMany]", "", "")},
		{name: "scaled down", template: mounted("[ReadWriteOnce]", "replicas: 0", "")},
		{name: "pinned to a node", template: mounted("[ReadWriteOnce]", "", "nodeSelector: {kubernetes.io/hostname: a}")},
		{
			name:     "kept on the node of its own pods",
			template: mounted("[ReadWriteOnce]", "", "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"),
		},
		{
			name:     "a claim of someone else",
			template: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      volumes: [{name: d, persistentVolumeClaim: {claimName: elsewhere}}]\n",
		},
	})
}
