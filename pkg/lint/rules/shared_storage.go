package rules

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// onSharedStorage reports whether a claim is bound to a volume of the release
// that no node has to itself, whatever the access modes say: Kubernetes holds a
// volume to one node when it attaches it, and these are not attached.
func onSharedStorage(p *lint.Pass, c *inventory.Claim) bool {
	return slices.ContainsFunc(p.Kind("", "PersistentVolume"), func(o *manifest.Object) bool {
		return boundTo(p, o, c) &&
			slices.ContainsFunc([]string{"nfs", "cephfs", "glusterfs", "azureFile"}, func(source string) bool { return o.Has("spec", source) })
	})
}

// boundTo reports whether the claim asks for the volume by its name, or the
// volume for the claim.
func boundTo(p *lint.Pass, volume *manifest.Object, c *inventory.Claim) bool {
	return manifest.StringAt(c.Fields, "spec", "volumeName") == volume.Name ||
		c.Provides(volume.StringAt("spec", "claimRef", "name")) && volume.StringAt("spec", "claimRef", "namespace") == p.Namespace(c.Object)
}
