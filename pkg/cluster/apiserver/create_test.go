package apiserver

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

func TestCreateAcceptsTheBases(t *testing.T) {
	t.Parallel()
	for name := range apicases.Bases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := New()
			manifest := object(t, apicases.Bases[name])
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
	for _, c := range apicases.Creates() {
		t.Run(c.Base+"/"+c.Name, func(t *testing.T) {
			t.Parallel()
			out, v := New().Create(overlay(t, object(t, apicases.Bases[c.Base]), c.Change))
			if c.Refused == "" {
				require.Falsef(t, v.Refused, "refused: %s", v.Message)
				return
			}
			require.True(t, v.Refused, "must be refused")
			assert.Nil(t, out)
			assert.Contains(t, v.Message, c.Refused)
			if c.Field != "" {
				assert.Contains(t, v.Fields, c.Field)
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

	claim := create(apicases.Bases["claim"] + "\nstatus: {phase: Bound}")
	assert.Equal(t, map[string]any{"phase": "Pending"}, claim["status"], "the status is not the client's")
	assert.Equal(t, "Filesystem", claim["spec"].(map[string]any)["volumeMode"])
	assert.NotContains(t, claim["spec"], "storageClassName", "the default class is the admission's")
	assert.NotContains(t, claim["metadata"], "uid", "the uid is the caller's")

	secret := create(apicases.Bases["secret"] + "\nstringData: {password: new, user: me}\nunknown: {a: b}")
	assert.Equal(t, map[string]any{"password": "bmV3", "user": "bWU="}, secret["data"])
	assert.Equal(t, "Opaque", secret["type"])
	assert.NotContains(t, secret, "stringData")
	assert.NotContains(t, secret, "unknown", "unknown fields are dropped")

	job := create(apicases.Bases["job"])
	uid := "11111111-2222-3333-4444-555555555555"
	assert.Equal(t, uid, job["metadata"].(map[string]any)["uid"])
	spec := job["spec"].(map[string]any)
	assert.Equal(t, map[string]any{"matchLabels": map[string]any{"batch.kubernetes.io/controller-uid": uid}}, spec["selector"])
	labels := spec["template"].(map[string]any)["metadata"].(map[string]any)["labels"]
	assert.Equal(t, map[string]any{
		"version": "1", "controller-uid": uid, "batch.kubernetes.io/controller-uid": uid,
		"job-name": "migrate", "batch.kubernetes.io/job-name": "migrate",
	}, labels)

	service := create(apicases.Bases["service"])["spec"].(map[string]any)
	assert.NotContains(t, service, "clusterIP", "the address is the caller's")
	assert.Equal(t, []any{"IPv4"}, service["ipFamilies"])
	headless := create(apicases.Bases["headless service"])["spec"].(map[string]any)
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
	out, v := j.Create(overlay(t, object(t, apicases.Bases["deployment"]), `apiVersion: extensions/v1beta1`))
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
				_, v = j.Create(object(t, apicases.Bases["deployment"]))
				assert.False(t, v.Refused)
			}
		})
	}
	wait.Wait()
}
