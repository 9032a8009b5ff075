package rules

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
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
		Safety:      lint.Safe,
		Title:       "keep the claim",
		DeleteTitle: "say that the claim may go with the release",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return keepFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InClaims, What: "a claim is gone after `helm uninstall`, and its volume with it"},
			{Where: lint.InApplication, What: "its data is gone after an uninstall and a new install"},
		},
		Why: "`helm uninstall` deletes this claim like any other object of the release. With the usual reclaim policy `Delete` the volume goes too, with all data " +
			"on it, within seconds, and nobody is asked.\n\n" +
			"An upgrade does the same when the new version, or other values, no longer render the claim. So may an operator, for a custom resource that the chart " +
			"makes: by Percona's `delete-pxc-pvc` finalizer, `deletePVC`, `deleteClaim`, KubeBlocks' `terminationPolicy`, or simply unless it is told otherwise. " +
			"And so may a command in a `pre-delete` hook.",
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
		Remedy: "`helm.sh/resource-policy: keep` makes Helm leave the claim where it is. Where the data is worth nothing, say that instead, by our own annotation " +
			"`helm-stateful.io/on-uninstall: delete`: the claim goes as before, and the rule is silent.",
		Blind: "What operators do that the rule does not know. Whether the volume's reclaim policy is `Retain`, and whether the data could be had again from " +
			"elsewhere; a claim that is only mounted as a cache is noted.",
		FixSafety: "Always safe: the annotation is metadata and never frozen. The next install under the same release name and namespace finds the kept claim again; " +
			"another release cannot take it over without `--take-ownership`.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#10820", What: "of twelve claims three are left after `helm uninstall`"},
			{Ref: "helm/helm#6261", What: "how to uninstall and keep the claim, asked since 2019"},
			{Ref: "bitnami/charts#9340", What: "Odoo's files go with the release, its database stays"},
		},
	},
}

func checkClaimDeletedWithRelease(p *lint.Pass) {
	checkVendorRetention(p)
	checkHardCodedDelete(p)
	reportCleanup(p, deletesVolumes(), "a %s hook deletes claims, and their data with them (%s): nobody who runs helm uninstall is asked")
	for _, c := range p.Claims {
		o := c.Object
		if c.Template || o.Hook != nil || fateStated(o) || onRetainedVolume(p, c) {
			continue
		}
		var severity lint.Severity
		message := "helm uninstall deletes this claim, and its volume with it, though no pod of the release mounts it here; nothing in the manifest says that this is meant"
		if users := p.MountedBy(c); len(users) > 0 {
			message = fmt.Sprintf("helm uninstall deletes this claim and the data that %s keeps on it; nothing in the manifest says that this is meant", users[0].Object)
			if isCache(c, users) {
				severity = lint.Info
				message = fmt.Sprintf("helm uninstall deletes this claim and what %s has on it, a cache by its path; nothing in the manifest says that this is meant", users[0].Object)
			}
		}
		p.Report(lint.Report{
			Severity:   severity,
			Object:     o,
			Message:    message,
			NotFixable: o.InList, // Helm 3 does not look for annotations inside of a List
		})
	}
}

// cachePath leaves out folders of /tmp: images for a trial keep their data there.
var cachePath = lazy.Pattern(`(?i)(^|/)\.?cache(/|$)|(^|/)te?mp/?$`)

// isCache reports whether containers see a claim under paths for what can be
// had again, and under no other. One that is called data is more than that.
func isCache(c *inventory.Claim, users []*inventory.Workload) bool {
	if dataVolume().MatchString(c.Name) {
		return false
	}
	var paths []string
	for _, w := range users {
		for _, v := range w.Volumes {
			if v.Claim != "" && c.Provides(v.Claim) {
				paths = append(paths, v.MountPaths...)
			}
		}
	}
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(path string) bool { return !cachePath().MatchString(path) })
}

// onRetainedVolume reports whether the claim is meant for a PersistentVolume of
// the release that outlives it: a volume that a manifest makes is retained
// unless it says otherwise (kubernetes, pkg/apis/core/v1/defaults.go).
func onRetainedVolume(p *lint.Pass, c *inventory.Claim) bool {
	return slices.ContainsFunc(p.Kind("", "PersistentVolume"), func(o *manifest.Object) bool {
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
