package apiserver

import (
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// table lists the kinds that are judged. Left out on purpose: admission
// registration and custom resource definitions (their validation needs CEL),
// what only components write (Event, Binding, Node, CSINode, the reviews), and
// the groups that charts do not use (flowcontrol, certificates, resource).
func table() strategies {
	s := strategies{}

	add(s, configMap())
	add(s, endpoints())
	add(s, limitRange())
	add(s, namespace())
	add(s, persistentVolume())
	add(s, persistentVolumeClaim())
	add(s, pod())
	add(s, podTemplate())
	add(s, replicationController())
	add(s, resourceQuota())
	add(s, secret())
	add(s, service())
	add(s, serviceAccount())

	add(s, controllerRevision())
	add(s, daemonSet())
	add(s, deployment())
	add(s, replicaSet())
	add(s, statefulSet())

	add(s, cronJob())
	add(s, job())

	add(s, csiDriver())
	add(s, csiStorageCapacity())
	add(s, storageClass())
	add(s, volumeAttachment())
	add(s, volumeAttributesClass())

	add(s, clusterRole())
	add(s, clusterRoleBinding())
	add(s, role())
	add(s, roleBinding())

	add(s, ingress())
	add(s, ingressClass())
	add(s, ipAddress())
	add(s, networkPolicy())
	add(s, serviceCIDR())

	add(s, podDisruptionBudget())
	add(s, horizontalPodAutoscaler())
	add(s, priorityClass())
	add(s, lease())
	add(s, endpointSlice())
	add(s, runtimeClass())
	return s
}

// advance counts the generation up when what the object asks for changed.
func advance[T any](next, live metav1.Object, nextSpec, liveSpec T) {
	if !apiequality.Semantic.DeepEqual(liveSpec, nextSpec) {
		next.SetGeneration(live.GetGeneration() + 1)
	}
}
