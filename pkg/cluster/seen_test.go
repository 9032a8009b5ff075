package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const claimHead = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: prod}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 8Gi}}\n"

const deploymentHead = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web, v: one}}\n    spec: {containers: [{name: web, image: web}]}\n"

const serviceHead = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: prod}\nspec:\n  ports: [{port: 80}]\n"

func statefulSet(spec, templateLabels string) string {
	return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: prod}\nspec:\n  serviceName: db\n  selector: {matchLabels: {app: db}}\n" + spec +
		"  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: db}]}\n" +
		"  volumeClaimTemplates:\n  - metadata: {name: data, labels: {" + templateLabels + "}}\n    spec:\n      accessModes: [ReadWriteOnce]\n      resources: {requests: {storage: 8Gi}}\n"
}

func jobWith(label string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: prod}\nspec:\n  template:\n    metadata: {labels: {v: " + label + "}}\n    spec: {restartPolicy: Never, containers: [{name: j, image: j}]}\n"
}

// bound is the name that the first claim of a new cluster is bound to.
const bound = "pvc-00000000-0000-4000-8000-000000000001"

// TestSeenOnTheRealThing plays what was seen with real Helm binaries against a
// real API server (kube-apiserver and kube-controller-manager v1.37.1): each
// revision is sent in turn, and the last one is judged.
func TestSeenOnTheRealThing(t *testing.T) {
	const frozenClaim = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
	tests := []struct {
		name                   string
		revisions              []string
		clientSide, serverSide string // the refusal, or "" where it passes
	}{
		{
			name:       "bound volumeName goes (rollback)",
			revisions:  []string{claimHead, claimHead + "  volumeName: " + bound + "\n", claimHead},
			clientSide: frozenClaim,
		},
		{
			name:      "bound volumeName comes",
			revisions: []string{claimHead, claimHead + "  volumeName: " + bound + "\n"},
		},
		{
			name:       "volumeName empty in both",
			revisions:  []string{claimHead + "  volumeName: \"\"\n", claimHead + "  volumeName: \"\"\n"},
			clientSide: frozenClaim,
			serverSide: `Apply failed with 1 conflict: conflict with "kube-controller-manager" using v1: .spec.volumeName`,
		},
		{
			name:       "volumeName empty, then dropped",
			revisions:  []string{claimHead + "  volumeName: \"\"\n", claimHead},
			clientSide: frozenClaim,
		},
		{
			name:       "storageClassName null in both",
			revisions:  []string{claimHead + "  storageClassName: null\n", claimHead + "  storageClassName: null\n"},
			clientSide: frozenClaim,
			serverSide: frozenClaim,
		},
		{
			name:      "clusterIP empty in both",
			revisions: []string{serviceHead + "  clusterIP: \"\"\n", serviceHead + "  clusterIP: \"\"\n"},
		},
		{
			name:       "default strategy to Recreate",
			revisions:  []string{deploymentHead, deploymentHead + "  strategy: {type: Recreate, rollingUpdate: null}\n"},
			serverSide: "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
		},
		{
			name:       "default strategy to Recreate, without the null",
			revisions:  []string{deploymentHead, deploymentHead + "  strategy: {type: Recreate}\n"},
			serverSide: "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
		},
		{
			name:      "default strategy to no surge",
			revisions: []string{deploymentHead, deploymentHead + "  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n"},
		},
		{
			name:      "retention policy stated",
			revisions: []string{statefulSet("", "a: b"), statefulSet("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}\n", "a: b")},
		},
		{
			name:       "label of a claim template",
			revisions:  []string{statefulSet("", "a: b"), statefulSet("", "a: c")},
			clientSide: "spec.volumeClaimTemplates: Invalid value: ",
			serverSide: "spec.volumeClaimTemplates: Invalid value: ",
		},
		{
			name:       "selector",
			revisions:  []string{deploymentHead, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\nspec:\n  selector: {matchLabels: {app: web, v: one}}\n  template:\n    metadata: {labels: {app: web, v: one}}\n    spec: {containers: [{name: web, image: web}]}\n"},
			clientSide: "field is immutable",
			serverSide: "field is immutable",
		},
		{
			name:       "template of a Job",
			revisions:  []string{jobWith("one"), jobWith("two")},
			clientSide: "spec.template: Invalid value: ",
			serverSide: "spec.template: Invalid value: ",
		},
	}
	for _, test := range tests {
		for mode, want := range map[lifecycle.Mode]string{lifecycle.ClientSide: test.clientSide, lifecycle.ServerSide: test.serverSide} {
			t.Run(test.name+" "+string(mode), func(t *testing.T) {
				c := New()
				var previous map[string]any
				var verdict lifecycle.Verdict
				for i, revision := range test.revisions {
					stream, err := manifest.Parse([]byte(revision))
					require.NoError(t, err)
					next := stream.Objects()[0].Fields
					if previous == nil {
						verdict = c.Create(mode, next)
					} else {
						_, verdict = c.Update(mode, previous, next)
					}
					if i+1 < len(test.revisions) {
						require.False(t, verdict.Refused, verdict.Message)
					}
					previous = next
					c.Settle()
				}
				assert.Equal(t, want != "", verdict.Refused, verdict.Message)
				assert.Contains(t, verdict.Message, want)
			})
		}
	}
}
