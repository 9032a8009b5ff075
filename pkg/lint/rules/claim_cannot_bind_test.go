package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// persistentVolume is a volume with further metadata and further fields of its
// spec: of 10Gi and ReadWriteOnce unless they say otherwise.
func persistentVolume(name, metadata, spec string) string {
	if metadata != "" {
		metadata = ", " + metadata
	}
	if !strings.Contains(spec, "accessModes") {
		spec += ", accessModes: [ReadWriteOnce]"
	}
	if !strings.Contains(spec, "capacity") {
		spec += ", capacity: {storage: 10Gi}"
	}
	return "---\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: " + name + metadata + "}\nspec: {hostPath: {path: /x}" + spec + "}\n"
}

// boundClaim is a claim of a size with further fields of its spec.
func boundClaim(name, size, spec string) string {
	return "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + name + "}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: " + size + "}}" + spec + "}\n"
}

// boundSet is a StatefulSet with a claim template.
func boundSet(replicas, spec string) string {
	return "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {replicas: " + replicas + ", volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}" + spec + "}}]}\n"
}

func TestClaimCannotBind(t *testing.T) {
	const (
		claim  = " PersistentVolumeClaim/c spec."
		none   = `, storageClassName: ""`
		named  = `, volumeName: v`
		manual = ", storageClassName: manual"
		byHand = "---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: manual}\nprovisioner: kubernetes.io/no-provisioner\n"
	)
	reserved := func(ref string) string { return ", claimRef: {" + ref + "}" }
	check(t, rules.ClaimCannotBind, []scenario{
		{name: "named, too small", template: persistentVolume("v", "", "") + boundClaim("c", "11Gi", named+none), want: []string{"error" + claim + "resources.requests.storage"}},
		{name: "named, other modes", template: persistentVolume("v", "", ", accessModes: [ReadOnlyMany]") + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "accessModes"}},
		{name: "named, another volumeMode", template: persistentVolume("v", "", ", volumeMode: Block") + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "volumeMode"}},
		{name: "named, with other attributes", template: persistentVolume("v", "", ", volumeAttributesClassName: gold") + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "volumeAttributesClassName"}},
		{name: "named, of another class", template: persistentVolume("v", "", manual) + boundClaim("c", "1Gi", named+", storageClassName: fast"), want: []string{"error" + claim + "storageClassName"}},
		{name: "named, of a class by annotation", template: persistentVolume("v", "annotations: {volume.beta.kubernetes.io/storage-class: old}", none) + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "storageClassName"}},
		{name: "named, no class, where the cluster may have one", template: persistentVolume("v", "", "") + boundClaim("c", "1Gi", named), want: []string{"warning" + claim + "storageClassName"}},
		{name: "named, no class, and the volume has one", template: persistentVolume("v", "", manual) + boundClaim("c", "1Gi", named), want: []string{"warning" + claim + "storageClassName"}},
		{name: "named by two", template: persistentVolume("v", "", "") + boundClaim("a", "1Gi", named+none) + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "volumeName"}},
		{name: "named by the claims of several replicas", template: persistentVolume("v", "", "") + boundSet("2", named+none), want: []string{"error StatefulSet/db spec.volumeClaimTemplates[0].spec.volumeName"}},
		{name: "named, and reserved for another", template: persistentVolume("v", "", reserved("name: x, namespace: prod")) + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "volumeName"}},
		{name: "named, and reserved in another namespace", template: persistentVolume("v", "", reserved("name: c, namespace: far")) + boundClaim("c", "1Gi", named+none), want: []string{"warning" + claim + "volumeName"}},
		{name: "named, and reserved in no namespace", template: persistentVolume("v", "", reserved("name: c")) + boundClaim("c", "1Gi", named+none), want: []string{"error" + claim + "volumeName"}},
		{name: "reserved, too small", template: persistentVolume("v", "", reserved("name: c, namespace: prod")) + boundClaim("c", "1Ti", none), want: []string{"error" + claim + "resources.requests.storage"}},
		{name: "reserved, too small, and a class may provide", template: persistentVolume("v", "", reserved("name: c, namespace: prod")) + boundClaim("c", "1Ti", ""), want: []string{"warning" + claim + "resources.requests.storage"}},
		{name: "reserved for a replica's claim, other modes", template: persistentVolume("v", "", reserved("name: d-db-0, namespace: prod")+", accessModes: [ReadWriteMany]") + boundSet("1", none), want: []string{"error StatefulSet/db spec.volumeClaimTemplates[0].spec.accessModes"}},
		{name: "selected, of another class", template: persistentVolume("v", "labels: {app: x}", manual) + boundClaim("c", "1Gi", none+", selector: {matchLabels: {app: x}}"), want: []string{"warning" + claim + "storageClassName"}},
		{name: "selected by a label that has another value", template: persistentVolume("v", "labels: {app: other}", "") + boundClaim("c", "1Gi", none+", selector: {matchLabels: {app: x}}"), want: []string{"warning" + claim + "selector"}},
		{name: "the only one without a class, too small", template: persistentVolume("v", "", "") + boundClaim("c", "11Gi", none), want: []string{"warning" + claim + "resources.requests.storage"}},
		{name: "the only one of a class without a provisioner", template: byHand + persistentVolume("v", "", manual) + boundClaim("c", "11Gi", manual), want: []string{"warning" + claim + "resources.requests.storage"}},
		{name: "reserved in no namespace", template: persistentVolume("v", "", reserved("name: c")) + boundClaim("c", "1Gi", none), want: []string{"warning PersistentVolume/v spec.claimRef"}},
		{name: "of the volume's name, no class", template: persistentVolume("prod-c", "", "") + boundClaim("c", "1Gi", ""), want: []string{"warning" + claim + "storageClassName"}},
		{name: "of the volume's name, another class", template: persistentVolume("c", "", "") + boundClaim("c", "1Gi", manual), want: []string{"warning" + claim + "storageClassName"}},

		{name: "the only ones of their size, no class", template: persistentVolume("v", "", "") + boundClaim("c", "10Gi", "") + boundClaim("d", "1Gi", ""), want: []string{"warning" + claim + "storageClassName"}},
		{name: "the only ones of their size, another class", template: persistentVolume("v", "", "") + persistentVolume("w", "", ", capacity: {storage: 1Gi}") + boundClaim("c", "10240Mi", manual), want: []string{"warning" + claim + "storageClassName"}},

		{name: "the only ones of their size, one class", template: persistentVolume("v", "", manual) + boundClaim("c", "10Gi", manual)},
		{name: "of another size", template: persistentVolume("v", "", "") + boundClaim("c", "9Gi", "")},
		{name: "of more modes", template: persistentVolume("v", "", ", accessModes: [ReadWriteOnce, ReadWriteMany]") + boundClaim("c", "10Gi", "")},
		{name: "two claims of the volume's size", template: persistentVolume("v", "", "") + boundClaim("c", "10Gi", "") + boundClaim("d", "10Gi", "")},
		{name: "two volumes of the claim's size", template: persistentVolume("v", "", "") + persistentVolume("w", "", "") + boundClaim("c", "10Gi", "")},
		{name: "another claim names the volume", template: persistentVolume("v", "", "") + boundClaim("c", "10Gi", "") + boundClaim("d", "1Gi", named+none)},
		{name: "claims of a template", template: persistentVolume("v", "", "") + boundSet("1", "")},
		{name: "of the volume's name, one class", template: persistentVolume("c", "", manual) + boundClaim("c", "1Gi", manual)},
		{name: "of the volume's name, too large to be meant for it", template: persistentVolume("c", "", "") + boundClaim("c", "1Ti", "")},
		{name: "named, and fits", template: persistentVolume("v", "", ", accessModes: [ReadWriteOnce, ReadWriteMany]") + boundClaim("c", "10240Mi", named+none)},
		{name: "named, of one class", template: persistentVolume("v", "", manual) + boundClaim("c", "1Gi", named+manual)},
		{name: "named, no class, and the release's own is the default", template: "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: manual, annotations: {storageclass.kubernetes.io/is-default-class: \"true\"}}\nprovisioner: x\n" + persistentVolume("v", "", manual) + boundClaim("c", "1Gi", named)},
		{name: "named, and reserved for it: nothing is compared", template: persistentVolume("v", "", manual+reserved("name: c, namespace: prod")) + boundClaim("c", "1Ti", named)},
		{name: "named, and in the cluster", template: persistentVolume("v", "", "") + boundClaim("c", "1Ti", ", volumeName: other")},
		{name: "reserved, of another class, which does not matter", template: persistentVolume("v", "", manual+reserved("name: c, namespace: prod")) + boundClaim("c", "1Gi", none)},
		{name: "reserved for a replica's claim", template: persistentVolume("v", "", reserved("name: d-db-1, namespace: prod")) + boundSet("2", none)},
		{name: "selected", template: persistentVolume("v", "labels: {app: x}", "") + boundClaim("c", "1Gi", none+", selector: {matchLabels: {app: x}}")},
		{name: "the only one of its class, reserved for another, too small", template: persistentVolume("v", "", reserved("name: x, namespace: prod")) + boundClaim("c", "11Gi", none)},
		{name: "selected by a label that the volume does not have", template: persistentVolume("v", "labels: {team: x}", "") + boundClaim("c", "1Gi", none+", selector: {matchLabels: {app: x}}")},
		{name: "one of two fits", template: persistentVolume("u", "", ", capacity: {storage: 1Gi}") + persistentVolume("v", "", "") + boundClaim("c", "5Gi", none)},
		{name: "a class that may have a provisioner", template: persistentVolume("v", "", manual) + boundClaim("c", "11Gi", manual)},
		{name: "strangers", template: persistentVolume("v", "", manual) + boundClaim("c", "1Ti", "")},
		{name: "a volume without access modes, which is refused", template: persistentVolume("v", "", ", accessModes: []") + boundClaim("c", "1Gi", named+none)},
		{name: "a size that nobody can read", template: persistentVolume("v", "", "") + boundClaim("c", "much", named+none)},
	})
}

func TestClaimCannotBindMessage(t *testing.T) {
	findings := found(t, rules.ClaimCannotBind, persistentVolume("v", "", "")+boundClaim("c", "11Gi", `, volumeName: v, storageClassName: ""`), "")
	require.Len(t, findings, 1)
	assert.Equal(t, "it names PersistentVolume/v, but the claim asks for 11Gi and the volume has 10Gi: the claim stays Pending, and so do its pods", findings[0].Message)
	findings = found(t, rules.ClaimCannotBind, persistentVolume("v", "", "")+boundClaim("c", "11Gi", `, storageClassName: ""`), "")
	require.Len(t, findings, 1)
	assert.Equal(t, "PersistentVolume/v is the one for it, but the claim asks for 11Gi and the volume has 10Gi; unless the cluster has another volume for it, the claim stays Pending", findings[0].Message)
}
