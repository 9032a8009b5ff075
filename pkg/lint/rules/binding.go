package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// betaClass is the older way to name a class, which goes before the field
// (k8s.io/component-helpers, storage/volume, GetPersistentVolumeClaimClass).
const betaClass = "volume.beta.kubernetes.io/storage-class"

// classOf returns the storage class that the fields of a claim or of a volume
// state, and whether they state one, "" included.
func classOf(fields map[string]any) (class string, stated bool) {
	if v, ok := manifest.Lookup(fields, "metadata", "annotations", betaClass); ok {
		class, _ = v.(string)
		return class, true
	}
	v, _ := manifest.Lookup(fields, "spec", "storageClassName")
	class, stated = v.(string)
	return class, stated
}

func isVolume(o *manifest.Object) bool { return o.Kind == "PersistentVolume" && o.Group() == "" }

func isStorageClass(o *manifest.Object) bool {
	return o.Kind == "StorageClass" && o.Group() == "storage.k8s.io"
}

// storageClass returns the release's own StorageClass of a name, or nil.
func storageClass(p *lint.Pass, name string) *manifest.Object {
	if found := p.Named("storage.k8s.io", "StorageClass", name); len(found) > 0 {
		return found[0]
	}
	return nil
}

// isDefaultClass reports whether claims that state no class get this one.
func isDefaultClass(o *manifest.Object) bool {
	return o != nil && (o.Annotation("storageclass.kubernetes.io/is-default-class") == "true" || o.Annotation("storageclass.beta.kubernetes.io/is-default-class") == "true")
}

// misfit is why a volume does not do for a claim. field is the claim's, below
// its spec.
type misfit struct {
	field  []any
	reason string
}

// misfitOf compares a claim with a volume as the volume binder does, but for the
// class and the labels (kubernetes, pkg/controller/volume/persistentvolume,
// checkVolumeSatisfyClaim and findByClaim). It returns nil where the volume does.
func misfitOf(claim, volume map[string]any) *misfit {
	wanted, _ := manifest.Lookup(claim, "spec", "resources", "requests", "storage")
	offered, _ := manifest.Lookup(volume, "spec", "capacity", "storage")
	need, ok := inventory.Quantity(wanted)
	have, known := inventory.Quantity(offered)
	if ok && known && have.Cmp(need) < 0 {
		return &misfit{[]any{"resources", "requests", "storage"}, fmt.Sprintf("the claim asks for %v and the volume has %v", wanted, offered)}
	}
	modes := manifest.StringsAt(volume, "spec", "accessModes")
	for _, mode := range manifest.StringsAt(claim, "spec", "accessModes") {
		if len(modes) > 0 && !slices.Contains(modes, mode) { // without any the volume is refused
			return &misfit{[]any{"accessModes"}, fmt.Sprintf("the claim asks for %s and the volume allows %s", mode, strings.Join(modes, ", "))}
		}
	}
	if a, b := volumeMode(claim), volumeMode(volume); a != b {
		return &misfit{[]any{"volumeMode"}, fmt.Sprintf("the claim's volumeMode is %s and the volume's %s", a, b)}
	}
	const attributes = "volumeAttributesClassName"
	if a, b := manifest.StringAt(claim, "spec", attributes), manifest.StringAt(volume, "spec", attributes); a != b {
		return &misfit{[]any{attributes}, fmt.Sprintf("the claim's %s is %q and the volume's %q", attributes, a, b)}
	}
	return nil
}

func volumeMode(fields map[string]any) string {
	if mode := manifest.StringAt(fields, "spec", "volumeMode"); mode != "" {
		return mode
	}
	return "Filesystem"
}

// claimNames are the names of a claim that exist at once.
func claimNames(c *inventory.Claim) []string {
	if !c.Template {
		return []string{c.Name}
	}
	replicas := int64(1)
	if n, ok := manifest.IntAt(c.Object.Fields, "spec", "replicas"); ok {
		replicas = n
	}
	start, _ := manifest.IntAt(c.Object.Fields, "spec", "ordinals", "start")
	var out []string
	for i := range min(max(replicas, 1), maxClaimNames) {
		out = append(out, fmt.Sprintf("%s%d", c.Name, start+i))
	}
	return out
}

// maxClaimNames bounds how many claims of one template are looked at.
const maxClaimNames = 20
