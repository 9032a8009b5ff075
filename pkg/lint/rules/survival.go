package rules

import (
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// retentionPolicy is the field by which a StatefulSet says what becomes of the
// claims made of its templates.
const retentionPolicy = "persistentVolumeClaimRetentionPolicy"

// fateStated reports whether a manifest says what becomes of its object when
// the release goes.
func fateStated(o *manifest.Object) bool {
	return o.HasAnnotation(manifest.ResourcePolicyAnnotation) || o.Annotation(onUninstallAnnotation) == onUninstallDelete
}

// outlivesRelease reports whether a claim, and the data on it, is still there
// after helm uninstall.
func outlivesRelease(c *inventory.Claim) bool {
	if c.Template {
		return !deletesClaims(c.Object)
	}
	return c.Object.Hook == nil && !inList(c.Object) && honouredByUninstall(c.Object.Annotation(manifest.ResourcePolicyAnnotation))
}

// deletesClaims reports whether a StatefulSet takes its claims along when it is
// deleted.
func deletesClaims(set *manifest.Object) bool {
	return set.StringAt("spec", retentionPolicy, "whenDeleted") == "Delete"
}

// honouredByUninstall reports whether helm uninstall reads a resource policy as
// keep (helm v3.22.0, pkg/action/resource_policy.go; the same in v4.3.1).
func honouredByUninstall(policy string) bool {
	return strings.ToLower(strings.TrimSpace(policy)) == "keep"
}

// inList reports whether the object is an item of a List, where Helm 3 does not
// look for annotations (helm v3.22.0, pkg/releaseutil/manifest_sorter.go, reads
// those at the top of a document).
func inList(o *manifest.Object) bool { return o.InList }

// holdsData reports whether something is lost for good with an object of this
// kind: data, a credential, or all that lives inside of it.
func holdsData(o *manifest.Object) bool {
	switch o.Group() + "/" + o.Kind {
	case "/PersistentVolumeClaim", "/PersistentVolume", "/Secret", "/Namespace", "apps/StatefulSet":
		return true
	}
	return isDefinition(o)
}

func isDefinition(o *manifest.Object) bool {
	return o.Kind == "CustomResourceDefinition" && o.Group() == "apiextensions.k8s.io"
}
