package cluster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// others are the kinds of charts that the simulation stores without validation,
// but for what it knows to be frozen. ${n} is a word that is the test's own.
var others = map[string]string{
	"definition": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: "gadgets.${n}.example.com"}
spec:
  group: ${n}.example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}`,
	"api service": `
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: "v9.${n}.example.com"}
spec: {group: "${n}.example.com", version: v9, groupPriorityMinimum: 10, versionPriority: 10, insecureSkipTLSVerify: true, service: {name: a, namespace: nowhere}}`,
	"resource claim": `
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: gpu}
spec: {devices: {requests: [{name: a, exactly: {deviceClassName: gpu}}]}}`,
	"resource claim template": `
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu}
spec: {spec: {devices: {requests: [{name: a, exactly: {deviceClassName: gpu}}]}}}`,
	"resource slice": `
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: "${n}"}
spec: {driver: d.example.com, pool: {name: p, generation: 1, resourceSliceCount: 1}, nodeName: node-1, devices: []}`,
	"device class": `
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: "${n}"}
spec: {}`,
	"migration": `
apiVersion: storagemigration.k8s.io/v1
kind: StorageVersionMigration
metadata: {name: "${n}"}
spec: {resource: {group: apps, resource: deployments}}`,
	"snapshot": `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: s}
spec: {source: {persistentVolumeClaimName: data, volumeSnapshotContentName: data}}`,
	"snapshot content": `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotContent
metadata: {name: "${n}"}
spec: {source: {snapshotHandle: a, volumeHandle: a}, sourceVolumeMode: Filesystem}`,
	"group snapshot class": `
apiVersion: groupsnapshot.storage.k8s.io/v1
kind: VolumeGroupSnapshotClass
metadata: {name: "${n}"}
deletionPolicy: Delete
driver: d.example.com
parameters: {a: b}`,
	"validating webhook": `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: "${n}"}
webhooks:
- {name: hook.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, namespaceSelector: {matchLabels: {no: namespace}},
   clientConfig: {service: {name: a, namespace: nowhere}}, rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [none]}]}`,
	"mutating webhook": `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: "${n}"}
webhooks:
- {name: hook.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, namespaceSelector: {matchLabels: {no: namespace}},
   clientConfig: {service: {name: a, namespace: nowhere}}, rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [none]}]}`,
	"admission policy": `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: "${n}"}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [none]}]}
  validations: [{expression: "true"}]`,
	"flow schema": `
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: "${n}"}
spec: {priorityLevelConfiguration: {name: catch-all}, matchingPrecedence: 9000}`,
	"default priority": `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: "${n}"}
value: 1`,
}

// TestOthers creates what is valid and changes what is frozen.
func TestOthers(t *testing.T) {
	defineOnce := func(group, plural, kind, scope, schema string) {
		ensure(t, parsed(t, fmt.Sprintf(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[2]s.%[1]s, annotations: {api-approved.kubernetes.io: "unapproved, for tests"}}
spec:
  group: %[1]s
  scope: %[4]s
  names: {kind: %[3]s, plural: %[2]s}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: %[5]s}}]`, group, plural, kind, scope, schema)))
	}
	frozen := func(name string) string {
		return name + `: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: ` + name + ` is immutable}]}`
	}
	onceSet := func(name string) string {
		return name + `: {type: string, x-kubernetes-validations: [{rule: self == oldSelf, message: ` + name + ` is immutable once set}]}`
	}
	defineOnce("snapshot.storage.k8s.io", "volumesnapshots", "VolumeSnapshot", "Namespaced",
		`{type: object, properties: {spec: {type: object, properties: {source: {type: object, properties: {`+
			frozen("persistentVolumeClaimName")+`, `+frozen("volumeSnapshotContentName")+`}}}}}}`)
	defineOnce("snapshot.storage.k8s.io", "volumesnapshotcontents", "VolumeSnapshotContent", "Cluster",
		`{type: object, properties: {spec: {type: object, properties: {`+frozen("sourceVolumeMode")+`, source: {type: object, properties: {`+
			frozen("snapshotHandle")+`, `+frozen("volumeHandle")+`}}}}}}`)
	defineOnce("groupsnapshot.storage.k8s.io", "volumegroupsnapshotclasses", "VolumeGroupSnapshotClass", "Cluster",
		`{type: object, properties: {`+onceSet("deletionPolicy")+`, `+onceSet("driver")+`, parameters: {type: object, additionalProperties: {type: string}, `+
			`x-kubernetes-validations: [{rule: self == oldSelf, message: parameters are immutable once set}]}}}`)

	tests := []struct{ base, change string }{
		{"definition", `metadata: {labels: {a: b}}`},
		{"definition", `spec: {group: other.example.com}`},
		{"definition", `spec: {names: {plural: gizmos}}`},
		{"definition", `spec: {names: {kind: Gizmo}}`},
		{"definition", `spec: {names: {shortNames: [gg], categories: [all]}}`},
		{"definition", `spec: {scope: Cluster}`},
		{"definition", `spec: {preserveUnknownFields: true}`},
		{"definition", `spec: {versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}`},
		{"definition", `spec: {versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}`},
		{"definition", `spec: {versions: [{name: v1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}},
			{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}`},
		{"api service", `spec: {version: v8}`},
		{"api service", `spec: {group: other.example.com}`},
		{"api service", `spec: {versionPriority: 11}`},
		{"resource claim", `spec: {devices: {requests: [{name: b, exactly: {deviceClassName: gpu}}]}}`},
		{"resource claim", `metadata: {labels: {a: b}}`},
		{"resource claim template", `spec: {spec: {devices: {requests: [{name: b, exactly: {deviceClassName: gpu}}]}}}`},
		{"resource slice", `spec: {driver: e.example.com}`},
		{"resource slice", `spec: {pool: {name: q}}`},
		{"resource slice", `spec: {nodeName: node-2}`},
		{"device class", `spec: {selectors: [{cel: {expression: "true"}}]}`},
		{"migration", `spec: {resource: {resource: statefulsets}}`},
		{"snapshot", `spec: {source: {persistentVolumeClaimName: other}}`},
		{"snapshot", `spec: {source: {volumeSnapshotContentName: other}}`},
		{"snapshot", `metadata: {labels: {a: b}}`},
		{"snapshot content", `spec: {source: {snapshotHandle: other}}`},
		{"snapshot content", `spec: {source: {volumeHandle: other}}`},
		{"snapshot content", `spec: {sourceVolumeMode: Block}`},
		{"group snapshot class", `deletionPolicy: Retain`},
		{"group snapshot class", `driver: other.example.com`},
		{"group snapshot class", `parameters: {a: c}`},
		{"validating webhook", `metadata: {labels: {a: b}}`},
		{"mutating webhook", `metadata: {labels: {a: b}}`},
		{"admission policy", `spec: {failurePolicy: Ignore}`},
		{"flow schema", `spec: {matchingPrecedence: 9001}`},
		{"default priority", `description: x`},
	}
	for i, test := range tests {
		for _, mode := range lifecycle.Modes() {
			t.Run(fmt.Sprintf("%s/%d/%s", test.base, i, mode), func(t *testing.T) {
				t.Parallel()
				namespace := newNamespace(t)
				base := object(t, expand(others[test.base], "n", namespace))
				if id := identify(base); id.Kind == "CustomResourceDefinition" || id.Kind == "APIService" {
					delete(base["metadata"].(map[string]any), "namespace")
				} else {
					base = placed(base, namespace)
				}
				p := newPair(t, mode)
				require.Equal(t, answer{}, p.create(base))
				t.Cleanup(func() { p.server.remove(base) })
				if identify(base).Kind == "CustomResourceDefinition" {
					p.server.await("the definition to be established", func(context.Context) (bool, error) {
						return strings.Contains(text(p.server.get(base)), "type: Established"), nil
					})
				}
				next := overlay(t, base, test.change)
				p.update(base, base)
				if p.update(base, next).refused {
					p.update(base, base)
				} else {
					p.update(next, next)
				}
			})
		}
	}
}

// remove does not wait, and may be called when the test has ended.
func (r real) remove(o map[string]any) {
	_ = r.resource(o).Delete(context.WithoutCancel(r.t.Context()), identify(o).Name, metav1.DeleteOptions{})
}

// TestDefaultPriority has two classes that want to be the default.
func TestDefaultPriority(t *testing.T) {
	for _, mode := range lifecycle.Modes() {
		t.Run(string(mode), func(t *testing.T) { // one after the other: the cluster has one default
			p := newPair(t, mode)
			namespace := newNamespace(t)
			first := object(t, expand(others["default priority"], "n", namespace+"-a"))
			second := object(t, expand(others["default priority"], "n", namespace+"-b"))
			for _, o := range []map[string]any{first, second} {
				delete(o["metadata"].(map[string]any), "namespace")
				t.Cleanup(func() { p.server.remove(o) })
			}
			require.Equal(t, answer{}, p.create(overlay(t, first, `globalDefault: true`)))
			assert.True(t, p.create(overlay(t, second, `globalDefault: true`)).refused)
			require.Equal(t, answer{}, p.create(second))
			assert.True(t, p.update(second, overlay(t, second, `globalDefault: true`)).refused)
			p.delete(first)
			p.update(second, overlay(t, second, `globalDefault: true`))
		})
	}
}

// TestTerminating changes what waits for a finalizer.
func TestTerminating(t *testing.T) {
	tests := []struct{ name, change string }{
		{"finalizer added", `metadata: {finalizers: [example.com/hold, example.com/more]}`},
		{"label", `metadata: {labels: {a: b}}`},
		{"value", `data: {a: c}`},
	}
	for _, test := range tests {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				base := placed(overlay(t, object(t, apicases.Bases["configmap"]), `metadata: {finalizers: [example.com/hold]}`), newNamespace(t))
				require.Equal(t, answer{}, p.create(base))
				p.sim.delete(base)
				p.server.remove(base)
				require.NotNil(t, p.sim.get(base))
				require.NotNil(t, p.server.get(base))
				p.update(base, overlay(t, base, test.change))
			})
		}
	}
}

// TestScopes asks the API server of every kind that it serves whether it has
// namespaces.
func TestScopes(t *testing.T) {
	kinds, err := server.Kinds()
	require.NoError(t, err)
	checked := 0
	for _, k := range kinds {
		if !manifest.BuiltIn(k.Group) {
			continue
		}
		checked++
		assert.Equal(t, !k.Namespaced, manifest.ClusterScoped(k.Group, k.Kind), "%s/%s has no namespace", k.Group, k.Kind)
	}
	assert.Greater(t, checked, 60)
}
