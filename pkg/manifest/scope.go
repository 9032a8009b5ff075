package manifest

// RBACGroup is the API group of roles and their bindings.
const RBACGroup = "rbac.authorization.k8s.io"

// ClusterScoped reports whether a built-in kind has no namespace. Custom
// resources count as namespaced: a manifest does not tell.
func ClusterScoped(group, kind string) bool {
	switch group {
	case "":
		return kind == "Namespace" || kind == "Node" || kind == "PersistentVolume"
	case RBACGroup:
		return kind == "ClusterRole" || kind == "ClusterRoleBinding"
	case "storage.k8s.io":
		return kind == "StorageClass" || kind == "CSIDriver" || kind == "CSINode" || kind == "VolumeAttachment" || kind == "VolumeAttributesClass"
	case "scheduling.k8s.io", "node.k8s.io", "apiregistration.k8s.io", "apiextensions.k8s.io", "admissionregistration.k8s.io",
		"flowcontrol.apiserver.k8s.io", "storagemigration.k8s.io":
		return true
	case "resource.k8s.io":
		return kind == "DeviceClass" || kind == "DeviceTaintRule" || kind == "ResourceSlice"
	case "networking.k8s.io":
		return kind == "IngressClass" || kind == "IPAddress" || kind == "ServiceCIDR"
	case "policy":
		return kind == "PodSecurityPolicy"
	case "certificates.k8s.io":
		return kind == "CertificateSigningRequest" || kind == "ClusterTrustBundle"
	}
	return false
}

// BuiltIn reports whether a group is one of Kubernetes' own, so that its
// kinds are no custom resources.
func BuiltIn(group string) bool {
	switch group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions", "events.k8s.io", RBACGroup,
		"storage.k8s.io", "scheduling.k8s.io", "node.k8s.io", "networking.k8s.io", "apiregistration.k8s.io",
		"apiextensions.k8s.io", "admissionregistration.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
		"certificates.k8s.io", "flowcontrol.apiserver.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
		"resource.k8s.io", "storagemigration.k8s.io":
		return true
	}
	return false
}
