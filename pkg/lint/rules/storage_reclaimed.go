package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// StorageReclaimed finds storage classes and volumes of the release that destroy
// the data of its claims as soon as a claim is deleted.
var StorageReclaimed = &lint.Rule{
	Name:     "storage-reclaimed",
	Step:     lint.StepUninstall,
	Severity: lint.Warning,
	Title:    "the release's own StorageClass or volume destroys the data when the claim is deleted",
	Check:    checkStorageReclaimed,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "retain volumes whose claim is deleted",
		Filter: func(o *manifest.Object, _ lint.FixOptions) yaml.Filter {
			return setString("Retain", lookupPath(reclaimPath(o))...)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InClaims, What: "a claim is deleted, and its volume is gone for good"},
		},
		Why: "The chart brings its own StorageClass or volume, and its reclaim policy is `Delete`: once a claim is deleted, the disk is destroyed within seconds. " +
			"`helm uninstall`, a `kubectl delete pvc` meant as a clean start, or the deletion of a namespace is then final, for every user of the chart.\n\n" +
			"A StorageClass that says nothing means `Delete`. With `Retain` the volume stays behind as `Released`, and somebody who notices in time can bind it " +
			"again. A kept claim helps only for as long as nobody deletes it by hand. That the StorageClass goes with the release changes nothing: each volume " +
			"took the policy over when it was made.",
		Before: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: {{ .Release.Namespace }}-{{ .Release.Name }}-fast
provisioner: ebs.csi.aws.com
reclaimPolicy: Delete
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Release.Namespace }}-{{ .Release.Name }}-fast
  resources:
    requests:
      storage: 10Gi
`,
		After: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: {{ .Release.Namespace }}-{{ .Release.Name }}-fast
provisioner: ebs.csi.aws.com
reclaimPolicy: Retain
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Release.Namespace }}-{{ .Release.Name }}-fast
  resources:
    requests:
      storage: 10Gi
`,
		Remedy: "`reclaimPolicy: Retain`, best as a value that the user can set: retained volumes cost money until somebody deletes them.",
		Blind: "Classes that are in the cluster already, which are most of them; the claims that an operator makes; what a provisioner does at `Delete` (some archive). " +
			"Claims whose manifest says that they may go, by `helm-stateful.io/on-uninstall: delete` or `whenDeleted: Delete`, are left alone, and so are volumes of a kind that nothing can delete, such as NFS. " +
			"Where all of the claims outlive the release it is only noted.",
		FixSafety: "A PersistentVolume's policy may change at any time. That of a StorageClass is frozen: on a live release the upgrade is refused (`updates to " +
			"reclaimPolicy are forbidden` before 1.36, `field is immutable` since), until the class has been deleted by hand, which no volume notices. Volumes " +
			"that are there keep the old policy in either case: `kubectl patch pv NAME -p '{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}'`.",
		Incidents: []lint.Incident{
			{Ref: "memgraph/helm-charts#68", What: "the disks were gone once the claims had been deleted; the chart's classes now retain"},
			{Ref: "datastax/pulsar-helm-chart#134", What: "the other side: retained disks pile up where clusters come and go, so leave it to the values"},
		},
	},
}

func checkStorageReclaimed(p *lint.Pass) {
	for _, o := range p.Objects {
		if o.Hook != nil || !reclaims(o) {
			continue
		}
		var going, staying []*manifest.Object
		for _, c := range p.Claims {
			switch {
			case !usesStorage(p, c, o) || mayGo(c):
			case outlivesRelease(c):
				staying = append(staying, c.Object)
			default:
				going = append(going, c.Object)
			}
		}
		if len(going)+len(staying) > 0 {
			p.Report(reclaimReport(o, slices.Compact(going), slices.Compact(staying)))
		}
	}
}

// mayGo reports whether a manifest says that the data need not be kept.
func mayGo(c *inventory.Claim) bool {
	if c.Template {
		return deletesClaims(c.Object)
	}
	return c.Object.Annotation(onUninstallAnnotation) == onUninstallDelete
}

// reclaimPath is where a StorageClass or a PersistentVolume states its policy.
func reclaimPath(o *manifest.Object) manifest.Path {
	if isStorageClass(o) {
		return manifest.Path{"reclaimPolicy"}
	}
	return manifest.Path{"spec", "persistentVolumeReclaimPolicy"}
}

// reclaims reports whether the data of a claim that is deleted goes too. A
// StorageClass that does not say means Delete, a PersistentVolume Retain
// (kubernetes, pkg/apis/storage/v1 and pkg/apis/core/v1, defaults.go).
func reclaims(o *manifest.Object) bool {
	policy := o.StringAt(reclaimPath(o)...)
	switch {
	case isStorageClass(o):
		return (policy == "" || policy == "Delete") && !keepsOnDelete(o)
	case isVolume(o) && policy == "Delete":
		return deletable(o)
	case isVolume(o) && policy == "Recycle":
		return o.Has("spec", "nfs") || o.Has("spec", "hostPath")
	}
	return false
}

// keepsOnDelete reports whether the volumes of a class are kept all the same:
// nothing provisions them, or the provisioner for folders on NFS archives them
// (kubernetes-sigs/nfs-subdir-external-provisioner, README, parameters).
func keepsOnDelete(class *manifest.Object) bool {
	return class.StringAt("provisioner") == "kubernetes.io/no-provisioner" ||
		class.StringAt("parameters", "onDelete") == "retain" || strings.EqualFold(class.StringAt("parameters", "archiveOnDelete"), "true")
}

// deletable reports whether something deletes what is behind a volume that was
// made by hand: the drivers of the clouds' disks, to which the old kinds are
// migrated; other drivers only what they themselves have provisioned
// (kubernetes-sigs/sig-storage-lib-external-provisioner, shouldDelete).
func deletable(volume *manifest.Object) bool {
	for _, kind := range []string{"awsElasticBlockStore", "gcePersistentDisk", "azureDisk", "azureFile", "cinder", "vsphereVolume"} {
		if volume.Has("spec", kind) {
			return true
		}
	}
	return volume.Has("spec", "csi") && volume.Annotation("pv.kubernetes.io/provisioned-by") != ""
}

// usesStorage reports whether a claim's volume is of a StorageClass, or is a
// PersistentVolume of the release.
func usesStorage(p *lint.Pass, c *inventory.Claim, o *manifest.Object) bool {
	named := manifest.StringAt(c.Fields, "spec", "volumeName")
	if isVolume(o) {
		b := &binder{p: p}
		return named == o.Name || b.refersTo(o, c) == isMeant
	}
	class, stated := classOf(c.Fields)
	return named == "" && (stated && class == o.Name || !stated && isDefaultClass(o))
}

// staysText says which claims outlive the release.
func staysText(objects []*manifest.Object) string {
	return "the claims (" + enumerateObjects(objects) + ") outlive the release"
}

func reclaimReport(o *manifest.Object, going, staying []*manifest.Object) lint.Report {
	policy := o.StringAt(reclaimPath(o)...)
	if policy == "" {
		policy = "Delete, the default"
	}
	r := lint.Report{Object: o, Path: reclaimPath(o), Related: append(going[:len(going):len(going)], staying...), NotFixable: inList(o)}
	if len(going) > 0 {
		r.Message = fmt.Sprintf("the reclaim policy is %s: helm uninstall deletes %s, and the data is destroyed with it", policy, enumerateObjects(going))
	} else {
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("the reclaim policy is %s: %s, but whoever deletes one destroys its data", policy, staysText(staying))
	}
	if isStorageClass(o) {
		r.Message += "; the policy of a class that is live cannot change"
	}
	return r
}
