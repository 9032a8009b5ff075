package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestWorkloadsShareClaim(t *testing.T) {
	const claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [MODE], resources: {requests: {storage: 1Gi}}}\n---\n"
	pods := func(name, more string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec:\n  REPLICAS\n  selector: {matchLabels: {app: " + name + "}}\n  template:\n    metadata: {labels: {app: " + name + "}}\n" +
			"    spec: {containers: [{name: a, image: a}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]" + more + "}\n---\n"
	}
	const near = ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"
	one := func(mode string) string { return withWords(claim, "MODE", mode) }
	web, worker := withWords(pods("web", ""), "REPLICAS", ""), withWords(pods("worker", ""), "REPLICAS", "")
	const field = "spec.template.spec.volumes[0].persistentVolumeClaim.claimName"
	check(t, rules.ReplicasShareExclusiveClaim, []scenario{
		{name: "two workloads", template: one("ReadWriteOnce") + web + worker, want: []string{"warning Deployment/worker " + field}},
		{name: "for one pod alone", template: one("ReadWriteOncePod") + web + worker, want: []string{"error Deployment/worker " + field}},
		{name: "for many nodes", template: one("ReadWriteMany") + web + worker},
		{name: "kept on one node", template: one("ReadWriteOnce") + web + withWords(pods("worker", near), "REPLICAS", "")},
		{name: "kept on one node, for one pod alone", template: one("ReadWriteOncePod") + web + withWords(pods("worker", near), "REPLICAS", ""), want: []string{"error Deployment/worker " + field}},
		{name: "one of them switched off", template: one("ReadWriteOnce") + web + withWords(pods("worker", ""), "REPLICAS", "replicas: 0")},
		{name: "one workload", template: one("ReadWriteOnce") + web},
	})
}
