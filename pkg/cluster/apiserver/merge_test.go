package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

const claimFrozen = "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"

// TestMergeClaim plays what Helm's client-side apply sends for a bound claim,
// and what the API server says to it (facts: Helm mechanics, 5.1).
func TestMergeClaim(t *testing.T) {
	t.Parallel()
	const lower = "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
	for _, c := range []struct {
		name, previous, next string
		live                 string
		empty                bool
		refused              string
		want                 string
	}{
		{name: "volume and class in neither", empty: true},
		{name: "volume emptied", next: `spec: {volumeName: ""}`, refused: claimFrozen, want: `spec: {volumeName: ""}`},
		{name: "volume emptied in both", previous: `spec: {volumeName: ""}`, next: `spec: {volumeName: ""}`, refused: claimFrozen},
		{name: "empty volume dropped", previous: `spec: {volumeName: ""}`, refused: claimFrozen, want: `spec: {volumeName: null}`},
		{name: "volume dropped", previous: `spec: {volumeName: pv-1}`, refused: claimFrozen, want: `spec: {volumeName: null}`},
		{name: "volume as it is bound", next: `spec: {volumeName: pv-1}`, empty: true},
		{name: "another volume", next: `spec: {volumeName: pv-2}`, refused: claimFrozen, want: `spec: {volumeName: pv-2}`},
		{name: "class dropped", previous: `spec: {storageClassName: std}`, refused: claimFrozen, want: `spec: {storageClassName: null}`},
		{name: "class emptied", next: `spec: {storageClassName: ""}`, refused: claimFrozen, want: `spec: {storageClassName: ""}`},
		{name: "grown by hand since", live: `{spec: {resources: {requests: {storage: 20Gi}}}, status: {capacity: {storage: 20Gi}}}`,
			refused: lower, want: `spec: {resources: {requests: {storage: 8Gi}}}`},
		{name: "grown by the chart", next: `spec: {resources: {requests: {storage: 20Gi}}}`, want: `spec: {resources: {requests: {storage: 20Gi}}}`},
		{name: "keep dropped", previous: `metadata: {annotations: {helm.sh/resource-policy: keep}}`,
			live: `metadata: {annotations: {helm.sh/resource-policy: keep}}`, want: `metadata: {annotations: {helm.sh/resource-policy: null}}`},
		{name: "keep only in the cluster", live: `metadata: {annotations: {helm.sh/resource-policy: keep}}`, empty: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := New()
			// Helm marks every object as its own, so annotations are never none.
			const mark = `metadata: {annotations: {meta.helm.sh/release-name: demo}}`
			manifest := overlay(t, object(t, apicases.Bases["claim"]), mark)
			previous, next := manifest, manifest
			if c.previous != "" {
				previous = overlay(t, manifest, c.previous)
			}
			if c.next != "" {
				next = overlay(t, manifest, c.next)
			}
			live := overlay(t, overlay(t, stored(t, j, "claim"), mark), apicases.BoundClaim)
			if c.live != "" {
				live = overlay(t, live, c.live)
			}
			assertMerge(t, j, previous, next, live, c.empty, c.want, c.refused)
		})
	}
}

// assertMerge merges, compares with live changed by want, and asks for the verdict.
func assertMerge(t *testing.T, j *Judge, previous, next, live map[string]any, empty bool, want, refused string) map[string]any {
	t.Helper()
	before := deepCopy(live)
	patched, isEmpty, err := j.Merge(previous, next, live)
	require.NoError(t, err)
	assert.Equal(t, empty, isEmpty)
	assert.Equal(t, before, live, "live must not be changed")
	if want != "" {
		assert.Equal(t, overlay(t, live, want), patched)
	}
	if empty {
		assert.Equal(t, live, patched)
	}
	out, v := j.Update(live, patched)
	if refused == "" {
		require.Falsef(t, v.Refused, "%s", v.Message)
	} else {
		require.True(t, v.Refused, "must be refused")
		assert.Contains(t, v.Message, refused)
	}
	return out
}

// An explicit null deletes the live value even if no manifest ever had it.
func TestMergeNull(t *testing.T) {
	t.Parallel()
	j := New()
	manifest := object(t, apicases.Bases["claim"])
	next := deepCopy(manifest)
	next["spec"].(map[string]any)["storageClassName"] = nil
	live := overlay(t, stored(t, j, "claim"), apicases.BoundClaim)
	assertMerge(t, j, manifest, next, live, false, `spec: {storageClassName: null}`, claimFrozen)
	assertMerge(t, j, next, next, live, false, `spec: {storageClassName: null}`, claimFrozen)
}

func TestMergeStatefulSet(t *testing.T) {
	t.Parallel()
	j := New()
	manifest := object(t, apicases.Bases["statefulset"])
	live := stored(t, j, "statefulset")

	out := assertMerge(t, j, manifest, manifest, live, false, "", "")
	assert.Equal(t, live, out, "the whole list of claim templates is sent again and changes nothing")

	next := deepCopy(manifest)
	claim := next["spec"].(map[string]any)["volumeClaimTemplates"].([]any)[0].(map[string]any)
	claim["metadata"].(map[string]any)["labels"] = map[string]any{"version": "2"}
	assertMerge(t, j, manifest, next, live, false, "", "spec.volumeClaimTemplates: Invalid value: ")
}

func TestMergeOthers(t *testing.T) {
	t.Parallel()
	j := New()

	secret := object(t, apicases.Bases["secret"])
	rotated := overlay(t, stored(t, j, "secret"), `data: {password: bmV3, extra: eA==}`)
	assertMerge(t, j, secret, secret, rotated, false, `data: {password: b2xk}`, "")

	service := object(t, apicases.Bases["service"])
	live := overlay(t, stored(t, j, "service"), apicases.Allocated)
	assertMerge(t, j, service, service, live, true, "", "")
	emptied := overlay(t, service, `spec: {clusterIP: ""}`)
	out := assertMerge(t, j, emptied, emptied, live, false, `spec: {clusterIP: ""}`, "")
	assert.Equal(t, live, out, "an empty address is no change")

	headless := object(t, apicases.Bases["headless service"])
	out = assertMerge(t, j, headless, overlay(t, headless, `spec: {clusterIP: null}`), stored(t, j, "headless service"), false, "", "")
	assert.Equal(t, "None", out["spec"].(map[string]any)["clusterIP"])

	deployment := object(t, apicases.Bases["deployment"])
	recreate := overlay(t, deployment, `spec: {strategy: {type: Recreate}}`)
	out = assertMerge(t, j, deployment, recreate, stored(t, j, "deployment"), false, "", "")
	assert.Equal(t, map[string]any{"type": "Recreate"}, out["spec"].(map[string]any)["strategy"], "$retainKeys drops the live rollingUpdate")
	recreate["spec"].(map[string]any)["strategy"].(map[string]any)["rollingUpdate"] = nil
	assertMerge(t, j, deployment, recreate, stored(t, j, "deployment"), false, "", "")

	// A container is merged by name: a sidecar that was injected stays.
	injected := overlay(t, stored(t, j, "deployment"), `
spec: {template: {spec: {containers: [{name: web, image: nginx}, {name: sidecar, image: proxy}]}}}`)
	image := overlay(t, deployment, `spec: {template: {spec: {containers: [{name: web, image: "nginx:2"}]}}}`)
	out = assertMerge(t, j, deployment, image, injected, false, "", "")
	assert.Len(t, out["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)["containers"], 2)

	job := object(t, apicases.Bases["job"])
	assertMerge(t, j, job, job, stored(t, j, "job"), true, "", "")
	assertMerge(t, j, job, overlay(t, job, `spec: {template: {metadata: {labels: {version: "2"}}}}`), stored(t, j, "job"), false, "",
		"spec.template: Invalid value: ")
}

// Of a kind that Helm has no type for only the difference of the manifests is
// sent.
func TestMergeUnknownKind(t *testing.T) {
	t.Parallel()
	j := New()
	previous := object(t, `{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, spec: {size: 1, list: [a], old: x}}`)
	next := object(t, `{apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, spec: {size: 1, list: [b]}}`)
	live := overlay(t, previous, `{spec: {size: 7, list: [a, c], more: 1.5}, status: {count: 3}}`)

	patched, empty, err := j.Merge(previous, next, live)
	require.NoError(t, err)
	assert.False(t, empty)
	assert.Equal(t, map[string]any{"size": int64(7), "list": []any{"b"}, "more": 1.5}, patched["spec"], "drift stays")
	assert.Equal(t, map[string]any{"count": int64(3)}, patched["status"])

	patched, empty, err = j.Merge(next, next, live)
	require.NoError(t, err)
	assert.True(t, empty)
	assert.Equal(t, live, patched)
}

// Helm's client has types that are not judged here.
func TestMergeTypesOfTheClient(t *testing.T) {
	t.Parallel()
	j := New()
	hook := object(t, `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: w}
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: "https://a"}}]`)
	live := overlay(t, hook, `
webhooks: [{name: a.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: "https://a", caBundle: eA==}}]`)
	_, empty, err := j.Merge(hook, hook, live)
	require.NoError(t, err)
	assert.True(t, empty, "webhooks are merged by name: the injected bundle stays")

	crd := object(t, `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: c}, spec: {group: a}}`)
	drifted := overlay(t, crd, `spec: {group: b}`)
	patched, empty, err := j.Merge(crd, crd, drifted)
	require.NoError(t, err)
	assert.False(t, empty, "three-way: drift is corrected")
	assert.Equal(t, crd, patched)

	old := overlay(t, crd, `apiVersion: apiextensions.k8s.io/v1beta1`)
	_, empty, err = j.Merge(old, old, overlay(t, old, `spec: {group: b}`))
	require.NoError(t, err)
	assert.True(t, empty, "two-way: drift stays")

	// A manifest that does not fit its type is patched as of unknown kind.
	misfit := overlay(t, object(t, apicases.Bases["deployment"]), `spec: {replicas: many}`)
	_, empty, err = j.Merge(misfit, misfit, stored(t, j, "deployment"))
	require.NoError(t, err)
	assert.True(t, empty)
}

func TestMergeWithoutMergeKey(t *testing.T) {
	t.Parallel()
	j := New()
	manifest := object(t, apicases.Bases["deployment"])
	next := overlay(t, manifest, `spec: {template: {spec: {containers: [{image: nginx}]}}}`)
	_, _, err := j.Merge(manifest, next, stored(t, j, "deployment"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "does not contain declared merge key: name")
}
