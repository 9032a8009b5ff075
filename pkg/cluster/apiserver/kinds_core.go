package apiserver

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
)

// secret follows pkg/registry/core/secret/strategy.go.
func secret() rules[*core.Secret] {
	return rules[*core.Secret]{
		PrepareUpdate: func(next, live *core.Secret) {
			if next.Type == "" {
				next.Type = live.Type
			}
		},
		Validate:       validation.ValidateSecret,
		ValidateUpdate: validation.ValidateSecretUpdate,
	}
}

// configMap follows pkg/registry/core/configmap/strategy.go.
func configMap() rules[*core.ConfigMap] {
	return rules[*core.ConfigMap]{
		Validate:       validation.ValidateConfigMap,
		ValidateUpdate: validation.ValidateConfigMapUpdate,
	}
}

// serviceAccount follows pkg/registry/core/serviceaccount/strategy.go.
func serviceAccount() rules[*core.ServiceAccount] {
	keepNames := func(next *core.ServiceAccount) {
		for i, reference := range next.Secrets {
			next.Secrets[i] = core.ObjectReference{Name: reference.Name}
		}
	}
	return rules[*core.ServiceAccount]{
		PrepareCreate:  keepNames,
		PrepareUpdate:  func(next, _ *core.ServiceAccount) { keepNames(next) },
		Validate:       validation.ValidateServiceAccount,
		ValidateUpdate: validation.ValidateServiceAccountUpdate,
	}
}

// namespace follows pkg/registry/core/namespace/strategy.go.
func namespace() rules[*core.Namespace] {
	return rules[*core.Namespace]{
		ClusterScoped: true,
		PrepareCreate: func(next *core.Namespace) {
			next.Status = core.NamespaceStatus{Phase: core.NamespaceActive}
			if !slices.Contains(next.Spec.Finalizers, core.FinalizerKubernetes) {
				next.Spec.Finalizers = append(next.Spec.Finalizers, core.FinalizerKubernetes)
			}
		},
		PrepareUpdate: func(next, live *core.Namespace) {
			next.Spec.Finalizers = live.Spec.Finalizers
			next.Status = live.Status
		},
		Validate: validation.ValidateNamespace,
		ValidateUpdate: func(next, live *core.Namespace) field.ErrorList {
			return append(validation.ValidateNamespace(next), validation.ValidateNamespaceUpdate(next, live)...)
		},
	}
}

// limitRange follows pkg/registry/core/limitrange/strategy.go.
func limitRange() rules[*core.LimitRange] {
	return rules[*core.LimitRange]{
		Validate:       validation.ValidateLimitRange,
		ValidateUpdate: func(next, _ *core.LimitRange) field.ErrorList { return validation.ValidateLimitRange(next) },
	}
}

// resourceQuota follows pkg/registry/core/resourcequota/strategy.go.
func resourceQuota() rules[*core.ResourceQuota] {
	return rules[*core.ResourceQuota]{
		PrepareCreate:  func(next *core.ResourceQuota) { next.Status = core.ResourceQuotaStatus{} },
		PrepareUpdate:  func(next, live *core.ResourceQuota) { next.Status = live.Status },
		Validate:       validation.ValidateResourceQuota,
		ValidateUpdate: validation.ValidateResourceQuotaUpdate,
	}
}

// endpoints follows pkg/registry/core/endpoint/strategy.go.
func endpoints() rules[*core.Endpoints] {
	return rules[*core.Endpoints]{
		Validate:       validation.ValidateEndpointsCreate,
		ValidateUpdate: validation.ValidateEndpointsUpdate,
	}
}

// podTemplate follows pkg/registry/core/podtemplate/strategy.go.
func podTemplate() rules[*core.PodTemplate] {
	return rules[*core.PodTemplate]{
		PrepareCreate: func(next *core.PodTemplate) {
			next.Generation = 1
			podutil.DropDisabledTemplateFields(&next.Template, nil)
		},
		PrepareUpdate: func(next, live *core.PodTemplate) {
			podutil.DropDisabledTemplateFields(&next.Template, &live.Template)
			advance(next, live, next.Template, live.Template)
		},
		Validate: func(next *core.PodTemplate) field.ErrorList {
			return validation.ValidatePodTemplate(next, podutil.GetValidationOptionsFromPodTemplate(&next.Template, nil))
		},
		ValidateUpdate: func(next, live *core.PodTemplate) field.ErrorList {
			return validation.ValidatePodTemplateUpdate(next, live,
				podutil.GetValidationOptionsFromPodTemplate(&next.Template, &live.Template))
		},
	}
}

// replicationController follows pkg/registry/core/replicationcontroller/strategy.go.
func replicationController() rules[*core.ReplicationController] {
	return rules[*core.ReplicationController]{
		PrepareCreate: func(next *core.ReplicationController) {
			next.Status = core.ReplicationControllerStatus{}
			next.Generation = 1
			podutil.DropDisabledTemplateFields(next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *core.ReplicationController) {
			next.Status = live.Status
			podutil.DropDisabledTemplateFields(next.Spec.Template, live.Spec.Template)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *core.ReplicationController) field.ErrorList {
			return validation.ValidateReplicationController(next,
				podutil.GetValidationOptionsFromPodTemplate(next.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *core.ReplicationController) field.ErrorList {
			return validation.ValidateReplicationControllerUpdate(next, live,
				podutil.GetValidationOptionsFromPodTemplate(next.Spec.Template, live.Spec.Template))
		},
	}
}
