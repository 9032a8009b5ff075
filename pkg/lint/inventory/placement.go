package inventory

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const hostnameLabel = "kubernetes.io/hostname"

// PinnedToNode reports whether the workload's pods can run on one node only.
func (w *Workload) PinnedToNode() bool {
	if manifest.StringAt(w.Spec, "nodeName") != "" || manifest.StringAt(w.Spec, "nodeSelector", hostnameLabel) != "" {
		return true
	}
	required := manifest.ListAt(w.Spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	if len(required) != 1 { // terms are alternatives
		return false
	}
	return slices.ContainsFunc(manifest.ListAt(required[0], "matchExpressions"), func(e any) bool {
		return manifest.StringAt(e, "key") == hostnameLabel && manifest.StringAt(e, "operator") == "In" && len(manifest.ListAt(e, "values")) == 1
	})
}

// KeptNear reports whether the scheduler puts the workload's pods on a node
// where a pod of other runs: a required pod affinity on the hostname selects
// it.
func (w *Workload) KeptNear(other *Workload) bool {
	terms := manifest.ListAt(w.Spec, "affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
	return slices.ContainsFunc(terms, func(term any) bool {
		return manifest.StringAt(term, "topologyKey") == hostnameLabel && Selects(manifest.MapAt(term, "labelSelector"), other.Labels)
	})
}

// Selects reports whether a label selector matches labels. A nil selector
// matches nothing, an empty one everything (apimachinery,
// pkg/apis/meta/v1/helpers.go, LabelSelectorAsSelector).
func Selects(selector map[string]any, labels map[string]string) bool {
	if selector == nil {
		return false
	}
	for key, want := range manifest.StringMapAt(selector, "matchLabels") {
		if got, ok := labels[key]; !ok || got != want {
			return false
		}
	}
	for _, e := range manifest.ListAt(selector, "matchExpressions") {
		if !matchesExpression(e, labels) {
			return false
		}
	}
	return true
}

func matchesExpression(e any, labels map[string]string) bool {
	value, present := labels[manifest.StringAt(e, "key")]
	listed := slices.Contains(manifest.StringsAt(e, "values"), value)
	switch manifest.StringAt(e, "operator") {
	case "In":
		return present && listed
	case "NotIn":
		return !present || !listed
	case "Exists":
		return present
	case "DoesNotExist":
		return !present
	}
	return false
}
