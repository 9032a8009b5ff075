package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

// TestMessages pins whole texts: what a user greps for.
func TestMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change
		message string
	}{
		{change{Base: "claim", Live: apicases.BoundClaim, Change: `spec: {volumeName: null}`},
			"PersistentVolumeClaim \"data\" is invalid: " + claimFrozen + "\n" +
				"@@ -9,7 +9,7 @@\n    \"storage\": \"8Gi\"\n   }\n  },\n- \"VolumeName\": \"pv-1\",\n+ \"VolumeName\": \"\",\n" +
				"  \"StorageClassName\": \"std\",\n  \"VolumeMode\": \"Filesystem\",\n  \"DataSource\": null,\n"},
		{change{Base: "statefulset", Change: `spec: {serviceName: other, podManagementPolicy: Parallel}`},
			`StatefulSet.apps "db" is invalid: [spec.serviceName: Invalid value: "other": field is immutable, ` +
				`spec.podManagementPolicy: Invalid value: "Parallel": field is immutable]`},
		{change{Base: "storageclass", Change: `{provisioner: other.example.com, reclaimPolicy: Retain}`},
			`StorageClass.storage.k8s.io "fast" is invalid: [provisioner: Invalid value: null: field is immutable, ` +
				`reclaimPolicy: Invalid value: null: field is immutable]`},
		{change{Base: "rolebinding", Change: `roleRef: {name: writer}`},
			`RoleBinding.rbac.authorization.k8s.io "b" is invalid: roleRef: Invalid value: ` +
				`{"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"writer"}: field is immutable`},
		{change{Base: "job", Change: `spec: {completions: 2}`},
			`Job.batch "migrate" is invalid: spec.completions: Invalid value: 2: field is immutable`},
		{change{Base: "service", Live: apicases.Allocated, Change: `spec: {clusterIP: None}`},
			`Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set`},
		{change{Base: "secret", Change: `type: kubernetes.io/basic-auth`},
			`Secret "s" is invalid: type: Invalid value: "kubernetes.io/basic-auth": field is immutable`},
	} {
		_, v := c.judge(t)
		assert.Equal(t, c.message, v.Message)
	}
}
