package cluster

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// podSpec has values that the server drops, so that the cluster does not have the
// manifest word for word: whether it changes anything is judged first.
const podSpec = `
      hostNetwork: false
      nodeSelector:
      containers:
      - name: main
        image: main:1
        resources: {limits: {cpu: 1000m}}
        readinessProbe: {initialDelaySeconds: 0, httpGet: {port: 80}}
        env: [{name: A, value: a}]
      - {name: side, image: "side:1", imagePullPolicy: ""}
      initContainers: [{name: init, image: "init:1", imagePullPolicy: Always}]
`

func setOf(kind, more string) string {
	return "apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: w, labels: {chart: c-1}, annotations: {sum: a}}\nspec:\n" + more +
		"  selector: {matchLabels: {app: w}, matchExpressions: [{key: tier, operator: Exists}]}\n  template:\n" +
		"    metadata: {labels: {app: w, tier: one, version: \"1\"}, annotations: {sum: a, scheduler.alpha.kubernetes.io/x: b}}\n    spec:" + podSpec
}

func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

var rewritable = map[string]string{
	"Deployment":      setOf("Deployment", ""),
	"StatefulSet":     setOf("StatefulSet", "  serviceName: w\n"),
	"DaemonSet":       setOf("DaemonSet", ""),
	"old Deployment":  strings.Replace(setOf("Deployment", ""), "apps/v1", "extensions/v1beta1", 1),
	"old StatefulSet": strings.Replace(setOf("StatefulSet", "  serviceName: w\n"), "apps/v1", "apps/v1beta2", 1),
	"old DaemonSet":   strings.Replace(setOf("DaemonSet", ""), "apps/v1", "apps/v1beta2", 1),
	"CronJob": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: w, labels: {chart: c-1}}\nspec:\n  schedule: 0 * * * *\n  suspend: false\n  jobTemplate:\n    spec:\n      template:\n" +
		"        metadata: {labels: {version: \"1\"}, annotations: {sum: a}}\n        spec:\n          restartPolicy: Never" + indented(podSpec),
	"Job": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: w, labels: {chart: c-1}}\nspec:\n  suspend: false\n  template:\n" +
		"    metadata: {labels: {version: \"1\"}, annotations: {sum: a}}\n    spec:\n      restartPolicy: Never" + strings.ReplaceAll(podSpec, "readinessProbe", "livenessProbe"),
	"Secret":           "apiVersion: v1\nkind: Secret\nmetadata: {name: w, labels: {chart: c-1}, annotations: }\ndata: {password: YQ==, empty: \"\"}\n",
	"immutable Secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: w}\nimmutable: true\ndata: {password: YQ==}\n",
	"written Secret":   "apiVersion: v1\nkind: Secret\nmetadata: {name: w}\ndata: {password: YQ==}\nstringData: {password: a}\n",
	"Docker's Secret":  "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {name: w}\ndata: {.dockerconfigjson: e30=}\n",
	"Service":          "apiVersion: v1\nkind: Service\nmetadata: {name: w, labels: {chart: c-1}}\nspec: {clusterIP: \"\", ports: [{port: 80, nodePort: 0}], selector: {app: w}}\n",
}

// TestRewrittenIsWhatIsJudged: where the short way is certain, it ends where merging
// and judging does, in each mode, whether the cluster has the manifest as it is
// written or sending it once more has shown that it changes nothing.
func TestRewrittenIsWhatIsJudged(t *testing.T) {
	podImage := func(list string, i int) []any { return []any{"spec", "template", "spec", list, i, "image"} }
	cronImage := []any{"spec", "jobTemplate", "spec", "template", "spec", "containers", 0, "image"}
	podLabel := func(name string) []any { return []any{"spec", "template", "metadata", "labels", name} }
	podNote := func(name string) []any { return []any{"spec", "template", "metadata", "annotations", name} }
	large := strings.Repeat("a", 300_000)
	for _, test := range []struct {
		of      string
		value   any
		path    []any
		certain bool
	}{
		{"Deployment", "c-2", []any{"metadata", "labels", "chart"}, true},
		{"Deployment", "b", []any{"metadata", "annotations", "sum"}, true},
		{"Deployment", large, []any{"metadata", "annotations", "sum"}, false},
		{"Deployment", "main:2", podImage("containers", 0), true},
		{"Deployment", " main", podImage("containers", 0), true},
		{"Deployment", "side:latest", podImage("containers", 1), false}, // its pull policy follows
		{"Deployment", "init:latest", podImage("initContainers", 0), true},
		{"Deployment", "", podImage("containers", 0), false},
		{"Deployment", nil, podImage("containers", 0), false},
		{"Deployment", int64(1), podImage("containers", 0), false},
		{"Deployment", "2", podLabel("version"), true},
		{"Deployment", "not a label", podLabel("version"), false},
		{"Deployment", "other", podLabel("app"), false},
		{"Deployment", "two", podLabel("tier"), false},
		{"Deployment", "b", podNote("sum"), true},
		{"Deployment", large, podNote("sum"), false},
		{"Deployment", "c", podNote("scheduler.alpha.kubernetes.io/x"), false},
		{"Deployment", "b", []any{"spec", "template", "spec", "containers", 0, "env", 0, "value"}, false},
		{"Deployment", "other", []any{"spec", "template", "spec", "containers", 0, "name"}, false},
		{"StatefulSet", "main:2", podImage("containers", 0), true},
		{"StatefulSet", "2", podLabel("version"), true},
		{"StatefulSet", "other", []any{"spec", "serviceName"}, false},
		{"DaemonSet", "c-2", []any{"metadata", "labels", "chart"}, true},
		{"DaemonSet", "main:2", podImage("containers", 0), true},
		{"DaemonSet", "b", podNote("sum"), true},
		{"old Deployment", "main:2", podImage("containers", 0), true},
		{"old Deployment", "2", podLabel("version"), false}, // may stand in the selector
		{"old StatefulSet", "2", podLabel("version"), true},
		{"old DaemonSet", "main:2", podImage("containers", 0), true},
		{"CronJob", "main:2", cronImage, true},
		{"CronJob", "0 1 * * *", []any{"spec", "schedule"}, false},
		{"Job", "c-2", []any{"metadata", "labels", "chart"}, true},
		{"Job", "main:2", podImage("containers", 0), false}, // is refused
		{"Job", "b", podNote("sum"), false},
		{"Secret", "Yg==", []any{"data", "password"}, true},
		{"Secret", "YR==", []any{"data", "password"}, false}, // is written otherwise
		{"Secret", "Yg", []any{"data", "password"}, false},
		{"Secret", "b", []any{"data", "password"}, false},
		{"Secret", base64.StdEncoding.EncodeToString(make([]byte, 1<<20+1)), []any{"data", "password"}, false},
		{"immutable Secret", "Yg==", []any{"data", "password"}, false},
		{"written Secret", "Yg==", []any{"data", "password"}, false},
		{"Docker's Secret", "YQ==", []any{"data", ".dockerconfigjson"}, false},
		{"Service", "c-2", []any{"metadata", "labels", "chart"}, true},
		{"Service", "b", []any{"spec", "selector", "app"}, false},
	} {
		t.Run(test.of+" "+manifest.Path(test.path).String(), func(t *testing.T) {
			for _, mode := range lifecycle.Modes() {
				c := New()
				previous := fieldsOf(t, rewritable[test.of])
				require.Empty(t, c.Create(mode, previous).Message)
				_, v := c.Update(mode, previous, copied(previous))
				require.Empty(t, v.Message)
				k := c.keyOf(previous)
				live := c.objects[k]
				before := copied(live.fields)
				next := copied(previous)
				set(test.value, test.path...)(next)

				got, certain := c.rewritten(mode, k, live, previous, next)
				require.Equal(t, test.certain, certain)
				want, wantVerdict, diverged := judgedAtLength(c, mode, live, previous, next)
				if certain {
					assert.Empty(t, wantVerdict.Message)
					assert.Equal(t, c.diverged, diverged)
					assert.Equal(t, want, got)
				}
				changed, v := c.Update(mode, previous, next)
				assert.Equal(t, wantVerdict.Message, v.Message)
				assert.Equal(t, before, live.fields, "the stored object is never changed")
				if !changed {
					continue
				}

				// And back again: what was noted on the way is true.
				live = c.objects[k]
				if live.sent.settled {
					again, v, _ := judgedAtLength(c, mode, live, next, next)
					assert.Empty(t, v.Message)
					assert.True(t, again == nil || assert.Equal(t, live.fields, again))
				}
				want, wantVerdict, _ = judgedAtLength(c, mode, live, next, previous)
				_, v = c.Update(mode, next, previous)
				assert.Equal(t, wantVerdict.Message, v.Message)
				want["metadata"].(map[string]any)["resourceVersion"] = manifest.StringAt(c.objects[k].fields, "metadata", "resourceVersion")
				assert.Equal(t, want, c.objects[k].fields)
			}
		})
	}
}

// judgedAtLength is what an update comes to by merging and judging.
func judgedAtLength(c *Cluster, mode lifecycle.Mode, live *resident, previous, next map[string]any) (map[string]any, lifecycle.Verdict, bool) {
	other := *c
	_, v := other.fit(mode, next, c.judge.Ask(next))
	var patched map[string]any
	if !v.Refused {
		patched, v = other.patch(mode, live, previous, next)
	}
	if v.Refused || patched == nil {
		return nil, v, other.diverged
	}
	stored, judged := c.judge.Update(live.fields, patched)
	return stored, verdict(judged), other.diverged
}

// TestSettled: which updates tell that to send a manifest once more changes nothing.
func TestSettled(t *testing.T) {
	const priority = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: a}\nvalue: 1\nglobalDefault: false\n"
	tests := map[string]struct {
		text    string
		settled bool
	}{
		"word for word":             {workload, true},
		"with values that drop":     {rewritable["Deployment"], true},
		"of other objects, too":     {priority, false},
		"a kind without a judge":    {"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: \n", false},
		"a field that is none":      {strings.Replace(workload, "image: web:1", "image: web:1\n        imagee:", 1), false},
		"a list with an item twice": {strings.Replace(workload, "{name: B,", "{name: A,", 1), false},
		"a field of a controller's": {claimHead + "  volumeName: " + bound + "\n", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := New()
			fields := fieldsOf(t, test.text)
			require.Empty(t, c.Create(lifecycle.ClientSide, fields).Message)
			k := c.keyOf(fields)
			assert.False(t, c.objects[k].sent.settled, "nobody has tried")
			c.Settle()
			_, v := c.Update(lifecycle.ClientSide, fields, copied(fields))
			require.Empty(t, v.Message)
			is := c.objects[k].sent
			assert.Equal(t, test.settled, is.settled)
			assert.Equal(t, test.settled, is.settled && is.is(lifecycle.ClientSide, copied(fields)))
			assert.False(t, is.is(lifecycle.ServerSide, fields), "in another mode it may")
		})
	}
}

// TestWhatWasSentBeforeCounts: a note is about one manifest, and what the cluster has
// of it.
func TestWhatWasSentBeforeCounts(t *testing.T) {
	for _, mode := range lifecycle.Modes() {
		c := New()
		sent := fieldsOf(t, rewritable["Deployment"])
		require.Empty(t, c.Create(mode, sent).Message)
		_, v := c.Update(mode, sent, copied(sent))
		require.Empty(t, v.Message)
		k := c.keyOf(sent)
		live := c.objects[k]
		require.True(t, live.sent.settled)

		other := copied(sent)
		set(int64(3), "spec", "replicas")(other)
		changed, _ := c.Clone().Update(mode, other, copied(other))
		assert.True(t, changed, "another manifest is sent once more")

		next := copied(other)
		set("main:2", "spec", "template", "spec", "containers", 0, "image")(next)
		_, certain := c.rewritten(mode, k, live, other, next)
		assert.False(t, certain, "another manifest was there before")
		clone := c.Clone().(*Cluster)
		_, v = clone.Update(mode, other, next)
		require.Empty(t, v.Message)
		replicas, _ := manifest.IntAt(clone.objects[k].fields, "spec", "replicas")
		assert.Equal(t, int64(3), replicas)
		assert.False(t, clone.objects[k].sent.settled, "more has changed than was expected")

		other = copied(sent)
		set(map[string]any{"a": "1"}, "metadata", "labels")(other)
		next = copied(other)
		set("2", "metadata", "labels", "a")(next)
		bare := copied(live.fields)
		delete(bare["metadata"].(map[string]any), "labels")
		_, certain = c.rewritten(mode, k, &resident{fields: bare}, other, next)
		assert.False(t, certain, "the cluster does not have the label")

		same := copied(sent)
		turned := copied(live.fields)
		set("main:1", "spec", "template", "spec", "containers", 1, "image")(same)
		set("main:1", "spec", "template", "spec", "containers", 1, "image")(turned)
		containers := manifest.ListAt(turned, "spec", "template", "spec", "containers")
		containers[0], containers[1] = containers[1], containers[0]
		next = copied(same)
		set("main:2", "spec", "template", "spec", "containers", 0, "image")(next)
		note := live.sent
		note.manifest = same
		_, certain = c.rewritten(mode, k, &resident{fields: turned, sent: note}, same, next)
		assert.False(t, certain, "another container is in its place")
	}
}

// TestStrategyThatNobodyOwns: a server-side apply leaves it, a merge takes it away.
func TestStrategyThatNobodyOwns(t *testing.T) {
	c := New()
	first := fieldsOf(t, strings.Replace(workload, "{type: RollingUpdate}", "{type: RollingUpdate, rollingUpdate: {maxSurge: 3}}", 1))
	sent := fieldsOf(t, workload)
	more := copied(sent)
	set("x", "metadata", "labels", "more")(first)
	set("x", "metadata", "labels", "more")(more)
	require.Empty(t, c.Create(lifecycle.ServerSide, first).Message)
	_, v := c.Update(lifecycle.ServerSide, more, sent)
	require.Empty(t, v.Message)
	k := c.keyOf(sent)
	surge, _ := manifest.IntAt(c.objects[k].fields, "spec", "strategy", "rollingUpdate", "maxSurge")
	require.Equal(t, int64(3), surge)

	changed, _ := c.Update(lifecycle.ServerSide, sent, copied(sent))
	assert.False(t, changed)
	assert.True(t, covers(c.objects[k].fields, sent))
	assert.True(t, c.objects[k].sent.fits && c.objects[k].sent.is(lifecycle.ServerSide, sent))
	assert.False(t, c.objects[k].sent.settled)
	assert.False(t, c.means(lifecycle.ServerSide, k, c.objects[k], sent))
}

// TestNoneIsNotEmpty: to send an empty map for none once more may be refused where
// data are immutable (test/cluster has the same of a real API server).
func TestNoneIsNotEmpty(t *testing.T) {
	const refusal = "field is immutable when `immutable` is set"
	for _, test := range []struct{ text, want string }{
		{"kind: Secret\nimmutable: true\ndata: {}", refusal},
		{"kind: Secret\nimmutable: true\ndata: ", ""},
		{"kind: Secret\ndata: {}", ""},
		{"kind: ConfigMap\nimmutable: true\ndata: {}", ""},
		{"kind: ConfigMap\nimmutable: true\nbinaryData: {}", refusal},
		{"kind: ConfigMap\nbinaryData: {}", ""},
	} {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.text+" "+string(mode), func(t *testing.T) {
				c := New()
				object := fieldsOf(t, "apiVersion: v1\nmetadata: {name: w, labels: {chart: c-1}}\n"+test.text)
				require.Empty(t, c.Create(mode, object).Message)
				next := copied(object)
				set("c-2", "metadata", "labels", "chart")(next)
				for _, to := range []map[string]any{copied(object), copied(object), next} {
					_, v := c.Update(mode, object, to)
					assert.Equal(t, test.want != "", v.Refused)
					assert.Contains(t, v.Message, test.want)
				}
			})
		}
	}
}

// TestFieldOfAController: what it means to send it again is for the whole way to tell.
func TestFieldOfAController(t *testing.T) {
	c := New()
	claim := fieldsOf(t, claimHead)
	require.Empty(t, c.Create(lifecycle.ClientSide, claim).Message)
	c.Settle()
	more := fieldsOf(t, claimHead+"  volumeName: "+bound+"\n")
	set(map[string]any{"a": "b"}, "metadata", "labels")(more)
	changed, v := c.Update(lifecycle.ClientSide, claim, more)
	require.True(t, changed, v.Message)
	live := c.objects[c.keyOf(claim)]
	require.True(t, live.sent.is(lifecycle.ClientSide, more))
	assert.False(t, c.means(lifecycle.ClientSide, c.keyOf(claim), live, more))
}

// TestMeansWhatTheClusterHas: a manifest in other words than the cluster's changes
// nothing, which merging and judging agree with.
func TestMeansWhatTheClusterHas(t *testing.T) {
	in := func(path ...any) []any { return append([]any{"spec", "template", "spec"}, path...) }
	for name, test := range map[string]struct {
		value any
		path  []any
		means bool
	}{
		"word for word":                 {"web-1", []any{"metadata", "labels", "chart"}, true},
		"false where there is nothing":  {false, in("hostNetwork"), true},
		"0 where there is nothing":      {int64(0), []any{"spec", "minReadySeconds"}, true},
		"null where there is nothing":   {nil, in("nodeSelector"), true},
		"{} where there is nothing":     {map[string]any{}, in("nodeSelector"), true},
		"[] where there is nothing":     {[]any{}, in("tolerations"), true},
		"a quantity":                    {"1024Mi", in("containers", 0, "resources", "limits", "memory"), true},
		"a quantity that is a number":   {int64(1), in("containers", 0, "resources", "limits", "cpu"), true},
		"a quantity that is a fraction": {0.1, in("containers", 0, "resources", "limits", "cpu"), true},
		"a pointer to false":            {false, in("automountServiceAccountToken"), true},
		"null for a default":            {nil, []any{"spec", "replicas"}, false},
		"nothing for a default":         {"", in("containers", 0, "imagePullPolicy"), false},
		"0 for a default":               {int64(0), in("containers", 0, "readinessProbe"), false},
		"a field that is none":          {nil, in("nodeSelectors"), false},
		"an item twice":                 {"A", in("containers", 0, "env", 1, "name"), false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, mode := range lifecycle.Modes() {
				fields := fieldsOf(t, workload)
				set(test.value, test.path...)(fields)
				c := New()
				v := c.Create(mode, fields)
				if v.Refused {
					assert.False(t, test.means)
					continue
				}
				k := c.keyOf(fields)
				live := c.objects[k]
				assert.Equal(t, test.means, c.means(mode, k, live, copied(fields)))
				if test.means {
					again, v, diverged := judgedAtLength(c, mode, live, fields, copied(fields))
					assert.Empty(t, v.Message)
					assert.False(t, diverged)
					assert.True(t, again == nil || assert.Equal(t, live.fields, again))
				}

				scaled := copied(live.fields)
				set(int64(5), "spec", "replicas")(scaled)
				other := copied(fields)
				set(int64(1), "spec", "replicas")(other)
				assert.False(t, c.means(mode, k, live, other), "it was not sent")
				assert.False(t, c.means(mode, k, &resident{fields: scaled, sent: sent{mode: mode, manifest: other, fits: true}}, other), "the cluster has another value")
				assert.False(t, c.means("another", k, live, fields))
			}
		})
	}
}
