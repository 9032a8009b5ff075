package rules

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ClaimDeletedWithRelease finds claims that helm uninstall destroys unasked.
var ClaimDeletedWithRelease = &lint.Rule{
	Name:     "claim-deleted-with-release",
	Step:     lint.StepUninstall,
	Severity: lint.Warning,
	Title:    "helm uninstall deletes the claim, and its data, unasked",
	Check:    checkClaimDeletedWithRelease,
	Fix: &lint.Fix{
		Safety: lint.Safe,
		Title:  "keep the claim (or, with --retention delete, say that it may go)",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return keepFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Why: "A PersistentVolumeClaim in a chart's templates is an ordinary object of the release: `helm uninstall` deletes it, " +
			"and with the usual reclaim policy `Delete` the volume and everything on it goes too. So does an upgrade to a version, " +
			"or to values, that no longer render it. Nobody is asked. State what is to happen: `helm.sh/resource-policy: keep` keeps the claim, " +
			"`helm-stateful.io/on-uninstall: delete` says that the data is worth nothing. An operator may do the same with a custom resource: Percona's `delete-pxc-pvc` finalizer, " +
			"`deletePVC`, `deleteClaim`, KubeBlocks' `terminationPolicy`, or simply what it does unless told otherwise; and so may the command of a `pre-delete` hook.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Blind: "What an operator does that it does not know. Whether the volume's reclaim policy is `Retain`, and whether the data could be had again from elsewhere.",
		FixSafety: "Always: the annotation is metadata and never frozen. A kept claim is found again by the next install under the same release name " +
			"and namespace; another release cannot take it over without `--take-ownership`.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#6261", What: "claims of a chart vanish with the release"},
		},
	},
}

func checkClaimDeletedWithRelease(p *lint.Pass) {
	checkVendorRetention(p)
	checkHardCodedDelete(p)
	reportCleanup(p, deletesVolumes, "a %s hook deletes claims, and their data with them (%s): nobody who runs helm uninstall is asked")
	for _, c := range p.Claims {
		o := c.Object
		if c.Template || o.Hook != nil || fateStated(o) || onRetainedVolume(p, c) {
			continue
		}
		message := "helm uninstall deletes this claim, and its volume with it, though no pod of the release mounts it here; nothing in the manifest says that this is meant"
		if users := p.MountedBy(c); len(users) > 0 {
			message = fmt.Sprintf("helm uninstall deletes this claim and the data that %s keeps on it; nothing in the manifest says that this is meant", users[0].Object)
		}
		p.Report(lint.Report{
			Object:     o,
			Message:    message,
			NotFixable: o.InList, // Helm 3 does not look for annotations inside of a List
		})
	}
}

// onRetainedVolume reports whether the claim is meant for a PersistentVolume of
// the release that outlives it: a volume that a manifest makes is retained
// unless it says otherwise (kubernetes, pkg/apis/core/v1/defaults.go).
func onRetainedVolume(p *lint.Pass, c *inventory.Claim) bool {
	return slices.ContainsFunc(p.Objects, func(o *manifest.Object) bool {
		if o.Kind != "PersistentVolume" || o.Group() != "" {
			return false
		}
		policy := o.StringAt("spec", "persistentVolumeReclaimPolicy")
		return (policy == "" || policy == "Retain") && meantFor(o, c)
	})
}

// meantFor reports whether a volume names the claim, or the claim it, or
// neither has a class and a provisioner.
func meantFor(volume *manifest.Object, c *inventory.Claim) bool {
	if name := manifest.StringAt(c.Fields, "spec", "volumeName"); name != "" {
		return name == volume.Name
	}
	if name := volume.StringAt("spec", "claimRef", "name"); name != "" {
		return name == c.Name
	}
	class, written := manifest.Lookup(c.Fields, "spec", "storageClassName")
	return written && class == volume.StringAt("spec", "storageClassName") && class == ""
}
