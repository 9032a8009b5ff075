package apiserver

import (
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/features"
)

// pod follows pkg/registry/core/pod/strategy.go, without what it writes into
// the status and without the synchronisation of old AppArmor annotations.
func pod() rules[*core.Pod] {
	return rules[*core.Pod]{
		PrepareCreate: func(next *core.Pod) {
			next.Generation = 1
			next.Status = core.PodStatus{Phase: core.PodPending}
			podutil.DropDisabledPodFields(next, nil)
			mergeAffinityLabels(next)
			mergeSpreadLabels(next)
			podutil.DefaultPodLevelResources(next)
		},
		PrepareUpdate: func(next, live *core.Pod) {
			next.Status = live.Status
			if utilfeature.DefaultFeatureGate.Enabled(features.PodLevelResourcesFixDefaulting) &&
				next.Spec.Resources == nil && live.Spec.Resources != nil {
				next.Spec.Resources = live.Spec.Resources.DeepCopy()
			}
			podutil.DropDisabledPodFields(next, live)
			if !apiequality.Semantic.DeepEqual(next.Spec, live.Spec) {
				next.Generation++
			}
		},
		Validate: func(next *core.Pod) field.ErrorList {
			options := podutil.GetValidationOptionsFromPodSpecAndMeta(&next.Spec, nil, &next.ObjectMeta, nil)
			options.ResourceIsPod = true
			return validation.ValidatePodCreate(next, options)
		},
		ValidateUpdate: func(next, live *core.Pod) field.ErrorList {
			options := podutil.GetValidationOptionsFromPodSpecAndMeta(&next.Spec, &live.Spec, &next.ObjectMeta, &live.ObjectMeta)
			options.ResourceIsPod = true
			return validation.ValidatePodUpdate(next, live, options)
		},
	}
}

// mergeAffinityLabels turns matchLabelKeys of affinity terms into selectors
// (mutatePodAffinity).
func mergeAffinityLabels(pod *core.Pod) {
	if !utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodAffinity) || pod.Spec.Affinity == nil {
		return
	}
	var terms []*core.PodAffinityTerm
	collect := func(required []core.PodAffinityTerm, preferred []core.WeightedPodAffinityTerm) {
		for i := range preferred {
			terms = append(terms, &preferred[i].PodAffinityTerm)
		}
		for i := range required {
			terms = append(terms, &required[i])
		}
	}
	if a := pod.Spec.Affinity.PodAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := pod.Spec.Affinity.PodAntiAffinity; a != nil {
		collect(a.RequiredDuringSchedulingIgnoredDuringExecution, a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	for _, term := range terms {
		requireLabels(term.LabelSelector, term.MatchLabelKeys, metav1.LabelSelectorOpIn, pod.Labels)
		requireLabels(term.LabelSelector, term.MismatchLabelKeys, metav1.LabelSelectorOpNotIn, pod.Labels)
	}
}

// mergeSpreadLabels does the same for topology spread constraints
// (mutateTopologySpreadConstraints).
func mergeSpreadLabels(pod *core.Pod) {
	if !utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodTopologySpread) ||
		!utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodTopologySpreadSelectorMerge) {
		return
	}
	for _, constraint := range pod.Spec.TopologySpreadConstraints {
		requireLabels(constraint.LabelSelector, constraint.MatchLabelKeys, metav1.LabelSelectorOpIn, pod.Labels)
	}
}

func requireLabels(selector *metav1.LabelSelector, keys []string, operator metav1.LabelSelectorOperator, labels map[string]string) {
	if selector == nil {
		return
	}
	for _, key := range keys {
		if value, ok := labels[key]; ok {
			selector.MatchExpressions = append(selector.MatchExpressions, metav1.LabelSelectorRequirement{
				Key: key, Operator: operator, Values: []string{value},
			})
		}
	}
}
