package apiserver

import (
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/apis/storage"
	"k8s.io/kubernetes/pkg/apis/storage/validation"
	"k8s.io/kubernetes/pkg/features"
)

// storageClass follows pkg/registry/storage/storageclass/strategy.go.
func storageClass() rules[*storage.StorageClass] {
	return rules[*storage.StorageClass]{
		ClusterScoped: true,
		Validate:      validation.ValidateStorageClass,
		ValidateUpdate: func(next, live *storage.StorageClass) field.ErrorList {
			return append(validation.ValidateStorageClass(next), validation.ValidateStorageClassUpdate(next, live)...)
		},
	}
}

// volumeAttributesClass follows pkg/registry/storage/volumeattributesclass/strategy.go.
func volumeAttributesClass() rules[*storage.VolumeAttributesClass] {
	return rules[*storage.VolumeAttributesClass]{
		ClusterScoped:  true,
		Validate:       validation.ValidateVolumeAttributesClass,
		ValidateUpdate: validation.ValidateVolumeAttributesClassUpdate,
	}
}

// csiDriver follows pkg/registry/storage/csidriver/strategy.go.
func csiDriver() rules[*storage.CSIDriver] {
	drop := func(next, live *storage.CSIDriver) {
		enabled := utilfeature.DefaultFeatureGate.Enabled
		if !enabled(features.SELinuxMountReadWriteOncePod) && (live == nil || live.Spec.SELinuxMount == nil) {
			next.Spec.SELinuxMount = nil
		}
		if !enabled(features.MutableCSINodeAllocatableCount) && (live == nil || live.Spec.NodeAllocatableUpdatePeriodSeconds == nil) {
			next.Spec.NodeAllocatableUpdatePeriodSeconds = nil
		}
		if !enabled(features.CSIServiceAccountTokenSecrets) && (live == nil || live.Spec.ServiceAccountTokenInSecrets == nil) {
			next.Spec.ServiceAccountTokenInSecrets = nil
		}
		if !enabled(features.VolumeLimitScaling) && (live == nil || live.Spec.PreventPodSchedulingIfMissing == nil) {
			next.Spec.PreventPodSchedulingIfMissing = nil
		}
	}
	return rules[*storage.CSIDriver]{
		ClusterScoped: true,
		PrepareCreate: func(next *storage.CSIDriver) { drop(next, nil) },
		PrepareUpdate: func(next, live *storage.CSIDriver) {
			drop(next, live)
			advance(next, live, next.Spec, live.Spec)
		},
		Validate:       validation.ValidateCSIDriver,
		ValidateUpdate: validation.ValidateCSIDriverUpdate,
	}
}

// csiStorageCapacity follows pkg/registry/storage/csistoragecapacity/strategy.go.
func csiStorageCapacity() rules[*storage.CSIStorageCapacity] {
	return rules[*storage.CSIStorageCapacity]{
		Validate: func(next *storage.CSIStorageCapacity) field.ErrorList {
			return validation.ValidateCSIStorageCapacity(next, validation.CSIStorageCapacityValidateOptions{})
		},
		ValidateUpdate: func(next, live *storage.CSIStorageCapacity) field.ErrorList {
			errs := validation.ValidateCSIStorageCapacity(next, validation.CSIStorageCapacityValidateOptions{
				AllowInvalidLabelValueInSelector: metav1validation.LabelSelectorHasInvalidLabelValue(live.NodeTopology),
			})
			return append(errs, validation.ValidateCSIStorageCapacityUpdate(next, live)...)
		},
	}
}

// volumeAttachment follows pkg/registry/storage/volumeattachment/strategy.go.
func volumeAttachment() rules[*storage.VolumeAttachment] {
	return rules[*storage.VolumeAttachment]{
		ClusterScoped:  true,
		PrepareCreate:  func(next *storage.VolumeAttachment) { next.Status = storage.VolumeAttachmentStatus{} },
		PrepareUpdate:  func(next, live *storage.VolumeAttachment) { next.Status = live.Status },
		Validate:       validation.ValidateVolumeAttachment,
		ValidateUpdate: validation.ValidateVolumeAttachmentUpdate,
	}
}
