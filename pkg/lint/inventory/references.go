package inventory

import (
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Secrets are the names of the Secrets that the workload's pods read, in their
// environment or as files, sorted.
func (w *Workload) Secrets() []string { return w.reads("secret") }

// ConfigMaps are the names of the ConfigMaps that the workload's pods read,
// sorted.
func (w *Workload) ConfigMaps() []string { return w.reads("configMap") }

// reads collects references to Secrets or ConfigMaps: env, envFrom, volumes
// and projected volumes.
func (w *Workload) reads(kind string) []string {
	found := map[string]bool{}
	add := func(name string) {
		if name != "" {
			found[name] = true
		}
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range manifest.ListAt(w.Spec, list) {
			for _, e := range manifest.ListAt(c, "env") {
				add(manifest.StringAt(e, "valueFrom", kind+"KeyRef", "name"))
			}
			for _, e := range manifest.ListAt(c, "envFrom") {
				add(manifest.StringAt(e, kind+"Ref", "name"))
			}
		}
	}
	name := "name" // of a configMap volume; a secret volume says secretName
	if kind == "secret" {
		name = "secretName"
	}
	for _, v := range manifest.ListAt(w.Spec, "volumes") {
		add(manifest.StringAt(v, kind, name))
		for _, source := range manifest.ListAt(v, "projected", "sources") {
			add(manifest.StringAt(source, kind, "name"))
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// MountsClaims reports whether the workload's pods keep anything on a claim.
func (w *Workload) MountsClaims() bool {
	return slices.ContainsFunc(w.Volumes, func(v *Volume) bool { return v.Claim != "" })
}
