package apiserver

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	pvutil "k8s.io/kubernetes/pkg/api/persistentvolume"
	pvcutil "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	volumevalidation "k8s.io/kubernetes/pkg/volume/validation"
)

// persistentVolumeClaim follows pkg/registry/core/persistentvolumeclaim/strategy.go.
// What may still change depends on the live claim's phase and capacity: the
// caller keeps its status.
func persistentVolumeClaim() rules[*core.PersistentVolumeClaim] {
	return rules[*core.PersistentVolumeClaim]{
		PrepareCreate: func(next *core.PersistentVolumeClaim) {
			next.Status = core.PersistentVolumeClaimStatus{Phase: core.ClaimPending}
			pvcutil.DropDisabledFields(&next.Spec, nil)
			pvcutil.EnforceDataSourceBackwardsCompatibility(&next.Spec, nil)
			pvcutil.NormalizeDataSources(&next.Spec)
		},
		PrepareUpdate: func(next, live *core.PersistentVolumeClaim) {
			next.Status = live.Status
			pvcutil.DropDisabledFields(&next.Spec, &live.Spec)
			pvcutil.EnforceDataSourceBackwardsCompatibility(&next.Spec, &live.Spec)
			pvcutil.NormalizeDataSources(&next.Spec)
			pvcutil.NormalizeDataSources(&live.Spec)
		},
		Validate: func(next *core.PersistentVolumeClaim) field.ErrorList {
			return validation.ValidatePersistentVolumeClaim(next, validation.ValidationOptionsForPersistentVolumeClaim(next, nil))
		},
		ValidateUpdate: func(next, live *core.PersistentVolumeClaim) field.ErrorList {
			return validation.ValidatePersistentVolumeClaimUpdate(next, live,
				validation.ValidationOptionsForPersistentVolumeClaim(next, live))
		},
	}
}

// persistentVolume follows pkg/registry/core/persistentvolume/strategy.go,
// without the time of the phase.
func persistentVolume() rules[*core.PersistentVolume] {
	return rules[*core.PersistentVolume]{
		ClusterScoped: true,
		PrepareCreate: func(next *core.PersistentVolume) {
			next.Status = core.PersistentVolumeStatus{Phase: core.VolumePending}
			pvutil.DropDisabledSpecFields(&next.Spec, nil)
		},
		PrepareUpdate: func(next, live *core.PersistentVolume) {
			next.Status = live.Status
			pvutil.DropDisabledSpecFields(&next.Spec, &live.Spec)
		},
		Validate: func(next *core.PersistentVolume) field.ErrorList {
			errs := validation.ValidatePersistentVolume(next, validation.ValidationOptionsForPersistentVolume(next, nil))
			return append(errs, volumevalidation.ValidatePersistentVolume(next)...)
		},
		ValidateUpdate: func(next, live *core.PersistentVolume) field.ErrorList {
			options := validation.ValidationOptionsForPersistentVolume(next, live)
			errs := validation.ValidatePersistentVolume(next, options)
			errs = append(errs, volumevalidation.ValidatePersistentVolume(next)...)
			return append(errs, validation.ValidatePersistentVolumeUpdate(next, live, options)...)
		},
	}
}
