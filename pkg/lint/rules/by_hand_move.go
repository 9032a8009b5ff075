package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// moveByHand are the commands that bring the volume of one claim under another
// claim's name before the upgrade: the volume is told to outlive its claim,
// and then reserved for the new one. The claims need not be of one kind.
func moveByHand(p *lint.Pass, next *inventory.Inventory, from, to *inventory.Claim) []string {
	var steps []string
	for _, w := range p.MountedBy(from) {
		if w.RunsForever() {
			steps = append(steps, stopPods(p, w)...)
		}
	}
	if len(steps) > 0 {
		steps = append([]string{"# stop what uses the volume, until the upgrade"}, steps...)
	}
	old, new := firstName(from), firstName(to)
	namespace, target := p.Namespace(from.Object), next.Namespace(to.Object)
	if !from.Template {
		steps = append(steps, "# whatever happens, the upgrade shall not delete the old claim", kubectl(p, "annotate", from.Object, manifest.ResourcePolicyAnnotation+"=keep"))
	}
	claim := fmt.Sprintf("pvc %s --namespace %s", word(old), word(namespace))
	steps = append(steps,
		"# the volume must outlive its old claim, which is deleted only if it does",
		fmt.Sprintf(`VOLUME=$(kubectl get %s --output jsonpath='{.spec.volumeName}')`, claim),
		`kubectl patch pv "$VOLUME" --type merge --patch '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
		fmt.Sprintf(`test "$(kubectl get pv "$VOLUME" --output jsonpath='{.spec.persistentVolumeReclaimPolicy}')" = Retain && kubectl delete %s`, claim),
		fmt.Sprintf(`kubectl patch pv "$VOLUME" --type merge --patch '{"spec":{"claimRef":{"namespace":"%s","name":"%s","uid":null,"resourceVersion":null}}}'`, target, new),
	)
	if others := len(ordinals(from.Object)) - 1; from.Template && others > 0 {
		steps = append(steps, fmt.Sprintf("# the same for the claims %s… of the other %d replicas, each to %s…", from.Name, others, strings.TrimSuffix(to.Name, "-")))
	}
	return append(steps,
		"# the new claim takes the volume if it asks for no more than that has, in the same access mode",
		helmUpgrade(p))
}

// firstName is a claim's name, or that of the first that a StatefulSet makes.
func firstName(c *inventory.Claim) string {
	if !c.Template {
		return c.Name
	}
	if all := ordinals(c.Object); len(all) > 0 {
		return fmt.Sprintf("%s%d", c.Name, all[0])
	}
	return c.Name + "0"
}
