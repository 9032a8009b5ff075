package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
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
	steps = append(steps,
		"# the volume must outlive its old claim: go on only when this prints Retain",
		fmt.Sprintf(`VOLUME=$(kubectl get pvc %s --namespace %s --output jsonpath='{.spec.volumeName}')`, word(old), word(namespace)),
		`kubectl patch pv "$VOLUME" --type merge --patch '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
		`kubectl get pv "$VOLUME" --output jsonpath='{.spec.persistentVolumeReclaimPolicy}'`,
		fmt.Sprintf("kubectl delete pvc %s --namespace %s", word(old), word(namespace)),
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
