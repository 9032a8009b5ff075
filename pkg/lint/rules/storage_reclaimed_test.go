package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// class is a StorageClass called fast with further fields.
func class(metadata, fields string) string {
	return "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast" + metadata + "}\nprovisioner: disk.example.com\n" + fields + "\n"
}

// claimed is a claim with metadata and a spec.
func claimed(metadata, spec string) string {
	return "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c" + metadata + "}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}" + spec + "}\n"
}

func TestStorageReclaimed(t *testing.T) {
	const (
		fast   = ", storageClassName: fast"
		kept   = ", annotations: {helm.sh/resource-policy: keep}"
		named  = `, storageClassName: "", volumeName: v`
		ofFast = "StorageClass/fast reclaimPolicy"
		ofV    = "PersistentVolume/v spec.persistentVolumeReclaimPolicy"
	)
	volume := func(metadata, source, policy string) string {
		return "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v" + metadata + "}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], " + source + policy + "}\n"
	}
	const deletes = ", persistentVolumeReclaimPolicy: Delete"
	set := func(policy string) string {
		return "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {" + policy + "volumeClaimTemplates: [{metadata: {name: d}, spec: {storageClassName: fast}}]}\n"
	}
	check(t, rules.StorageReclaimed, []scenario{
		{name: "a class that deletes", template: class("", "reclaimPolicy: Delete") + claimed("", fast), want: []string{"warning " + ofFast}},
		{name: "a class that does not say", template: class("", "") + claimed("", fast), want: []string{"warning " + ofFast}},
		{name: "the default class", template: class(`, annotations: {storageclass.kubernetes.io/is-default-class: "true"}`, "") + claimed("", ""), want: []string{"warning " + ofFast}},
		{name: "a class by annotation", template: class("", "") + claimed(", annotations: {volume.beta.kubernetes.io/storage-class: fast}", ""), want: []string{"warning " + ofFast}},
		{name: "a claim that stays", template: class("", "") + claimed(kept, fast), want: []string{"info " + ofFast}},
		{name: "claims of a template, which stay", template: class("", "") + set(""), want: []string{"info " + ofFast}},
		{name: "one goes, the other stays", template: class("", "") + set("") + claimed("", fast), want: []string{"warning " + ofFast}},
		{name: "a disk of a cloud", template: volume("", "awsElasticBlockStore: {volumeID: x}", deletes) + claimed("", named), want: []string{"warning " + ofV}},
		{name: "what the driver has provisioned", template: volume(", annotations: {pv.kubernetes.io/provisioned-by: disk.example.com}", "csi: {driver: disk.example.com, volumeHandle: x}", deletes) + claimed("", named), want: []string{"warning " + ofV}},
		{name: "reserved for a claim", template: volume("", "gcePersistentDisk: {pdName: x}", deletes+", claimRef: {name: c, namespace: prod}") + claimed("", ""), want: []string{"warning " + ofV}},
		{name: "recycled", template: volume("", "nfs: {server: s, path: /x}", ", persistentVolumeReclaimPolicy: Recycle") + claimed("", named), want: []string{"warning " + ofV}},

		{name: "a class that retains", template: class("", "reclaimPolicy: Retain") + claimed("", fast)},
		{name: "a class that nobody uses", template: class("", "") + claimed("", ", storageClassName: slow") + claimed("", "")},
		{name: "a class that archives", template: class("", `parameters: {archiveOnDelete: "true"}`) + claimed("", fast)},
		{name: "a class without a provisioner", template: "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: kubernetes.io/no-provisioner\n" + claimed("", fast)},
		{name: "a claim that may go", template: class("", "") + claimed(", annotations: {helm-stateful.io/on-uninstall: delete}", fast)},
		{name: "claims of a template that may go", template: class("", "") + set("persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}, ")},
		{name: "a claim that names its volume", template: class("", "") + claimed("", fast+", volumeName: v")},
		{name: "a volume that does not say", template: volume("", "awsElasticBlockStore: {volumeID: x}", "") + claimed("", named)},
		{name: "a volume that retains", template: volume("", "awsElasticBlockStore: {volumeID: x}", ", persistentVolumeReclaimPolicy: Retain") + claimed("", named)},
		{name: "a folder, which nothing deletes", template: volume("", "nfs: {server: s, path: /x}", deletes) + claimed("", named)},
		{name: "what no driver has provisioned", template: volume("", "csi: {driver: disk.example.com, volumeHandle: x}", deletes) + claimed("", named)},
	})
}

func TestStorageReclaimedMessage(t *testing.T) {
	for _, s := range []struct{ template, want string }{
		{class("", "") + claimed("", ", storageClassName: fast"),
			"the reclaim policy is Delete, the default: helm uninstall deletes PersistentVolumeClaim/c, and the data is destroyed with it; the policy of a class that is live cannot change"},
		{class("", "reclaimPolicy: Delete") + claimed(", annotations: {helm.sh/resource-policy: keep}", ", storageClassName: fast"),
			"the reclaim policy is Delete: the claims (PersistentVolumeClaim/c) outlive the release, but whoever deletes one destroys its data; the policy of a class that is live cannot change"},
	} {
		findings := found(t, rules.StorageReclaimed, s.template, "")
		require.Len(t, findings, 1)
		assert.Equal(t, s.want, findings[0].Message)
		assert.Equal(t, "on request", findings[0].Fixable)
	}
}
