package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkUnmountedTemplates finds claim templates that no container mounts: each
// pod gets a claim, and keeps nothing on it. A template that writes
// volumeMounts twice comes to this, since the first of the two is lost.
func checkUnmountedTemplates(p *lint.Pass) {
	for _, w := range p.Workloads {
		if !w.RunsForever() {
			continue
		}
		for _, v := range w.Volumes {
			if !v.Template || v.Name == "" || len(v.MountPaths) > 0 || usedAsDevice(w, v.Name) || p.Rehearsal != nil && givenByValues(p, v.Name) {
				continue
			}
			p.Report(lint.Report{
				Severity:   lint.Warning,
				Object:     w.Object,
				Path:       v.Path,
				NotFixable: true,
				Message:    fmt.Sprintf("each pod gets a claim %q, and no container mounts it: what is meant to be kept on it goes with the pod", v.Name),
			})
		}
	}
}

// usedAsDevice reports whether a container takes a volume as a block device.
func usedAsDevice(w *inventory.Workload, volume string) bool {
	return slices.ContainsFunc([]string{"containers", "initContainers"}, func(field string) bool {
		return slices.ContainsFunc(manifest.ListAt(w.Spec, field), func(container any) bool {
			return slices.ContainsFunc(manifest.ListAt(container, "volumeDevices"), func(device any) bool {
				return manifest.StringAt(device, "name") == volume
			})
		})
	})
}
