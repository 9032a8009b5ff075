package rules

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// replaceByHand are the commands that make way for an object that cannot
// become what the new version wants. There are none for what holds data: a
// claim, a volume, a definition, a namespace.
func replaceByHand(p *lint.Pass, o *manifest.Object, changes []lifecycle.Difference) []string {
	var steps []string
	remove := kubectl(p, "delete", o)
	switch o.Group() + "/" + o.Kind {
	case "apps/StatefulSet":
		steps = replaceSet(p, o, changes)
	case "apps/Deployment", "apps/DaemonSet", "apps/ReplicaSet", "extensions/Deployment", "extensions/DaemonSet", "extensions/ReplicaSet":
		steps = []string{"# the pods stop until the upgrade makes new ones; the claims that they mount stay", remove}
	case "batch/Job":
		steps = []string{"# if the Job is still running, it stops; after the upgrade it runs once more", remove}
	case "storage.k8s.io/StorageClass":
		steps = []string{"# volumes that exist stay as they were made", remove}
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		steps = []string{"# its subjects lack these rights until the upgrade", remove}
	case "/Service":
		steps = []string{"# clients lose the Service until the upgrade, and its addresses change, a load balancer's too", remove}
	case "/Secret":
		steps = []string{"# what the chart has generated is lost with the Secret: keep a copy",
			kubectl(p, "get", o, "--output", "yaml", ">", word(o.Name+".yaml")), remove}
	case "/ConfigMap", "scheduling.k8s.io/PriorityClass", "node.k8s.io/RuntimeClass", "networking.k8s.io/IngressClass", "storage.k8s.io/CSIDriver":
		steps = []string{remove}
	default:
		return nil
	}
	return append(steps, helmUpgrade(p))
}

// replaceSet lets a StatefulSet go and keeps its claims, and its pods too
// unless the new set would not know them for its own.
func replaceSet(p *lint.Pass, o *manifest.Object, changes []lifecycle.Difference) []string {
	steps := []string{"# the pods and their claims stay, and the new StatefulSet takes them over", kubectl(p, "delete", o, "--cascade=orphan")}
	if changed(changes, manifest.Path{"spec", "selector"}) || changed(changes, podLabels) {
		steps[0] = "# the claims stay; the pods do not match the new selector and would be in the way of the new ones"
		steps = append(steps, deletePods(p, o)...)
	}
	if changed(changes, manifest.Path{"spec", "volumeClaimTemplates"}) {
		steps = append(steps, "# claims that exist stay as they are: only those that are made later follow the new template")
	}
	return steps
}

func changed(changes []lifecycle.Difference, path manifest.Path) bool {
	return slices.ContainsFunc(changes, func(d lifecycle.Difference) bool { return d.Path.HasPrefix(path) })
}
