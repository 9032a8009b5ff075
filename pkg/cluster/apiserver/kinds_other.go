package apiserver

import (
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/apis/coordination"
	coordinationvalidation "k8s.io/kubernetes/pkg/apis/coordination/validation"
	"k8s.io/kubernetes/pkg/apis/node"
	nodevalidation "k8s.io/kubernetes/pkg/apis/node/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	schedulingvalidation "k8s.io/kubernetes/pkg/apis/scheduling/validation"
	"k8s.io/kubernetes/pkg/features"
)

// podDisruptionBudget follows pkg/registry/policy/poddisruptionbudget/strategy.go.
func podDisruptionBudget() rules[*policy.PodDisruptionBudget] {
	drop := func(next, live *policy.PodDisruptionBudget) {
		equal := apiequality.Semantic.DeepEqual
		if live != nil && equal(live.Spec.Selector, next.Spec.Selector) ||
			equal(next.Spec.Selector, policy.NonV1beta1MatchNoneSelector) ||
			equal(next.Spec.Selector, policy.NonV1beta1MatchAllSelector) {
			return
		}
		policy.StripPDBV1beta1Label(next.Spec.Selector)
	}
	return rules[*policy.PodDisruptionBudget]{
		PrepareCreate: func(next *policy.PodDisruptionBudget) {
			next.Status = policy.PodDisruptionBudgetStatus{}
			next.Generation = 1
			drop(next, nil)
		},
		PrepareUpdate: func(next, live *policy.PodDisruptionBudget) {
			next.Status = live.Status
			advance(next, live, next.Spec, live.Spec)
			drop(next, live)
		},
		Validate: func(next *policy.PodDisruptionBudget) field.ErrorList {
			return policyvalidation.ValidatePodDisruptionBudget(next, policyvalidation.PodDisruptionBudgetValidationOptions{})
		},
		ValidateUpdate: func(next, live *policy.PodDisruptionBudget) field.ErrorList {
			return policyvalidation.ValidatePodDisruptionBudget(next, policyvalidation.PodDisruptionBudgetValidationOptions{
				AllowInvalidLabelValueInSelector: metav1validation.LabelSelectorHasInvalidLabelValue(live.Spec.Selector),
			})
		},
	}
}

// priorityClass follows pkg/registry/scheduling/priorityclass/strategy.go.
func priorityClass() rules[*scheduling.PriorityClass] {
	return rules[*scheduling.PriorityClass]{
		ClusterScoped:  true,
		PrepareCreate:  func(next *scheduling.PriorityClass) { next.Generation = 1 },
		Validate:       schedulingvalidation.ValidatePriorityClass,
		ValidateUpdate: schedulingvalidation.ValidatePriorityClassUpdate,
	}
}

// lease follows pkg/registry/coordination/lease/strategy.go.
func lease() rules[*coordination.Lease] {
	drop := func(next, live *coordination.Lease) {
		if utilfeature.DefaultFeatureGate.Enabled(features.CoordinatedLeaderElection) {
			return
		}
		if live == nil || live.Spec.Strategy == nil {
			next.Spec.Strategy = nil
		}
		if live == nil || live.Spec.PreferredHolder == nil {
			next.Spec.PreferredHolder = nil
		}
	}
	return rules[*coordination.Lease]{
		PrepareCreate:  func(next *coordination.Lease) { drop(next, nil) },
		PrepareUpdate:  drop,
		Validate:       coordinationvalidation.ValidateLease,
		ValidateUpdate: coordinationvalidation.ValidateLeaseUpdate,
	}
}

// runtimeClass follows pkg/registry/node/runtimeclass/strategy.go.
func runtimeClass() rules[*node.RuntimeClass] {
	return rules[*node.RuntimeClass]{
		ClusterScoped: true,
		Validate:      nodevalidation.ValidateRuntimeClass,
		ValidateUpdate: func(next, live *node.RuntimeClass) field.ErrorList {
			return append(nodevalidation.ValidateRuntimeClass(next), nodevalidation.ValidateRuntimeClassUpdate(next, live)...)
		},
		Normalization: nodevalidation.NodeNormalizationRules,
	}
}
