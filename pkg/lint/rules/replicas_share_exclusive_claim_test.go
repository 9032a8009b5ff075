package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestReplicasShareExclusiveClaim(t *testing.T) {
	const failure = "error Deployment/web spec.template.spec.volumes[0].persistentVolumeClaim.claimName"
	const near = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"
	scaler := func(version, kind, target, bounds string) string {
		return "---\napiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: scale}\nspec: {scaleTargetRef: {" + target + "}" + bounds + "}\n"
	}
	hpa := func(bounds string) string {
		return scaler("autoscaling/v2", "HorizontalPodAutoscaler", "apiVersion: apps/v1, kind: Deployment, name: web", bounds)
	}
	volume := func(source string) string {
		return "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv}\nspec: {claimRef: {name: data, namespace: prod}, " + source + "}\n"
	}
	check(t, rules.ReplicasShareExclusiveClaim, []scenario{
		{name: "two replicas", template: mounted("[ReadWriteOnce]", "replicas: 2", ""), want: []string{failure}},
		{name: "one pod alone, though on one node", template: mounted("[ReadWriteOncePod]", "replicas: 2", near), want: []string{failure}},
		{name: "an autoscaler", template: mounted("[ReadWriteOnce]", "", "") + hpa(", maxReplicas: 5"), want: []string{failure}},
		{name: "KEDA, to its default of a hundred", template: mounted("[ReadWriteOnce]", "", "") + scaler("keda.sh/v1alpha1", "ScaledObject", "name: web", ""), want: []string{failure}},
		{name: "attached storage", template: mounted("[ReadWriteOnce]", "replicas: 2", "") + volume("csi: {driver: block.example.com}"), want: []string{failure}},
		{name: "one replica", template: mounted("[ReadWriteOnce]", "replicas: 1", "")},
		{name: "scaled down", template: mounted("[ReadWriteOnce]", "replicas: 0", "")},
		{name: "an autoscaler that does not scale", template: mounted("[ReadWriteOnce]", "replicas: 2", "") + hpa(", maxReplicas: 1")},
		{name: "an autoscaler of something else", template: mounted("[ReadWriteOnce]", "", "") + scaler("autoscaling/v2", "HorizontalPodAutoscaler", "kind: StatefulSet, name: web", ", maxReplicas: 5")},
		{name: "shared", template: mounted("[ReadWriteMany]", "replicas: 2", "")},
		{name: "shared by one of its modes", template: mounted("[ReadWriteOnce, ReadOnlyMany]", "replicas: 2", "")},
		{name: "kept on one node", template: mounted("[ReadWriteOnce]", "replicas: 2", near)},
		{name: "pinned to a node", template: mounted("[ReadWriteOnce]", "replicas: 2", "nodeSelector: {kubernetes.io/hostname: a}")},
		{name: "on NFS", template: mounted("[ReadWriteOnce]", "replicas: 2", "") + volume("nfs: {server: a, path: /}")},
		{
			name:     "modes that nobody knows",
			template: "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  template:\n    spec:\n      volumes: [{name: d, persistentVolumeClaim: {claimName: elsewhere}}]\n",
		},
		{
			name:     "a claim for each replica",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  replicas: 3\n  template: {spec: {}}\n  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]\n",
		},
	})
}

// TestReplicasThatNobodyAskedFor: what only the tool's own values bring is a
// warning.
func TestReplicasThatNobodyAskedFor(t *testing.T) {
	rehearsal := rehearse(t, mounted("[ReadWriteOnce]", "replicas: 2", ""), "")
	found := lint.Run(lint.Subject{Rehearsal: rehearsal, Probe: true}, []*lint.Rule{rules.ReplicasShareExclusiveClaim})
	require.Len(t, found, 1)
	assert.Equal(t, lint.Warning, found[0].Severity)
}
