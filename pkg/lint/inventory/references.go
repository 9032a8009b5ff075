package inventory

import (
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Secrets are the names of the Secrets that the workload's pods read, in their
// environment or as files, sorted.
func (w *Workload) Secrets() []string {
	found := map[string]bool{}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range manifest.ListAt(w.Spec, list) {
			for _, e := range manifest.ListAt(c, "env") {
				found[manifest.StringAt(e, "valueFrom", "secretKeyRef", "name")] = true
			}
			for _, e := range manifest.ListAt(c, "envFrom") {
				found[manifest.StringAt(e, "secretRef", "name")] = true
			}
		}
	}
	for _, v := range manifest.ListAt(w.Spec, "volumes") {
		found[manifest.StringAt(v, "secret", "secretName")] = true
		for _, source := range manifest.ListAt(v, "projected", "sources") {
			found[manifest.StringAt(source, "secret", "name")] = true
		}
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// MountsClaims reports whether the workload's pods keep anything on a claim.
func (w *Workload) MountsClaims() bool {
	return slices.ContainsFunc(w.Volumes, func(v *Volume) bool { return v.Claim != "" })
}
