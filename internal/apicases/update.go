package apicases

import "slices"

// Update is one update: a base, Live laid over it as stored (what the cluster
// has done to it since), and then Change. Without Refused it must be accepted.
// Fields are those at fault; nil says nothing of them.
type Update struct {
	Name, Base, Live, Change, Refused string
	Fields                            []string
}

// Updates are all of them.
func Updates() []Update {
	return slices.Concat(
		claimUpdates(),
		volumeUpdates(),
		dataUpdates(),
		metadataUpdates(),
		statefulSetUpdates(),
		workloadsUpdates(),
		jobUpdates(),
		podUpdates(),
		serviceUpdates(),
		othersUpdates(),
	)
}

const claimFrozen = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"

func claimUpdates() []Update {
	return []Update{
		{"again", "claim", BoundClaim, `{}`, "", nil},
		{"again while pending", "claim", "", `{}`, "", nil},
		{"access modes", "claim", BoundClaim, `spec: {accessModes: [ReadWriteMany]}`, claimFrozen, []string{"spec"}},
		{"order of access modes", "claim", `spec: {accessModes: [ReadWriteOnce, ReadOnlyMany]}`,
			`spec: {accessModes: [ReadOnlyMany, ReadWriteOnce]}`, claimFrozen, []string{"spec"}},
		{"selector", "claim", BoundClaim, `spec: {selector: {matchLabels: {a: b}}}`, claimFrozen, []string{"spec"}},
		{"limits", "claim", BoundClaim, `spec: {resources: {limits: {storage: 10Gi}}}`, claimFrozen, []string{"spec"}},
		{"other request", "claim", BoundClaim, `spec: {resources: {requests: {cpu: "1"}}}`, claimFrozen, nil},
		{"volume mode", "claim", BoundClaim, `spec: {volumeMode: Block}`, claimFrozen, []string{"spec", "volumeMode"}},
		{"volume mode dropped is its default", "claim", BoundClaim, `spec: {volumeMode: null}`, "", nil},
		{"class changed", "claim", BoundClaim, `spec: {storageClassName: other}`, claimFrozen, []string{"spec"}},
		{"class dropped", "claim", BoundClaim, `spec: {storageClassName: null}`, claimFrozen, []string{"spec"}},
		{"class emptied", "claim", BoundClaim, `spec: {storageClassName: ""}`, claimFrozen, []string{"spec"}},
		{"class set once", "claim", "", `spec: {storageClassName: std}`, "", nil},
		{"volume named once", "claim", "", `spec: {volumeName: pv-1}`, "", nil},
		{"volume changed", "claim", BoundClaim, `spec: {volumeName: pv-2}`, claimFrozen, []string{"spec"}},
		{"volume dropped", "claim", BoundClaim, `spec: {volumeName: null}`, claimFrozen, []string{"spec"}},
		{"volume emptied", "claim", BoundClaim, `spec: {volumeName: ""}`, claimFrozen, []string{"spec"}},
		{"grown", "claim", BoundClaim, `spec: {resources: {requests: {storage: 9Gi}}}`, "", nil},
		{"same size written otherwise", "claim", BoundClaim, `spec: {resources: {requests: {storage: 8192Mi}}}`, "", nil},
		{"grown while pending", "claim", "", `spec: {resources: {requests: {storage: 9Gi}}}`, claimFrozen, []string{"spec"}},
		{"shrunk while pending", "claim", "", `spec: {resources: {requests: {storage: 7Gi}}}`, claimFrozen, []string{"spec"}},
		{"shrunk below capacity", "claim", BoundClaim, `spec: {resources: {requests: {storage: 7Gi}}}`,
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
		{"source added", "claim", BoundClaim, `spec: {dataSource: {kind: PersistentVolumeClaim, name: old}}`, claimFrozen, []string{"spec"}},
		{"reference to a source added", "claim", BoundClaim, `spec: {dataSourceRef: {kind: PersistentVolumeClaim, name: old}}`, claimFrozen, nil},
		{"foreign source is dropped", "claim", BoundClaim, `spec: {dataSource: {apiGroup: example.com, kind: Backup, name: old}}`, "", nil},
		{"source moved to the reference", "claim", `spec: {dataSource: {kind: PersistentVolumeClaim, name: old}}`,
			`spec: {dataSource: null, dataSourceRef: {kind: PersistentVolumeClaim, name: old}}`, "", nil},
		{"beta class annotation", "claim", `metadata: {annotations: {volume.beta.kubernetes.io/storage-class: a}}`,
			`metadata: {annotations: {volume.beta.kubernetes.io/storage-class: b}}`, "field is immutable",
			[]string{"metadata.annotations.volume.beta.kubernetes.io/storage-class"}},
		{"attributes class set", "claim", BoundClaim, `spec: {volumeAttributesClassName: gold}`, "", nil},
		{"attributes class while pending", "claim", "", `spec: {volumeAttributesClassName: gold}`, claimFrozen, []string{"spec"}},
		{"attributes class dropped", "claim", `spec: {volumeAttributesClassName: gold}`, `spec: {volumeAttributesClassName: null}`, claimFrozen, []string{"spec"}},
		{"applied attributes class dropped", "claim", `
spec: {volumeName: pv-1, volumeAttributesClassName: gold}
status: {phase: Bound, capacity: {storage: 8Gi}, currentVolumeAttributesClassName: gold}`, `spec: {volumeAttributesClassName: null}`,
			"update to nil is forbidden when status.currentVolumeAttributesClassName is not nil", []string{"spec.volumeAttributesClassName"}},
		{"labels", "claim", BoundClaim, `metadata: {labels: {a: b}, annotations: {helm.sh/resource-policy: keep}}`, "", nil},
		{"status is not ours to set", "claim", BoundClaim, `status: {phase: Lost}`, "", nil},
		{"status written to escape", "claim", "", `
status: {phase: Bound, capacity: {storage: 8Gi}}
spec: {resources: {requests: {storage: 9Gi}}}`, claimFrozen, nil},
	}
}

func volumeUpdates() []Update {
	const frozen = "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"
	affinity := func(zone string) string {
		return `spec: {nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [` + zone + `]}]}]}}}`
	}
	return []Update{
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
	}
}

func dataUpdates() []Update {
	const frozen = "field is immutable when `immutable` is set"
	return []Update{
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
	}
}

func metadataUpdates() []Update {
	return []Update{
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
	}
}
