package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestClaimDeletedWithRelease(t *testing.T) {
	check(t, rules.ClaimDeletedWithRelease, []scenario{
		{
			name:     "a claim with no stated fate",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n",
			want:     []string{"warning PersistentVolumeClaim/data"},
		},
		{
			name:     "inside of a List",
			template: "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata:\n    name: data\n",
			want:     []string{"warning PersistentVolumeClaim/data"},
		},
		{
			name:     "kept",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {helm.sh/resource-policy: keep}\n",
		},
		{
			name:     "meant to go",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {helm-stateful.io/on-uninstall: delete}\n",
		},
		{
			name:     "a hook is not part of the release",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations: {helm.sh/hook: pre-install}\n",
		},
		{
			name:     "claim templates are no claims of the release",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: db\nspec:\n  volumeClaimTemplates:\n  - metadata: {name: data}\n",
		},
		{
			name:     "a cache",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: web-cache\n" + stateless("web:1", "volumeMounts: [{name: v, mountPath: /var/cache/web}]", "{name: v, persistentVolumeClaim: {claimName: web-cache}}"),
			want:     []string{"info PersistentVolumeClaim/web-cache"},
		},
		{
			name:     "a cache, and more",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: web-cache\n" + stateless("web:1", "volumeMounts: [{name: v, mountPath: /cache, subPath: c}, {name: v, mountPath: /cached, subPath: d}]", "{name: v, persistentVolumeClaim: {claimName: web-cache}}"),
			want:     []string{"warning PersistentVolumeClaim/web-cache"},
		},
		{
			name:     "a folder of /tmp",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: web\n" + stateless("web:1", "volumeMounts: [{name: v, mountPath: /tmp/tables}]", "{name: v, persistentVolumeClaim: {claimName: web}}"),
			want:     []string{"warning PersistentVolumeClaim/web"},
		},
		{
			name:     "data in a cache's place",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: web-data\n" + stateless("web:1", "volumeMounts: [{name: v, mountPath: /var/cache/web}]", "{name: v, persistentVolumeClaim: {claimName: web-data}}"),
			want:     []string{"warning PersistentVolumeClaim/web-data"},
		},
		{
			name:     "on a volume of the release that is retained",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec: {storageClassName: \"\"}\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: nfs\nspec: {nfs: {server: a, path: /}}\n",
		},
		{
			name:     "on a volume that it names",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec: {volumeName: nfs}\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: nfs\nspec: {storageClassName: a}\n",
		},
		{
			name:     "on a volume that names it",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: nfs\nspec: {claimRef: {name: data, namespace: prod}}\n",
		},
		{
			name:     "beside the volume of another",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: nfs\nspec: {claimRef: {name: other, namespace: prod}}\n",
			want:     []string{"warning PersistentVolumeClaim/data"},
		},
		{
			name:     "on a volume of the release that is not",
			template: "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec: {volumeName: nfs}\n---\napiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: nfs\nspec: {persistentVolumeReclaimPolicy: Delete}\n",
			want:     []string{"warning PersistentVolumeClaim/data"},
		},
		{
			name:     "another group's kind of that name",
			template: "apiVersion: example.com/v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n",
		},
	})
}
