package apiserver

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	"k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/features"
)

// horizontalPodAutoscaler follows
// pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
func horizontalPodAutoscaler() rules[*autoscaling.HorizontalPodAutoscaler] {
	return rules[*autoscaling.HorizontalPodAutoscaler]{
		PrepareCreate: func(next *autoscaling.HorizontalPodAutoscaler) {
			next.Status = autoscaling.HorizontalPodAutoscalerStatus{}
			if utilfeature.DefaultFeatureGate.Enabled(features.HPAGeneration) {
				next.Generation = 1
			}
			dropTolerance(next, nil)
		},
		PrepareUpdate: func(next, live *autoscaling.HorizontalPodAutoscaler) {
			next.Status = live.Status
			dropTolerance(next, live)
			if utilfeature.DefaultFeatureGate.Enabled(features.HPAGeneration) {
				advance(next, live, next.Spec, live.Spec)
			}
		},
		Validate: func(next *autoscaling.HorizontalPodAutoscaler) field.ErrorList {
			return validation.ValidateHorizontalPodAutoscaler(next, autoscalerOptions(next, nil))
		},
		ValidateUpdate: func(next, live *autoscaling.HorizontalPodAutoscaler) field.ErrorList {
			return validation.ValidateHorizontalPodAutoscalerUpdate(next, live, autoscalerOptions(next, live))
		},
		Options: func(_, live *autoscaling.HorizontalPodAutoscaler) map[string]bool {
			return map[string]bool{string(features.HPAScaleToZero): mayScaleToZero(live)}
		},
	}
}

// autoscalerOptions follows validationOptionsForHorizontalPodAutoscaler.
func autoscalerOptions(next, live *autoscaling.HorizontalPodAutoscaler) validation.HorizontalPodAutoscalerSpecValidationOptions {
	options := validation.HorizontalPodAutoscalerSpecValidationOptions{
		MinReplicasLowerBound:           1,
		ScaleTargetRefValidationOptions: validation.CrossVersionObjectReferenceValidationOptions{RequiredCoveredByDeclarative: true},
		ObjectMetricsValidationOptions:  validation.CrossVersionObjectReferenceValidationOptions{AllowEmptyAPIGroup: true},
	}
	if mayScaleToZero(live) {
		options.MinReplicasLowerBound = 0
	}
	target := next.Spec.ScaleTargetRef
	switch {
	case live != nil && live.Spec.ScaleTargetRef.APIVersion == target.APIVersion && live.Spec.ScaleTargetRef.Kind == target.Kind:
		options.ScaleTargetRefValidationOptions.AllowInvalidAPIVersion = true
	case target.Kind == "ReplicationController":
		options.ScaleTargetRefValidationOptions.AllowEmptyAPIGroup = true
	}
	if live == nil {
		return options
	}
	for _, metric := range live.Spec.Metrics {
		if metric.Type == autoscaling.ObjectMetricSourceType && metric.Object != nil &&
			validation.ValidateAPIVersion(metric.Object.DescribedObject, options.ObjectMetricsValidationOptions) != nil {
			options.ObjectMetricsValidationOptions.AllowInvalidAPIVersion = true
			break
		}
	}
	return options
}

func mayScaleToZero(live *autoscaling.HorizontalPodAutoscaler) bool {
	return utilfeature.DefaultFeatureGate.Enabled(features.HPAScaleToZero) ||
		live != nil && live.Spec.MinReplicas != nil && *live.Spec.MinReplicas == 0
}

func dropTolerance(next, live *autoscaling.HorizontalPodAutoscaler) {
	if utilfeature.DefaultFeatureGate.Enabled(features.HPAConfigurableTolerance) {
		return
	}
	for _, rules := range scalingRules(live) {
		if rules.Tolerance != nil {
			return
		}
	}
	for _, rules := range scalingRules(next) {
		rules.Tolerance = nil
	}
}

func scalingRules(hpa *autoscaling.HorizontalPodAutoscaler) []*autoscaling.HPAScalingRules {
	var out []*autoscaling.HPAScalingRules
	if hpa == nil || hpa.Spec.Behavior == nil {
		return nil
	}
	for _, rules := range []*autoscaling.HPAScalingRules{hpa.Spec.Behavior.ScaleDown, hpa.Spec.Behavior.ScaleUp} {
		if rules != nil {
			out = append(out, rules)
		}
	}
	return out
}
