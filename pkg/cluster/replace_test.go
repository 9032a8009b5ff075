package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {chart: web-1}, annotations: {note: a}}
spec:
  selector: {matchLabels: {app: web}}
  strategy: {type: RollingUpdate}
  template:
    metadata: {labels: {app: web, version: "1"}}
    spec:
      containers:
      - name: web
        image: web:1
        args: [one]
        env: [{name: A, value: a}, {name: B, value: b}]
        resources: {limits: {memory: 1Gi}}
`

// updates are changes of a manifest: whether they only replace values, and only
// such as are free text.
var updates = []struct {
	name           string
	change         func(fields map[string]any)
	replaces, free bool
}{
	{"label", set("web-2", "metadata", "labels", "chart"), true, true},
	{"annotation", set("b\nc", "metadata", "annotations", "note"), true, true},
	{"label that is none", set("a b", "metadata", "labels", "chart"), true, false},
	{"pod label", set("2", "spec", "template", "metadata", "labels", "version"), true, true},
	{"image", set("web:2", "spec", "template", "spec", "containers", 0, "image"), true, true},
	{"variable", set("c", "spec", "template", "spec", "containers", 0, "env", 1, "value"), true, false},
	{"quantity", set("2Gi", "spec", "template", "spec", "containers", 0, "resources", "limits", "memory"), true, false},
	{"selector", set("other", "spec", "selector", "matchLabels", "app"), true, false},
	{"argument", set([]any{"two"}, "spec", "template", "spec", "containers", 0, "args"), false, false},
	{"container's name", set("other", "spec", "template", "spec", "containers", 0, "name"), false, false},
	{"strategy", set("Recreate", "spec", "strategy", "type"), false, false},
	{"new label", set("new", "metadata", "labels", "new"), false, false},
	{"null", set(nil, "metadata", "labels", "chart"), false, false},
	{"empty", set("", "metadata", "labels", "chart"), false, false},
	{"number for text", set(int64(2), "metadata", "labels", "chart"), false, false},
	{"no strategy", func(fields map[string]any) { delete(fields["spec"].(map[string]any), "strategy") }, false, false},
	{"kind", set("StatefulSet", "kind"), false, false},
}

func set(value any, path ...any) func(map[string]any) {
	return func(fields map[string]any) {
		parent, _ := manifest.Lookup(fields, path[:len(path)-1]...)
		switch p := parent.(type) {
		case map[string]any:
			p[path[len(path)-1].(string)] = value
		case []any:
			p[path[len(path)-1].(int)] = value
		}
	}
}

// TestReplacedIsThePatch: the short way ends where the long one does, and is
// taken where it should be.
func TestReplacedIsThePatch(t *testing.T) {
	for _, test := range updates {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range lifecycle.Modes() {
				c := New()
				previous := fieldsOf(t, workload)
				require.False(t, c.Create(mode, previous).Refused)
				k := c.keyOf(previous)
				live := c.objects[k]
				before := copied(live.fields)
				next := copied(previous)
				test.change(next)

				short, ok := c.replaced(live, previous, next)
				require.Equal(t, test.replaces, ok)
				if !ok {
					return
				}
				rewritten, certain := c.rewritten(mode, k, live, previous, next)
				require.Equal(t, test.free, certain)
				long, empty, err := c.judge.Merge(previous, next, live.fields)
				require.NoError(t, err)
				assert.False(t, empty)
				want, wantVerdict := c.judge.Update(live.fields, long)
				got, gotVerdict := c.judge.Update(live.fields, short)
				assert.Equal(t, wantVerdict, gotVerdict)
				assert.Equal(t, want, got)
				if test.free {
					assert.Equal(t, want, rewritten)
				}
				assert.Equal(t, before, live.fields, "the stored object is never changed")
			}
		})
	}
}

func TestReplacedWantsWhatTheClusterHas(t *testing.T) {
	c := New()
	previous := fieldsOf(t, workload)
	require.False(t, c.Create("", previous).Refused)
	k := c.keyOf(previous)
	next := copied(previous)
	set("web-2", "metadata", "labels", "chart")(next)

	drifted := copied(c.objects[k].fields)
	set("by hand", "metadata", "annotations", "note")(drifted)
	_, ok := c.replaced(&resident{fields: drifted}, previous, next)
	assert.False(t, ok)

	_, ok = c.replaced(&resident{fields: c.objects[k].fields, byControllers: map[string]any{"metadata": map[string]any{"labels": map[string]any{"chart": "x"}}}}, previous, next)
	assert.False(t, ok, "a controller has written it")

	surges := copied(c.objects[k].fields)
	set(map[string]any{"maxSurge": "0%", "maxUnavailable": "25%"}, "spec", "strategy", "rollingUpdate")(surges)
	_, ok = c.replaced(&resident{fields: surges}, previous, next)
	assert.False(t, ok, "a merge takes away what the manifest does not name")

	going := copied(c.objects[k].fields)
	set("2026-01-01T00:00:00Z", "metadata", "deletionTimestamp")(going)
	_, ok = c.replaced(&resident{fields: going}, previous, next)
	require.True(t, ok)
	_, certain := c.rewritten("", k, &resident{fields: going}, previous, next)
	assert.False(t, certain)
}

// TestOwnAnnotationsAreJudged: the API server freezes some annotations of its own.
func TestOwnAnnotationsAreJudged(t *testing.T) {
	for _, test := range []struct{ name, text, message string }{
		{"class of a claim", "kind: PersistentVolumeClaim\nmetadata: {name: a, annotations: {volume.beta.kubernetes.io/storage-class: one}}\n" +
			"spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n", "field is immutable"},
		{"AppArmor of a pod", "kind: Pod\nmetadata: {name: a, annotations: {container.apparmor.security.beta.kubernetes.io/c: runtime/default}}\n" +
			"spec: {containers: [{name: c, image: c}]}\n", "may not remove or update AppArmor annotations"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range lifecycle.Modes() {
				c := New()
				previous := fieldsOf(t, "apiVersion: v1\n"+test.text)
				require.False(t, c.Create(mode, previous).Refused)
				next := copied(previous)
				for key := range manifest.MapAt(next, "metadata", "annotations") {
					set("unconfined", "metadata", "annotations", key)(next)
				}
				_, _, verdict := c.judged(mode, c.keyOf(next), c.objects[c.keyOf(next)], previous, next)
				assert.Contains(t, verdict.Message, test.message)
			}
		})
	}
}

// TestReplacedInListsOfCustomResources: they are replaced as a whole.
func TestReplacedInListsOfCustomResources(t *testing.T) {
	c := New()
	previous := fieldsOf(t, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {containers: [{name: a, image: x}], size: 1}\n")
	require.False(t, c.Create("", previous).Refused)
	live := c.objects[c.keyOf(previous)]
	next := copied(previous)
	set("y", "spec", "containers", 0, "image")(next)
	_, ok := c.replaced(live, previous, next)
	assert.False(t, ok)
	next = copied(previous)
	set(int64(2), "spec", "size")(next)
	patched, ok := c.replaced(live, previous, next)
	require.True(t, ok)
	long, _, err := c.judge.Merge(previous, next, live.fields)
	require.NoError(t, err)
	assert.Equal(t, long, patched)
}
