package apiserver

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreateAcceptsTheBases(t *testing.T) {
	t.Parallel()
	for name := range bases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := New()
			manifest := object(t, bases[name])
			before := deepCopy(manifest)
			out, v := j.Create(manifest)
			require.Falsef(t, v.Refused, "%s", v.Message)
			assert.Equal(t, before, manifest, "the manifest must not be changed")
			assert.Equal(t, manifest["apiVersion"], out["apiVersion"])
			assert.Equal(t, manifest["kind"], out["kind"])
			assertPlain(t, out)

			again, v := j.Update(out, out)
			require.Falsef(t, v.Refused, "%s", v.Message)
			assert.Equal(t, out, again, "what is stored is stored again unchanged")
		})
	}
}

// assertPlain checks that an object is made of what JSON has.
func assertPlain(t *testing.T, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		for _, item := range v {
			assertPlain(t, item)
		}
	case []any:
		for _, item := range v {
			assertPlain(t, item)
		}
	case nil, string, bool, int64, float64:
	default:
		t.Errorf("%T in a stored object", value)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, base, change, refused, field string }{
		{"mount without its volume", "deployment",
			`spec: {template: {spec: {containers: [{name: web, image: nginx, volumeMounts: [{name: data, mountPath: /data}]}]}}}`,
			`Deployment.apps "web" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"`,
			"spec.template.spec.containers[0].volumeMounts[0].name"},
		{"mount without its claim template", "statefulset", `spec: {volumeClaimTemplates: null}`,
			`spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"`, ""},
		{"selector misses the labels", "deployment", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", "spec.template.metadata.labels"},
		{"selector misses the labels", "statefulset", `spec: {template: {metadata: {labels: {app: other}}}}`,
			"`selector` does not match template `labels`", "spec.template.metadata.labels"},
		{"no selector", "deployment", `spec: {selector: null}`, "spec.selector: Required value", "spec.selector"},
		{"upper case name", "deployment", `metadata: {name: Web}`,
			`metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of`, "metadata.name"},
		{"underscore in a name", "claim", `metadata: {name: my_data}`, "a lowercase RFC 1123 subdomain", "metadata.name"},
		{"Service name that starts with a digit", "service", `metadata: {name: 1web}`, "", ""},
		{"no name", "configmap", `metadata: {name: null}`, "metadata.name: Required value: name or generateName is required", "metadata.name"},
		{"long StatefulSet name", "statefulset", `metadata: {name: a123456789012345678901234567890123456789012345678901234567890123}`,
			"must be no more than", "metadata.name"},
		{"recreate with rolling update", "deployment", `spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}}`,
			"spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'", "spec.strategy.rollingUpdate"},
		{"no container", "deployment", `spec: {template: {spec: {containers: []}}}`, "spec.template.spec.containers: Required value", ""},
		{"restart policy of a Deployment", "deployment", `spec: {template: {spec: {restartPolicy: Never}}}`,
			`spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"`, ""},
		{"restart policy of a Job", "job", `spec: {template: {spec: {restartPolicy: Always}}}`,
			`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`, ""},
		{"selector of a Job", "job", `spec: {selector: {matchLabels: {a: b}}}`, "`selector` does not match template `labels`", ""},
		{"request above limit", "deployment", `
spec: {template: {spec: {containers: [{name: web, image: nginx, resources: {requests: {cpu: "2"}, limits: {cpu: "1"}}}]}}}`,
			`must be less than or equal to cpu limit`, ""},
		{"image missing", "deployment", `spec: {template: {spec: {containers: [{name: web}]}}}`, "spec.template.spec.containers[0].image: Required value", ""},
		{"port too big", "service", `spec: {ports: [{port: 70000}]}`, "spec.ports[0].port: Invalid value: 70000", "spec.ports[0].port"},
		{"two ports without names", "service", `spec: {ports: [{port: 80}, {port: 81}]}`, "spec.ports[0].name: Required value", ""},
		{"claim without size", "claim", `spec: {resources: null}`, "spec.resources[storage]: Required value", ""},
		{"claim without access mode", "claim", `spec: {accessModes: null}`, "spec.accessModes: Required value", "spec.accessModes"},
		{"once-pod beside another mode", "claim", `spec: {accessModes: [ReadWriteOncePod, ReadWriteOnce]}`, "may not use ReadWriteOncePod with other access modes", ""},
		{"quantity", "claim", `spec: {resources: {requests: {storage: 8 Gi}}}`,
			`PersistentVolumeClaim in version "v1" cannot be handled as a PersistentVolumeClaim: quantities must match the regular expression`, ""},
		{"number in data", "configmap", `data: {a: 1}`,
			`ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string`, ""},
		{"data that is not base64", "secret", `data: {password: "***"}`, `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0`, ""},
		{"certificate without key", "secret", `{type: kubernetes.io/tls, data: {tls.crt: ""}}`, "data[tls.key]: Required value", "data[tls.key]"},
		{"number as label", "deployment", `metadata: {labels: {version: 1}}`,
			`Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string`, ""},
		{"schedule", "cronjob", `spec: {schedule: "* *"}`, "spec.schedule: Invalid value", "spec.schedule"},
		{"long CronJob name", "cronjob", `metadata: {name: a1234567890123456789012345678901234567890123456789012}`,
			"metadata.name: Invalid value: \"a1234567890123456789012345678901234567890123456789012\": must be no more than 52 characters", ""},
		{"budget with both limits", "budget", `spec: {maxUnavailable: 1}`, "minAvailable and maxUnavailable cannot be both set", ""},
		{"Ingress without backend and rules", "ingress", `spec: {defaultBackend: null}`, "either `defaultBackend` or `rules` must be specified", ""},
		{"role of nobody", "rolebinding", `roleRef: {name: ""}`, "roleRef.name: Required value", ""},
		{"minimum above maximum", "autoscaler", `spec: {minReplicas: 5}`, "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`", ""},
		{"several at once", "deployment", `{metadata: {name: Web}, spec: {selector: null}}`, `Deployment.apps "Web" is invalid: [metadata.name: Invalid value: `, ""},
	} {
		t.Run(c.base+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			out, v := New().Create(overlay(t, object(t, bases[c.base]), c.change))
			if c.refused == "" {
				require.Falsef(t, v.Refused, "refused: %s", v.Message)
				return
			}
			require.True(t, v.Refused, "must be refused")
			assert.Nil(t, out)
			assert.Contains(t, v.Message, c.refused)
			if c.field != "" {
				assert.Contains(t, v.Fields, c.field)
			}
		})
	}
}

func TestCreateStores(t *testing.T) {
	t.Parallel()
	j := New()
	create := func(text string) map[string]any {
		t.Helper()
		out, v := j.Create(object(t, text))
		require.Falsef(t, v.Refused, "%s", v.Message)
		return out
	}

	claim := create(bases["claim"] + "\nstatus: {phase: Bound}")
	assert.Equal(t, map[string]any{"phase": "Pending"}, claim["status"], "the status is not the client's")
	assert.Equal(t, "Filesystem", claim["spec"].(map[string]any)["volumeMode"])
	assert.NotContains(t, claim["spec"], "storageClassName", "the default class is the admission's")
	assert.NotContains(t, claim["metadata"], "uid", "the uid is the caller's")

	secret := create(bases["secret"] + "\nstringData: {password: new, user: me}\nunknown: {a: b}")
	assert.Equal(t, map[string]any{"password": "bmV3", "user": "bWU="}, secret["data"])
	assert.Equal(t, "Opaque", secret["type"])
	assert.NotContains(t, secret, "stringData")
	assert.NotContains(t, secret, "unknown", "unknown fields are dropped")

	job := create(bases["job"])
	uid := "11111111-2222-3333-4444-555555555555"
	assert.Equal(t, uid, job["metadata"].(map[string]any)["uid"])
	spec := job["spec"].(map[string]any)
	assert.Equal(t, map[string]any{"matchLabels": map[string]any{"batch.kubernetes.io/controller-uid": uid}}, spec["selector"])
	labels := spec["template"].(map[string]any)["metadata"].(map[string]any)["labels"]
	assert.Equal(t, map[string]any{
		"version": "1", "controller-uid": uid, "batch.kubernetes.io/controller-uid": uid,
		"job-name": "migrate", "batch.kubernetes.io/job-name": "migrate",
	}, labels)

	service := create(bases["service"])["spec"].(map[string]any)
	assert.NotContains(t, service, "clusterIP", "the address is the caller's")
	assert.Equal(t, []any{"IPv4"}, service["ipFamilies"])
	headless := create(bases["headless service"])["spec"].(map[string]any)
	assert.Equal(t, []any{"None"}, headless["clusterIPs"])
	open := create(`{apiVersion: v1, kind: Service, metadata: {name: o}, spec: {clusterIP: None, ports: [{port: 80}]}}`)
	assert.Equal(t, "RequireDualStack", open["spec"].(map[string]any)["ipFamilyPolicy"])
	assert.NotContains(t, open["metadata"], "namespace", "the namespace is the caller's")

	ns := create(`{apiVersion: v1, kind: Namespace, metadata: {name: demo, namespace: wrong}}`)
	assert.Equal(t, map[string]any{"name": "demo", "labels": map[string]any{"kubernetes.io/metadata.name": "demo"}}, ns["metadata"])
	assert.Equal(t, map[string]any{"finalizers": []any{"kubernetes"}}, ns["spec"])

	generated := create(`{apiVersion: v1, kind: ConfigMap, metadata: {generateName: c-}}`)
	assert.Equal(t, "c-xxxxx", generated["metadata"].(map[string]any)["name"])
}

func TestCreateUnknownKind(t *testing.T) {
	t.Parallel()
	j := New()
	manifest := object(t, `{apiVersion: example.com/v1, kind: Thing, metadata: {name: Not_Valid}, spec: {size: 1}}`)
	out, v := j.Create(manifest)
	require.False(t, v.Refused)
	assert.Equal(t, manifest, out)
	out["spec"].(map[string]any)["size"] = 2
	assert.NotEqual(t, manifest, out, "it is a copy")

	next := overlay(t, manifest, `spec: {size: 2}`)
	out, v = j.Update(manifest, next)
	require.False(t, v.Refused)
	assert.Equal(t, next, out)
}

func TestKnown(t *testing.T) {
	t.Parallel()
	j := New()
	for _, c := range []struct {
		apiVersion, kind string
		known            bool
	}{
		{"v1", "PersistentVolumeClaim", true},
		{"apps/v1", "StatefulSet", true},
		{"apps/v1beta1", "StatefulSet", true},
		{"apps/v1beta2", "Deployment", true},
		{"extensions/v1beta1", "Deployment", true},
		{"extensions/v1beta1", "Ingress", true},
		{"batch/v1beta1", "CronJob", true},
		{"policy/v1beta1", "PodDisruptionBudget", true},
		{"autoscaling/v1", "HorizontalPodAutoscaler", true},
		{"autoscaling/v2beta2", "HorizontalPodAutoscaler", false},
		{"apps/__internal", "StatefulSet", false},
		{"v1", "Thing", false},
		{"v1", "Event", false},
		{"", "", false},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", false},
		{"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", false},
		{"example.com/v1", "StatefulSet", false},
	} {
		assert.Equal(t, c.known, j.Known(c.apiVersion, c.kind), "%s %s", c.apiVersion, c.kind)
	}
}

func TestOldVersions(t *testing.T) {
	t.Parallel()
	j := New()
	out, v := j.Create(overlay(t, object(t, bases["deployment"]), `apiVersion: extensions/v1beta1`))
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "extensions/v1beta1", out["apiVersion"])

	next := overlay(t, stored(t, j, "deployment"), `spec: {replicas: 5}`)
	out, v = j.Update(out, next)
	require.False(t, v.Refused, v.Message)
	assert.Equal(t, "apps/v1", out["apiVersion"], "stored in the version that was sent")
	assert.Equal(t, int64(5), out["spec"].(map[string]any)["replicas"])

	_, v = j.Update(out, overlay(t, out, `spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}`))
	assert.Contains(t, v.Message, `Deployment.apps "web" is invalid: spec.selector: `)
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	j := New()
	var wait sync.WaitGroup
	live := stored(t, j, "statefulset")
	for range 8 {
		wait.Go(func() {
			for range 20 {
				_, v := j.Update(live, live)
				assert.False(t, v.Refused)
				_, v = j.Create(object(t, bases["deployment"]))
				assert.False(t, v.Refused)
			}
		})
	}
	wait.Wait()
}
