package rules_test

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// applications is a stream of so many of what a release may have one of. Alike, they
// have the same labels.
func applications(t *testing.T, n int, alike bool) *manifest.Stream {
	t.Helper()
	const one = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-%[1]d}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app-%[1]d}
spec:
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata: {labels: {app: app-%[1]d}}
    spec:
      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: {app: app-%[1]d}}}]}}
      containers: [{name: app, image: "app:1", ports: [{containerPort: 80}], volumeMounts: [{name: data, mountPath: /data}], envFrom: [{secretRef: {name: secret-%[1]d}}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data-%[1]d}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: set-%[1]d}
spec:
  serviceName: set-N
  selector: {matchLabels: {app: set-%[1]d}}
  template:
    metadata: {labels: {app: set-%[1]d}}
    spec: {containers: [{name: app, image: "app:1", ports: [{containerPort: 443}], volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: v1
kind: Service
metadata: {name: app-%[1]d}
spec: {selector: {app: app-%[1]d}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: set-%[1]d}
spec: {clusterIP: None, selector: {app: set-%[1]d}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: idle-%[1]d}
spec: {selector: {idle: app-%[1]d}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: mixed-%[1]d}
spec: {selector: {app: app-%[1]d}, ports: [{port: 80}, {port: 443}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: app-%[1]d}
spec: {minAvailable: 1, selector: {matchLabels: {app: app-%[1]d}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: app-%[1]d}
spec: {maxReplicas: 1, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: app-%[1]d}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: thing-%[1]d, finalizers: [example.com/finish]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: hook-%[1]d, annotations: {helm.sh/hook: pre-upgrade}}
spec: {template: {metadata: {labels: {app: app-%[1]d}}, spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}
---
apiVersion: v1
kind: Secret
metadata: {name: secret-%[1]d}
stringData: {a: b}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: job-%[1]d}
spec: {schedule: "@daily", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1", volumeMounts: [{name: data, mountPath: /data}]}], volumes: [{name: data, persistentVolumeClaim: {claimName: data-%[1]d}}]}}}}}
`
	var b strings.Builder
	for i := range n {
		text := fmt.Sprintf(one, i)
		if alike {
			text = regexp.MustCompile(`app: (app|set)-\d+}`).ReplaceAllString(text, "app: one}")
		}
		b.WriteString(text)
	}
	stream, err := manifest.Parse([]byte(b.String()))
	require.NoError(t, err)
	return stream
}

// TestRulesAreLinear: what a rule does for each object with each other one shows in
// what it allocates, which is the same in every run; time is not.
func TestRulesAreLinear(t *testing.T) {
	const few, times = 60, 4
	for _, labels := range []string{"own", "common"} {
		for _, rule := range rules.All() {
			t.Run(rule.Name+" with "+labels+" labels", func(t *testing.T) {
				allocated := func(n int) (objects, bytes float64) {
					stream := applications(t, n, labels == "common")
					var before, after runtime.MemStats
					runtime.ReadMemStats(&before)
					lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rule})
					runtime.ReadMemStats(&after)
					return float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)
				}
				allocated(few) // what is made once
				objects, bytes := allocated(few)
				moreObjects, moreBytes := allocated(few * times)
				assert.Less(t, moreObjects, 1.5*times*objects)
				assert.Less(t, moreBytes, 1.5*times*bytes)
			})
		}
	}
}
