package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// change is one update. live is laid over the stored base first: what the
// cluster has done to it since. Without refused it must be accepted.
type change struct {
	name    string
	base    string
	live    string
	change  string
	refused string
	fields  []string
}

func (c change) judge(t *testing.T) (map[string]any, Verdict) {
	t.Helper()
	j := New()
	live := stored(t, j, c.base)
	if c.live != "" {
		live = overlay(t, live, c.live)
	}
	next := overlay(t, live, c.change)
	before, beforeNext := deepCopy(live), deepCopy(next)
	out, v := j.Update(live, next)
	assert.Equal(t, before, live, "live must not be changed")
	assert.Equal(t, beforeNext, next, "next must not be changed")
	return out, v
}

func runChanges(t *testing.T, changes []change) {
	t.Helper()
	for _, c := range changes {
		t.Run(c.base+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			out, v := c.judge(t)
			if c.refused == "" {
				require.Falsef(t, v.Refused, "refused: %s", v.Message)
				assert.NotNil(t, out)
				assert.Empty(t, v.Message)
				return
			}
			require.True(t, v.Refused, "must be refused")
			assert.Nil(t, out)
			assert.Contains(t, v.Message, c.refused)
			if c.fields != nil {
				assert.Equal(t, c.fields, v.Fields)
			}
		})
	}
}

const claimFrozen = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"

func TestUpdateClaim(t *testing.T) {
	t.Parallel()
	runChanges(t, []change{
		{"again", "claim", boundClaim, `{}`, "", nil},
		{"again while pending", "claim", "", `{}`, "", nil},
		{"access modes", "claim", boundClaim, `spec: {accessModes: [ReadWriteMany]}`, claimFrozen, []string{"spec"}},
		{"order of access modes", "claim", `spec: {accessModes: [ReadWriteOnce, ReadOnlyMany]}`,
			`spec: {accessModes: [ReadOnlyMany, ReadWriteOnce]}`, claimFrozen, []string{"spec"}},
		{"selector", "claim", boundClaim, `spec: {selector: {matchLabels: {a: b}}}`, claimFrozen, []string{"spec"}},
		{"limits", "claim", boundClaim, `spec: {resources: {limits: {storage: 10Gi}}}`, claimFrozen, []string{"spec"}},
		{"other request", "claim", boundClaim, `spec: {resources: {requests: {cpu: "1"}}}`, claimFrozen, nil},
		{"volume mode", "claim", boundClaim, `spec: {volumeMode: Block}`, claimFrozen, []string{"spec", "volumeMode"}},
		{"volume mode dropped is its default", "claim", boundClaim, `spec: {volumeMode: null}`, "", nil},
		{"class changed", "claim", boundClaim, `spec: {storageClassName: other}`, claimFrozen, []string{"spec"}},
		{"class dropped", "claim", boundClaim, `spec: {storageClassName: null}`, claimFrozen, []string{"spec"}},
		{"class emptied", "claim", boundClaim, `spec: {storageClassName: ""}`, claimFrozen, []string{"spec"}},
		{"class set once", "claim", "", `spec: {storageClassName: std}`, "", nil},
		{"volume named once", "claim", "", `spec: {volumeName: pv-1}`, "", nil},
		{"volume changed", "claim", boundClaim, `spec: {volumeName: pv-2}`, claimFrozen, []string{"spec"}},
		{"volume dropped", "claim", boundClaim, `spec: {volumeName: null}`, claimFrozen, []string{"spec"}},
		{"volume emptied", "claim", boundClaim, `spec: {volumeName: ""}`, claimFrozen, []string{"spec"}},
		{"grown", "claim", boundClaim, `spec: {resources: {requests: {storage: 9Gi}}}`, "", nil},
		{"same size written otherwise", "claim", boundClaim, `spec: {resources: {requests: {storage: 8192Mi}}}`, "", nil},
		{"grown while pending", "claim", "", `spec: {resources: {requests: {storage: 9Gi}}}`, claimFrozen, []string{"spec"}},
		{"shrunk while pending", "claim", "", `spec: {resources: {requests: {storage: 7Gi}}}`, claimFrozen, []string{"spec"}},
		{"shrunk below capacity", "claim", boundClaim, `spec: {resources: {requests: {storage: 7Gi}}}`,
			"spec.resources.requests.storage: Forbidden: field can not be less than status.capacity", []string{"spec.resources.requests.storage"}},
		{"back to the capacity after growing", "claim", `
spec: {volumeName: pv-1, storageClassName: std, resources: {requests: {storage: 20Gi}}}
status: {phase: Bound, capacity: {storage: 8Gi}}`, `spec: {resources: {requests: {storage: 8Gi}}}`,
			"field can not be less than status.capacity", []string{"spec.resources.requests.storage"}},
		{"out of an unfinished expansion", "claim", `
spec: {volumeName: pv-1, storageClassName: std, resources: {requests: {storage: 20Gi}}}
status: {phase: Bound, capacity: {storage: 8Gi}}`, `spec: {resources: {requests: {storage: 10Gi}}}`, "", nil},
		{"below an expansion made by hand", "claim", `
spec: {volumeName: pv-1, storageClassName: std, resources: {requests: {storage: 20Gi}}}
status: {phase: Bound, capacity: {storage: 20Gi}}`, `spec: {resources: {requests: {storage: 8Gi}}}`,
			"field can not be less than status.capacity", []string{"spec.resources.requests.storage"}},
		{"source added", "claim", boundClaim, `spec: {dataSource: {kind: PersistentVolumeClaim, name: old}}`, claimFrozen, []string{"spec"}},
		{"reference to a source added", "claim", boundClaim, `spec: {dataSourceRef: {kind: PersistentVolumeClaim, name: old}}`, claimFrozen, nil},
		{"foreign source is dropped", "claim", boundClaim, `spec: {dataSource: {apiGroup: example.com, kind: Backup, name: old}}`, "", nil},
		{"source moved to the reference", "claim", `spec: {dataSource: {kind: PersistentVolumeClaim, name: old}}`,
			`spec: {dataSource: null, dataSourceRef: {kind: PersistentVolumeClaim, name: old}}`, "", nil},
		{"beta class annotation", "claim", `metadata: {annotations: {volume.beta.kubernetes.io/storage-class: a}}`,
			`metadata: {annotations: {volume.beta.kubernetes.io/storage-class: b}}`, "field is immutable",
			[]string{"metadata.annotations.volume.beta.kubernetes.io/storage-class"}},
		{"attributes class set", "claim", boundClaim, `spec: {volumeAttributesClassName: gold}`, "", nil},
		{"attributes class while pending", "claim", "", `spec: {volumeAttributesClassName: gold}`, claimFrozen, []string{"spec"}},
		{"applied attributes class dropped", "claim", `
spec: {volumeName: pv-1, volumeAttributesClassName: gold}
status: {phase: Bound, capacity: {storage: 8Gi}, currentVolumeAttributesClassName: gold}`, `spec: {volumeAttributesClassName: null}`,
			"update to nil is forbidden when status.currentVolumeAttributesClassName is not nil", []string{"spec.volumeAttributesClassName"}},
		{"labels", "claim", boundClaim, `metadata: {labels: {a: b}, annotations: {helm.sh/resource-policy: keep}}`, "", nil},
		{"status is not ours to set", "claim", boundClaim, `status: {phase: Lost}`, "", nil},
		{"status written to escape", "claim", "", `
status: {phase: Bound, capacity: {storage: 8Gi}}
spec: {resources: {requests: {storage: 9Gi}}}`, claimFrozen, nil},
	})
}

func TestUpdateVolume(t *testing.T) {
	t.Parallel()
	const frozen = "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"
	affinity := func(zone string) string {
		return `spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [` + zone + `]}]}]}}}`
	}
	runChanges(t, []change{
		{"handle", "volume", "", `spec: {csi: {volumeHandle: other}}`, frozen, []string{"spec.persistentvolumesource"}},
		{"source kind", "volume", "", `spec: {csi: null, nfs: {server: s, path: /}}`, frozen, nil},
		{"expand secret once", "volume", "", `spec: {csi: {controllerExpandSecretRef: {name: s, namespace: ns}}}`, "", nil},
		{"expand secret twice", "volume", `spec: {csi: {controllerExpandSecretRef: {name: s, namespace: ns}}}`,
			`spec: {csi: {controllerExpandSecretRef: {name: t, namespace: ns}}}`, frozen, nil},
		{"mode", "volume", "", `spec: {volumeMode: Block}`, "volumeMode: Invalid value: \"Block\": field is immutable", []string{"volumeMode"}},
		{"affinity once", "volume", "", affinity("a"), "", nil},
		{"affinity twice", "volume", affinity("a"), affinity("b"), "field is immutable, except for updating from beta label to GA", []string{"nodeAffinity"}},
		{"attributes class dropped", "volume", `spec: {volumeAttributesClassName: gold}`, `spec: {volumeAttributesClassName: null}`,
			"update from non-nil value to nil is forbidden", []string{"spec.volumeAttributesClassName"}},
		{"reclaim policy", "volume", "", `spec: {persistentVolumeReclaimPolicy: Delete}`, "", nil},
		{"capacity and class", "volume", "", `spec: {capacity: {storage: 9Gi}, storageClassName: slow, accessModes: [ReadWriteMany]}`, "", nil},
	})
}

func TestUpdateData(t *testing.T) {
	t.Parallel()
	const frozen = "field is immutable when `immutable` is set"
	runChanges(t, []change{
		{"value", "secret", "", `data: {password: bmV3}`, "", nil},
		{"stringData", "secret", "", `stringData: {password: new}`, "", nil},
		{"type", "secret", "", `type: kubernetes.io/basic-auth`, "type: Invalid value: \"kubernetes.io/basic-auth\": field is immutable", []string{"type"}},
		{"type dropped is Opaque", "secret", "", `type: null`, "", nil},
		{"type of a certificate dropped", "secret", `{type: kubernetes.io/tls, data: {tls.crt: "", tls.key: ""}}`, `type: null`,
			`type: Invalid value: "Opaque": field is immutable`, []string{"type"}},
		{"immutable and changed", "secret", "", `{immutable: true, data: {password: bmV3}}`, "", nil},
		{"value of an immutable", "secret", `immutable: true`, `data: {password: bmV3}`, "data: Forbidden: " + frozen, []string{"data"}},
		{"immutable no more", "secret", `immutable: true`, `immutable: null`, "immutable: Forbidden: " + frozen, []string{"immutable"}},
		{"labels of an immutable", "secret", `immutable: true`, `metadata: {labels: {a: b}}`, "", nil},
		{"value", "configmap", "", `data: {a: c}`, "", nil},
		{"value of an immutable", "configmap", `immutable: true`, `data: {a: c}`, "data: Forbidden: " + frozen, []string{"data"}},
		{"binary value of an immutable", "configmap", `immutable: true`, `binaryData: {z: bmV3}`, "binaryData: Forbidden: " + frozen, []string{"binaryData"}},
		{"immutable no more", "configmap", `immutable: true`, `immutable: false`, "immutable: Forbidden: " + frozen, []string{"immutable"}},
		{"scopes", "quota", "", `spec: {scopes: [Terminating]}`, "spec.scopes: Invalid value: ", []string{"spec.scopes"}},
		{"hard", "quota", "", `spec: {hard: {pods: "2"}}`, "", nil},
	})
}

func TestUpdateMetadata(t *testing.T) {
	t.Parallel()
	runChanges(t, []change{
		{"name", "secret", "", `metadata: {name: other}`, "the name of the object (other) does not match the name on the URL (s)", nil},
		{"namespace", "secret", "", `metadata: {namespace: other}`, "the namespace of the object (other) does not match the namespace on the request (demo)", nil},
		{"uid", "secret", `metadata: {uid: aaaa}`, `metadata: {uid: bbbb}`, "metadata.uid: Invalid value: \"bbbb\": field is immutable", []string{"metadata.uid"}},
		{"uid left out", "secret", `metadata: {uid: aaaa}`, `metadata: {uid: null}`, "", nil},
		{"grace period while going", "secret", `metadata: {deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 0}`,
			`metadata: {deletionGracePeriodSeconds: 5}`, "metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable", nil},
		{"finalizer while going", "secret", `metadata: {deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 0, finalizers: [example.com/a]}`,
			`metadata: {finalizers: [example.com/a, example.com/b]}`, "no new finalizers can be added if the object is being deleted", nil},
		{"wrong label", "secret", "", `metadata: {labels: {a: "not valid"}}`, "metadata.labels: Invalid value: \"not valid\": a valid label must be", nil},
		{"wrong type", "deployment", "", `spec: {replicas: "3"}`, `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string`, nil},
	})
}

func TestUpdateKeepsWhatAnUpdateCannotSet(t *testing.T) {
	t.Parallel()
	c := change{base: "claim", live: boundClaim, change: `
metadata: {creationTimestamp: "2030-01-01T00:00:00Z", generation: 9}
status: {phase: Lost}`}
	out, v := c.judge(t)
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "Bound", out["status"].(map[string]any)["phase"])
	assert.NotContains(t, out["metadata"], "generation")
	assert.NotContains(t, out["metadata"], "resourceVersion", "it is the caller's")
	assert.NotContains(t, out["metadata"], "uid")
}
