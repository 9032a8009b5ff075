package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestReplicasResetOnUpgrade(t *testing.T) {
	const warning = "warning Deployment/web spec.replicas"
	workload := func(kind, spec string) string {
		return "apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: web}}}\n  " + spec + "\n"
	}
	scaler := func(version, kind, target, bounds string) string {
		return "---\napiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: scale}\nspec: {scaleTargetRef: {" + target + "}" + bounds + "}\n"
	}
	hpa := func(kind, bounds string) string {
		return scaler("autoscaling/v2", "HorizontalPodAutoscaler", "apiVersion: apps/v1, kind: "+kind+", name: web", bounds)
	}
	const failure = "error Deployment/web spec.replicas"
	check(t, rules.ReplicasResetOnUpgrade, []scenario{
		{name: "a Deployment", template: workload("Deployment", "replicas: 2") + hpa("Deployment", ", minReplicas: 2, maxReplicas: 5"), want: []string{warning}},
		{name: "a StatefulSet", template: workload("StatefulSet", "replicas: 2") + hpa("StatefulSet", ", maxReplicas: 5"), want: []string{"warning StatefulSet/web spec.replicas"}},
		{name: "KEDA", template: workload("Deployment", "replicas: 1") + scaler("keda.sh/v1alpha1", "ScaledObject", "name: web", ""), want: []string{warning}},
		{name: "an autoscaler that holds another number", template: workload("Deployment", "replicas: 1") + hpa("Deployment", ", minReplicas: 3, maxReplicas: 3"), want: []string{failure}},
		{name: "fewer than the autoscaler allows", template: workload("Deployment", "replicas: 1") + hpa("Deployment", ", minReplicas: 2, maxReplicas: 9"), want: []string{failure}},
		{name: "none, which the autoscaler leaves alone", template: workload("Deployment", "replicas: 0") + hpa("Deployment", ", minReplicas: 2, maxReplicas: 9"), want: []string{warning}},
		{name: "no replicas", template: workload("Deployment", "paused: false") + hpa("Deployment", ", maxReplicas: 5")},
		{name: "replicas left open", template: workload("Deployment", "replicas:") + hpa("Deployment", ", maxReplicas: 5")},
		{name: "no autoscaler", template: workload("Deployment", "replicas: 2")},
		{name: "an autoscaler of something else", template: workload("Deployment", "replicas: 2") + hpa("StatefulSet", ", maxReplicas: 5")},
		{name: "an autoscaler that holds the same number", template: workload("Deployment", "replicas: 3") + hpa("Deployment", ", minReplicas: 3, maxReplicas: 3")},
	})
}
