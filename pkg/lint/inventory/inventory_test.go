package inventory

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const objects = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared}
spec: {accessModes: [ReadWriteOnce, ReadWriteMany]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  template:
    metadata: {labels: {app: db}}
    spec:
      volumes:
      - {name: own, persistentVolumeClaim: {claimName: hidden}}
      - {name: other, persistentVolumeClaim: {claimName: data, readOnly: true}}
      - {name: files, secret: {secretName: s1}}
      - {name: both, projected: {sources: [{secret: {name: s2}}, {configMap: {name: c}}]}}
      containers:
      - volumeMounts: [{name: own, mountPath: /data}, {name: own, mountPath: /data, subPath: x}]
        env: [{name: A, valueFrom: {secretKeyRef: {name: s3, key: k}}}, {name: B, value: b}]
        envFrom: [{secretRef: {name: s1}}, {configMapRef: {name: c}}]
  volumeClaimTemplates:
  - {metadata: {name: own}, spec: {accessModes: [ReadWriteOncePod]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: dropped, annotations: {helm.sh/hook: crd-install}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: a, namespace: far}
`

func taken(t *testing.T) *Inventory {
	t.Helper()
	stream, err := manifest.Parse([]byte(objects))
	require.NoError(t, err)
	return New(lifecycle.Release{Name: "rel", Namespace: "prod"}, stream.Objects())
}

func TestClaims(t *testing.T) {
	inv := taken(t)
	set := inv.Workloads[0].Object
	for name, found := range map[string]bool{"data": true, "own-db-0": true, "own-db-12": true, "own-db-": false, "own-db-x": false, "hidden": false} {
		assert.Equal(t, found, inv.FindClaim(set, name) != nil, name)
	}
	assert.Len(t, inv.MountedBy(inv.FindClaim(set, "data")), 1)
	assert.Empty(t, inv.MountedBy(inv.FindClaim(set, "shared")))
	exclusive := func(name string) [2]bool {
		node, pod := inv.FindClaim(set, name).Exclusive()
		return [2]bool{node, pod}
	}
	assert.Equal(t, [2]bool{true, false}, exclusive("data"))
	assert.Equal(t, [2]bool{false, false}, exclusive("shared"))
	assert.Equal(t, [2]bool{true, true}, exclusive("own-db-0"))
}

func TestWorkload(t *testing.T) {
	w := taken(t).Workloads[0]
	assert.Equal(t, int64(1), w.Replicas())
	assert.True(t, w.RunsForever() && w.MountsClaims())
	assert.Equal(t, []string{"s1", "s2", "s3"}, w.Secrets())
	require.Len(t, w.Volumes, 4, "the claim template takes the place of the volume of its name")
	assert.Equal(t, &Volume{Name: "own", Path: manifest.Path{"spec", "volumeClaimTemplates", 0}, Claim: "own-db-0", Template: true, MountPaths: []string{"/data"}, Written: true}, w.Volumes[0])
	assert.True(t, w.Volumes[1].ReadOnly)
	assert.Equal(t, "spec.template.spec.volumes[1]", w.Volumes[1].Path.String())
}

func TestObjects(t *testing.T) {
	inv := taken(t)
	assert.Len(t, inv.Objects, 4, "Helm drops what has a hook event that it does not know")
	require.Len(t, inv.CustomResources(), 1)
	thing := inv.CustomResources()[0]
	assert.Equal(t, "far", inv.Namespace(thing))
	assert.False(t, inv.SameNamespace(thing, inv.Objects[0]))
	inv.Release = lifecycle.Release{}
	assert.True(t, inv.SameNamespace(thing, inv.Objects[0]), "who knows where the release is")
}

func TestWritten(t *testing.T) {
	stream, err := manifest.Parse([]byte(`apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  volumes:
  - {name: read, persistentVolumeClaim: {claimName: a}}
  - {name: frozen, persistentVolumeClaim: {claimName: b, readOnly: true}}
  - {name: once, persistentVolumeClaim: {claimName: c}}
  - {name: unused, persistentVolumeClaim: {claimName: d}}
  - {name: scratch, emptyDir: {}}
  - {name: null-scratch, emptyDir: }
  initContainers:
  - volumeMounts: [{name: once, mountPath: /once}]
  containers:
  - volumeMounts: [{name: read, mountPath: /read, readOnly: true}, {name: frozen, mountPath: /frozen}, {name: once, mountPath: /once, readOnly: true}]
`))
	require.NoError(t, err)
	written, empty := []bool{}, []bool{}
	for _, v := range New(lifecycle.Release{}, stream.Objects()).Workloads[0].Volumes {
		written, empty = append(written, v.Written), append(empty, v.EmptyDir)
	}
	assert.Equal(t, []bool{false, false, true, false, false, false}, written)
	assert.Equal(t, []bool{false, false, false, false, true, true}, empty)
}

func TestAutoscalerOf(t *testing.T) {
	const target = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {}}}
---
`
	for text, want := range map[string][2]int64{
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 5}\n":                      {1, 5},
		"apiVersion: autoscaling/v2beta1\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 3}\n": {2, 3},
		"apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: h}\nspec: {scaleTargetRef: {name: web}}\n":                                                                 {0, 100},
		"apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: h}\nspec: {scaleTargetRef: {name: web}, minReplicaCount: 1, maxReplicaCount: 2}\n":                         {1, 2},
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {kind: StatefulSet, name: web}, maxReplicas: 5}\n":                     {},
		"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: far}\nspec: {scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 5}\n":      {},
	} {
		stream, err := manifest.Parse([]byte(target + text))
		require.NoError(t, err)
		inv := New(lifecycle.Release{Namespace: "prod"}, stream.Objects())
		a := inv.AutoscalerOf(inv.Workloads[0])
		if want == [2]int64{} {
			assert.Nil(t, a, text)
			continue
		}
		require.NotNil(t, a, text)
		assert.Equal(t, want, [2]int64{a.Min, a.Max}, text)
	}
}
