package apiserver

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/rbac"
	"k8s.io/kubernetes/pkg/apis/rbac/validation"
)

// role follows pkg/registry/rbac/role/strategy.go. Whether the client holds
// the rights that it gives away is not asked.
func role() rules[*rbac.Role] {
	return rules[*rbac.Role]{
		Validate:       validation.ValidateRole,
		ValidateUpdate: validation.ValidateRoleUpdate,
	}
}

// clusterRole follows pkg/registry/rbac/clusterrole/strategy.go.
func clusterRole() rules[*rbac.ClusterRole] {
	invalidSelector := func(selector metav1.LabelSelector) bool {
		return metav1validation.LabelSelectorHasInvalidLabelValue(&selector)
	}
	return rules[*rbac.ClusterRole]{
		ClusterScoped: true,
		Validate: func(next *rbac.ClusterRole) field.ErrorList {
			return validation.ValidateClusterRole(next, validation.ClusterRoleValidationOptions{})
		},
		ValidateUpdate: func(next, live *rbac.ClusterRole) field.ErrorList {
			return validation.ValidateClusterRoleUpdate(next, live, validation.ClusterRoleValidationOptions{
				AllowInvalidLabelValueInSelector: live.AggregationRule != nil &&
					slices.ContainsFunc(live.AggregationRule.ClusterRoleSelectors, invalidSelector),
			})
		},
	}
}

// roleBinding follows pkg/registry/rbac/rolebinding/strategy.go.
func roleBinding() rules[*rbac.RoleBinding] {
	return rules[*rbac.RoleBinding]{
		Validate:       validation.ValidateRoleBinding,
		ValidateUpdate: validation.ValidateRoleBindingUpdate,
	}
}

// clusterRoleBinding follows pkg/registry/rbac/clusterrolebinding/strategy.go.
func clusterRoleBinding() rules[*rbac.ClusterRoleBinding] {
	return rules[*rbac.ClusterRoleBinding]{
		ClusterScoped:  true,
		Validate:       validation.ValidateClusterRoleBinding,
		ValidateUpdate: validation.ValidateClusterRoleBindingUpdate,
	}
}
