package rules

import (
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// frozenField is a field that the API server does not let change, with the
// constant part of its refusal.
type frozenField struct {
	path    manifest.Path
	message string
	// unset is what the field is where a manifest does not write it.
	unset any
	// filled says that the API server or a controller fills in an absent value
	// and lets a manifest repeat it, so that only taking it away is refused.
	filled bool
}

const fieldImmutable = "field is immutable"

// frozen returns the entry for the field at path, or nil where it may change.
// The entries are those of kubernetes v1.37.1, pkg/apis/*/validation.
func frozen(o *manifest.Object, path manifest.Path) *frozenField {
	for _, f := range frozenFields(o) {
		if path.HasPrefix(f.path) || f.path.HasPrefix(path) {
			return &f
		}
	}
	return nil
}

func frozenFields(o *manifest.Object) []frozenField {
	spec := func(message string, names ...string) []frozenField {
		var out []frozenField
		for _, name := range names {
			out = append(out, frozenField{path: manifest.Path{"spec", name}, message: "spec." + name + ": " + message})
		}
		return out
	}
	switch o.Group() + "/" + o.Kind {
	case "/PersistentVolumeClaim":
		const message = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
		return []frozenField{
			{path: manifest.Path{"spec", "volumeName"}, message: message, filled: true},
			{path: manifest.Path{"spec", "storageClassName"}, message: message, filled: true},
			{path: manifest.Path{"spec", "volumeMode"}, message: message, filled: true, unset: "Filesystem"},
			{path: manifest.Path{"spec", "accessModes"}, message: message},
			{path: manifest.Path{"spec", "selector"}, message: message},
			{path: manifest.Path{"spec", "dataSource"}, message: message},
			{path: manifest.Path{"spec", "dataSourceRef"}, message: message},
		}
	case "apps/StatefulSet":
		out := spec("Invalid value: "+fieldImmutable, "volumeClaimTemplates", "selector", "serviceName", "podManagementPolicy")
		out[3].unset = "OrderedReady"
		return out
	case "apps/Deployment", "apps/DaemonSet", "apps/ReplicaSet":
		return spec("Invalid value: "+fieldImmutable, "selector")
	case "batch/Job":
		return spec("Invalid value: "+fieldImmutable, "template", "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "successPolicy")
	case "storage.k8s.io/StorageClass":
		return []frozenField{
			{path: manifest.Path{"provisioner"}, message: "provisioner: Invalid value: " + fieldImmutable},
			{path: manifest.Path{"parameters"}, message: "parameters: Invalid value: " + fieldImmutable},
			{path: manifest.Path{"reclaimPolicy"}, message: "reclaimPolicy: Invalid value: " + fieldImmutable, unset: "Delete"},
			{path: manifest.Path{"volumeBindingMode"}, message: "volumeBindingMode: Invalid value: " + fieldImmutable, unset: "Immediate"},
		}
	case "/Secret":
		return append(immutableData(o), frozenField{path: manifest.Path{"type"}, message: "type: Invalid value: " + fieldImmutable, unset: "Opaque"})
	case "/ConfigMap":
		return immutableData(o)
	case "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		return []frozenField{{path: manifest.Path{"roleRef"}, message: "roleRef: Invalid value: " + fieldImmutable}}
	}
	return nil
}

// immutableData covers Secrets and ConfigMaps that declare themselves frozen.
func immutableData(o *manifest.Object) []frozenField {
	if v, _ := manifest.Lookup(o.Fields, "immutable"); v != true {
		return nil
	}
	var out []frozenField
	for _, name := range []string{"data", "stringData", "binaryData"} {
		out = append(out, frozenField{path: manifest.Path{name}, message: name + ": Forbidden: field is immutable when `immutable` is set"})
	}
	return out
}
