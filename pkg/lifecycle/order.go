package lifecycle

import (
	"cmp"
	"slices"
)

// uninstallOrder is Helm's (helm v3.22.0, pkg/releaseutil/kind_sorter.go).
func uninstallOrder() []string {
	return []string{
		"APIService", "Ingress", "IngressClass", "Service", "CronJob", "Job", "StatefulSet", "HorizontalPodAutoscaler",
		"Deployment", "ReplicaSet", "ReplicationController", "Pod", "DaemonSet", "RoleBindingList", "RoleBinding", "RoleList", "Role",
		"ClusterRoleBindingList", "ClusterRoleBinding", "ClusterRoleList", "ClusterRole", "CustomResourceDefinition",
		"PersistentVolumeClaim", "PersistentVolume", "StorageClass", "ConfigMap", "SecretList", "Secret", "ServiceAccount",
		"PodDisruptionBudget", "PodSecurityPolicy", "LimitRange", "ResourceQuota", "NetworkPolicy", "Namespace", "PriorityClass",
	}
}

// byUninstallOrder compares two kinds. Kinds that Helm does not know go last,
// by name. Helm 4 puts webhook configurations first.
func byUninstallOrder(mode Mode, a, b string) int {
	order := uninstallOrder()
	if mode == ServerSide {
		order = append([]string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}, order...)
	}
	place := func(kind string) int {
		if i := slices.Index(order, kind); i >= 0 {
			return i
		}
		return len(order)
	}
	if pa, pb := place(a), place(b); pa != pb || pa < len(order) {
		return cmp.Compare(pa, pb)
	}
	return cmp.Compare(a, b)
}
