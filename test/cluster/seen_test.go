package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestRevisions sends the revisions of one object in turn, as a chart that
// changes, with what the controllers do in between. It is how the failures that
// users have met come about.
func TestRevisions(t *testing.T) {
	const claim = "claim"
	tests := []struct {
		name      string
		base      string
		revisions []string // laid over the base
	}{
		{"bound volume named, then dropped (rollback)", claim, []string{`{}`, `spec: {volumeName: "${live}"}`, `{}`}},
		{"volume named from the start", claim, []string{`spec: {volumeName: "${namespace}"}`, `spec: {volumeName: "${namespace}"}`, `{}`}},
		{"volume emptied in both", claim, []string{`spec: {volumeName: ""}`, `spec: {volumeName: ""}`}},
		{"volume emptied, then dropped", claim, []string{`spec: {volumeName: ""}`, `{}`, `{}`}},
		{"volume emptied later", claim, []string{`{}`, `spec: {volumeName: ""}`, `{}`}},
		{"class null in both", claim, []string{`spec: {storageClassName: null}`, `spec: {storageClassName: null}`}},
		{"class null later", claim, []string{`{}`, `spec: {storageClassName: null}`}},
		{"class named, then dropped", claim, []string{`spec: {storageClassName: standard}`, `{}`, `spec: {storageClassName: ""}`}},
		{"default class named later", claim, []string{`{}`, `spec: {storageClassName: standard}`, `{}`}},
		{"grown, then back", claim, []string{`{}`, `spec: {resources: {requests: {storage: 9Gi}}}`, `{}`}},
		{"address emptied in both", "service", []string{`spec: {clusterIP: ""}`, `spec: {clusterIP: ""}`, `{}`}},
		{"address looked up, then dropped", "service", []string{`{}`, `spec: {clusterIP: "${live}"}`, `{}`}},
		{"to headless", "service", []string{`{}`, `spec: {clusterIP: None}`, `spec: {clusterIP: ""}`}},
		{"from headless", "headless service", []string{`{}`, `spec: {clusterIP: null}`, `spec: {clusterIP: ""}`}},
		{"default strategy to Recreate, with null", "deployment", []string{`{}`, `spec: {strategy: {type: Recreate, rollingUpdate: null}}`, `{}`}},
		{"default strategy to Recreate", "deployment", []string{`{}`, `spec: {strategy: {type: Recreate}}`, `spec: {strategy: {type: RollingUpdate}}`}},
		{"Recreate to the default", "deployment", []string{`spec: {strategy: {type: Recreate}}`, `{}`, `spec: {strategy: {type: Recreate}}`}},
		{"default strategy to no surge", "deployment", []string{`{}`, `spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}`, `{}`}},
		{"retention stated", "statefulset", []string{`{}`, `spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}}`, `{}`}},
		{"retention of Delete", "statefulset", []string{`{}`, `spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}}`, `{}`}},
		{"label of a claim template", "statefulset", []string{`{}`,
			`spec: {volumeClaimTemplates: [{metadata: {name: data, labels: {version: "2"}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}}]}`, `{}`}},
		{"keep added and taken away", claim, []string{`{}`, `metadata: {annotations: {helm.sh/resource-policy: keep}}`, `{}`}},
	}
	for _, test := range tests {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				namespace := newNamespace(t)
				var previous map[string]any
				for _, revision := range test.revisions {
					next := placed(overlay(t, object(t, apicases.Bases[test.base]), expand(revision, "namespace", namespace)), namespace)
					if previous == nil {
						require.False(t, p.create(next).refused)
						previous = next
						continue
					}
					if !p.update(previous, next).refused {
						previous = next
					}
				}
			})
		}
	}
}
