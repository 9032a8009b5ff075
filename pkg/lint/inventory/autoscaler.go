package inventory

import (
	"cmp"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Autoscaler is an object that sets a workload's number of replicas: a
// HorizontalPodAutoscaler or KEDA's ScaledObject.
type Autoscaler struct {
	Object *manifest.Object
	// Min and Max bound the replicas.
	Min, Max int64

	target target
}

// maxReplicaCount is KEDA's default (kedacore/keda,
// apis/keda/v1alpha1/scaledobject_types.go, defaultHPAMaxReplicas).
const maxReplicaCount = 100

// AutoscalerOf returns the release's autoscaler that has the workload as its
// target, or nil.
func (inv *Inventory) AutoscalerOf(w *Workload) *Autoscaler {
	for _, a := range inv.index.autoscalers[target{w.Object.Kind, w.Object.Name}] {
		if inv.SameNamespace(a.Object, w.Object) {
			return a
		}
	}
	return nil
}

func autoscalerOf(o *manifest.Object) *Autoscaler {
	a := &Autoscaler{Object: o}
	var low, high string
	switch o.Group() + "/" + o.Kind {
	case "autoscaling/HorizontalPodAutoscaler":
		low, high, a.Min = "minReplicas", "maxReplicas", 1
	case "keda.sh/ScaledObject":
		low, high, a.Max = "minReplicaCount", "maxReplicaCount", maxReplicaCount
		a.target.kind = "Deployment" // unless it says another
	default:
		return nil
	}
	a.target = target{cmp.Or(o.StringAt("spec", "scaleTargetRef", "kind"), a.target.kind), o.StringAt("spec", "scaleTargetRef", "name")}
	if n, ok := manifest.IntAt(o.Fields, "spec", low); ok {
		a.Min = n
	}
	if n, ok := manifest.IntAt(o.Fields, "spec", high); ok {
		a.Max = n
	}
	return a
}
