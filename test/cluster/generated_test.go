package cluster_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// TestGenerated takes what each chart of testdata renders, edits it at random
// and sends one revision after the other. The edits are the same in every run.
func TestGenerated(t *testing.T) {
	const revisions = 12
	judge := apiserver.New()
	for _, chart := range charts(t) {
		for i, o := range rendered(t, chart) {
			if !judge.Known(o.APIVersion, o.Kind) {
				continue // the simulation stores it as it is
			}
			for _, mode := range lifecycle.Modes() {
				t.Run(fmt.Sprintf("%s/%d-%s/%s", chart, i, o.Kind, mode), func(t *testing.T) {
					t.Parallel()
					namespace := newNamespace(t)
					original := placed(clone(o.Fields), namespace)
					keepToItself(original, namespace)
					e := newEditor(t)
					p := newPair(t, mode)
					current := e.edited(original)
					if p.create(current).refused {
						current = original
						if p.create(current).refused {
							return
						}
					}
					for range revisions {
						// Charts change little by little, and at times back.
						from := current
						if e.chance(0.3) {
							from = original
						}
						next := e.edited(from)
						if !p.update(current, next).refused {
							current = next
						}
					}
				})
			}
		}
	}
}

// keepToItself ties a claim to the volume of its own test, and a volume to a
// claim that no test makes: volumes have no namespace, and a claim of another
// test would be bound to one that is free.
func keepToItself(o map[string]any, namespace string) {
	spec := manifest.MapAt(o, "spec")
	switch manifest.StringAt(o, "kind") {
	case "PersistentVolumeClaim":
		if name := manifest.StringAt(spec, "volumeName"); name != "" {
			spec["volumeName"] = name + "-" + namespace
		}
	case "PersistentVolume":
		spec["claimRef"] = map[string]any{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": namespace, "name": "none"}
	}
}

// charts are the charts of testdata that render.
func charts(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(chartPath(""))
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "broken" {
			names = append(names, e.Name())
		}
	}
	return names
}

func chartPath(name string) string { return filepath.Join(repository, "testdata", "charts", name) }

func rendered(t *testing.T, chart string) []*manifest.Object {
	t.Helper()
	loaded, err := render.Load(chartPath(chart))
	require.NoError(t, err)
	renderer, err := loaded.Renderer(render.Options{})
	require.NoError(t, err)
	rendering, err := renderer.Render(t.Context(), lifecycle.Inputs{Release: lifecycle.Release{Name: "demo", Namespace: "demo"}, Revision: 1})
	require.NoError(t, err)
	return rendering.Stream.Objects()
}

// editor edits objects at random.
type editor struct {
	t *testing.T
	*rand.Rand
}

// newEditor makes the same editor for the same test.
func newEditor(t *testing.T) editor {
	h := fnv.New64a()
	_, _ = h.Write([]byte(t.Name()))
	return editor{t, rand.New(rand.NewPCG(h.Sum64(), 1))}
}

func (e editor) chance(p float64) bool { return e.Float64() < p }

// edited returns a copy of an object with one to three edits.
func (e editor) edited(o map[string]any) map[string]any {
	o = clone(o)
	for range 1 + e.IntN(3) {
		places := editable(nil, nil, o)
		if len(places) == 0 || e.chance(0.35) {
			e.addKnown(o)
			continue
		}
		e.change(places[e.IntN(len(places))])
	}
	return o
}

// place is a value in an object. What makes it another object is none.
type place struct {
	holder map[string]any // nil where list is set
	key    string
	list   []any
	index  int
}

func (p place) value() any {
	if p.list != nil {
		return p.list[p.index]
	}
	return p.holder[p.key]
}

func (p place) set(value any) {
	if p.list != nil {
		p.list[p.index] = value
		return
	}
	p.holder[p.key] = value
}

func editable(places []place, path []string, value any) []place {
	switch v := value.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			if len(path) == 0 && (key == "apiVersion" || key == "kind") ||
				len(path) == 1 && path[0] == "metadata" && (key == "name" || key == "namespace") {
				continue
			}
			if len(path) > 0 || key != "metadata" {
				places = append(places, place{holder: v, key: key})
			}
			places = editable(places, append(slices.Clone(path), key), v[key])
		}
	case []any:
		for i, item := range v {
			places = append(places, place{list: v, index: i})
			places = editable(places, append(slices.Clone(path), "[]"), item)
		}
	}
	return places
}

func (e editor) change(p place) {
	switch n := e.IntN(10); {
	case n < 2 && p.list == nil:
		delete(p.holder, p.key)
		return
	case n < 3:
		p.set(nil)
		return
	}
	switch v := p.value().(type) {
	case string:
		p.set([]any{"", v + "x", "9Gi", "other", v}[e.IntN(5)])
	case int64:
		p.set([]any{v + 1, v - 1, int64(0), fmt.Sprint(v)}[e.IntN(4)])
	case bool:
		p.set(!v)
	case nil:
		p.set("x")
	case map[string]any:
		if e.chance(0.5) {
			p.set(map[string]any{})
		} else {
			v["added"] = "x"
		}
	case []any:
		switch {
		case len(v) == 0 || e.chance(0.3):
			p.set([]any{})
		case e.chance(0.5):
			p.set(append(slices.Clone(v), v[0]))
		default:
			p.set(v[:len(v)-1])
		}
	}
}

// addKnown lays over the object something that charts have in their kind.
func (e editor) addKnown(o map[string]any) {
	known := append(slices.Clone(additions[manifest.StringAt(o, "kind")]), additions[""]...)
	merge(o, parsed(e.t, known[e.IntN(len(known))]))
}

const podSettings = `spec: {template: {spec: {nodeSelector: {disk: ssd}, terminationGracePeriodSeconds: 5, affinity: {}, securityContext: {fsGroup: 1}}}}`

// additions are by kind, those of "" are for all.
var additions = map[string][]string{
	"": {
		`metadata: {labels: {app: other, helm.sh/chart: x-2}}`,
		`metadata: {labels: null}`,
		`metadata: {annotations: {helm.sh/resource-policy: keep}}`,
		`metadata: {annotations: {checksum/config: ""}}`,
		`metadata: {finalizers: [example.com/hold]}`,
		`unknown: {a: b}`,
	},
	"PersistentVolumeClaim": {
		`spec: {volumeName: ""}`, `spec: {volumeName: "${live}"}`, `spec: {volumeName: null}`, `spec: {storageClassName: ""}`,
		`spec: {storageClassName: null}`, `spec: {storageClassName: standard}`, `spec: {resources: {requests: {storage: 10Gi}}}`,
		`spec: {resources: {requests: {storage: 1Gi}}}`, `spec: {accessModes: [ReadWriteMany]}`, `spec: {volumeMode: Filesystem}`, `spec: {volumeMode: null}`,
		`spec: {selector: {matchLabels: {a: b}}}`, `spec: {dataSource: {kind: PersistentVolumeClaim, name: other}}`,
	},
	"StatefulSet": {
		`spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}}`, `spec: {persistentVolumeClaimRetentionPolicy: null}`,
		`spec: {podManagementPolicy: Parallel}`, `spec: {podManagementPolicy: OrderedReady}`, `spec: {podManagementPolicy: null}`, `spec: {serviceName: other}`, `spec: {replicas: 2}`, `spec: {replicas: null}`,
		`spec: {updateStrategy: {type: OnDelete}}`, `spec: {updateStrategy: {type: RollingUpdate}}`, `spec: {updateStrategy: {type: OnDelete, rollingUpdate: null}}`, `spec: {ordinals: {start: 1}}`, `spec: {minReadySeconds: 1}`, `spec: {revisionHistoryLimit: null}`,
		podSettings,
	},
	"Deployment": {
		`spec: {strategy: {type: Recreate}}`, `spec: {strategy: {type: Recreate, rollingUpdate: null}}`, `spec: {strategy: {type: RollingUpdate}}`, `spec: {strategy: null}`,
		`spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}`, `spec: {strategy: {rollingUpdate: {}}}`, `spec: {replicas: 2}`, `spec: {replicas: null}`, `spec: {paused: true}`,
		`spec: {selector: {matchLabels: {app: other}}, template: {metadata: {labels: {app: other}}}}`, `spec: {selector: null}`, podSettings,
	},
	"DaemonSet": {`spec: {updateStrategy: {type: OnDelete}}`, `spec: {updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}}`, podSettings},
	"Service": {
		`spec: {clusterIP: ""}`, `spec: {clusterIP: None}`, `spec: {clusterIP: "${live}"}`, `spec: {clusterIP: null}`, `spec: {type: NodePort}`, `spec: {type: LoadBalancer}`, `spec: {type: ClusterIP}`, `spec: {type: null}`,
		`spec: {externalTrafficPolicy: Local}`, `spec: {sessionAffinity: ClientIP}`, `spec: {publishNotReadyAddresses: true}`, `spec: {selector: null}`,
	},
	"Secret":    {`stringData: {extra: text}`, `immutable: true`, `immutable: null`, `data: {extra: dGV4dA==}`, `data: null`, `type: Opaque`, `type: kubernetes.io/basic-auth`},
	"ConfigMap": {`immutable: true`, `immutable: null`, `data: {extra: text}`, `data: null`, `binaryData: {extra: dGV4dA==}`},
	"Job": {
		`spec: {backoffLimit: 1}`, `spec: {ttlSecondsAfterFinished: 600}`, `spec: {template: {metadata: {labels: {v: "2"}}}}`, `spec: {parallelism: 2}`, `spec: {completions: 2}`, podSettings,
	},
	"CronJob": {`spec: {schedule: "0 0 * * *"}`, `spec: {concurrencyPolicy: Forbid}`, `spec: {suspend: true}`, `spec: {suspend: null}`, `spec: {schedule: ""}`},
}
