package apiserver

import (
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/apps/validation"
)

// deployment follows pkg/registry/apps/deployment/strategy.go.
func deployment() rules[*apps.Deployment] {
	return rules[*apps.Deployment]{
		PrepareCreate: func(next *apps.Deployment) {
			next.Status = apps.DeploymentStatus{}
			next.Generation = 1
			podutil.DropDisabledTemplateFields(&next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *apps.Deployment) {
			next.Status = live.Status
			podutil.DropDisabledTemplateFields(&next.Spec.Template, &live.Spec.Template)
			if !apiequality.Semantic.DeepEqual(next.Spec, live.Spec) ||
				!apiequality.Semantic.DeepEqual(next.Annotations, live.Annotations) {
				next.Generation = live.Generation + 1
			}
		},
		Validate: func(next *apps.Deployment) field.ErrorList {
			return validation.ValidateDeployment(next, podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *apps.Deployment) field.ErrorList {
			return validation.ValidateDeploymentUpdate(next, live,
				podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, &live.Spec.Template))
		},
	}
}

// statefulSet follows pkg/registry/apps/statefulset/strategy.go. The gates
// MaxUnavailableStatefulSet (on) and StatefulSetRecreateStrategy (off) are at
// their defaults.
func statefulSet() rules[*apps.StatefulSet] {
	return rules[*apps.StatefulSet]{
		PrepareCreate: func(next *apps.StatefulSet) {
			next.Status = apps.StatefulSetStatus{}
			next.Generation = 1
			podutil.DropDisabledTemplateFields(&next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *apps.StatefulSet) {
			next.Status = live.Status
			podutil.DropDisabledTemplateFields(&next.Spec.Template, &live.Spec.Template)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *apps.StatefulSet) field.ErrorList {
			return validation.ValidateStatefulSet(next, validation.StatefulSetValidationOptions{},
				podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *apps.StatefulSet) field.ErrorList {
			options := validation.StatefulSetValidationOptions{
				AllowInvalidServiceName:          true,
				SkipValidateVolumeClaimTemplates: true,
				AllowStatefulSetRecreateStrategy: live.Spec.UpdateStrategy.Type == apps.RecreateStatefulSetStrategyType,
			}
			return validation.ValidateStatefulSetUpdate(next, live, options,
				podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, &live.Spec.Template))
		},
	}
}

// daemonSet follows pkg/registry/apps/daemonset/strategy.go.
func daemonSet() rules[*apps.DaemonSet] {
	return rules[*apps.DaemonSet]{
		PrepareCreate: func(next *apps.DaemonSet) {
			next.Status = apps.DaemonSetStatus{}
			next.Generation = 1
			next.Spec.TemplateGeneration = max(next.Spec.TemplateGeneration, 1)
			podutil.DropDisabledTemplateFields(&next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *apps.DaemonSet) {
			podutil.DropDisabledTemplateFields(&next.Spec.Template, &live.Spec.Template)
			next.Status = live.Status
			next.Spec.TemplateGeneration = live.Spec.TemplateGeneration
			if !apiequality.Semantic.DeepEqual(live.Spec.Template, next.Spec.Template) {
				next.Spec.TemplateGeneration++
			}
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *apps.DaemonSet) field.ErrorList {
			return validation.ValidateDaemonSet(next, podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *apps.DaemonSet) field.ErrorList {
			options := podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, &live.Spec.Template)
			options.AllowInvalidLabelValueInSelector = options.AllowInvalidLabelValueInSelector ||
				metav1validation.LabelSelectorHasInvalidLabelValue(live.Spec.Selector)
			return validation.ValidateDaemonSetUpdate(next, live, options)
		},
	}
}

// replicaSet follows pkg/registry/apps/replicaset/strategy.go.
func replicaSet() rules[*apps.ReplicaSet] {
	return rules[*apps.ReplicaSet]{
		PrepareCreate: func(next *apps.ReplicaSet) {
			next.Status = apps.ReplicaSetStatus{}
			next.Generation = 1
			podutil.DropDisabledTemplateFields(&next.Spec.Template, nil)
		},
		PrepareUpdate: func(next, live *apps.ReplicaSet) {
			next.Status = live.Status
			podutil.DropDisabledTemplateFields(&next.Spec.Template, &live.Spec.Template)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate: func(next *apps.ReplicaSet) field.ErrorList {
			return validation.ValidateReplicaSet(next, podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, nil))
		},
		ValidateUpdate: func(next, live *apps.ReplicaSet) field.ErrorList {
			return validation.ValidateReplicaSetUpdate(next, live,
				podutil.GetValidationOptionsFromPodTemplate(&next.Spec.Template, &live.Spec.Template))
		},
	}
}

// controllerRevision follows pkg/registry/apps/controllerrevision/strategy.go.
func controllerRevision() rules[*apps.ControllerRevision] {
	return rules[*apps.ControllerRevision]{
		Validate:       validation.ValidateControllerRevisionCreate,
		ValidateUpdate: validation.ValidateControllerRevisionUpdate,
	}
}
