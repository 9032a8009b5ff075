package release

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestReadWhatHelmStored(t *testing.T) {
	for helm, method := range map[string]string{"helm3": "", "helm4": "ssa"} {
		asJSON, err := yaml.YAMLToJSON(history(t, helm))
		require.NoError(t, err)
		for format, text := range map[string][]byte{"yaml": history(t, helm), "json": asJSON} {
			t.Run(helm+" "+format, func(t *testing.T) {
				records, err := Read(bytes.NewReader(text))
				require.NoError(t, err)
				var got []string
				for i, r := range records {
					got = append(got, fmt.Sprintln(r.Name, r.Revision, r.Status, r.Description, r.RollbackRevision, r.ApplyMethod, r.Chart, r.Object.Kind, r.Object.Name))
					assert.Equal(t, r.Namespace, r.Object.Namespace)
					assert.Equal(t, i != 1, strings.Contains(r.Manifest, "image: registry.example.com/support/tickets"), r.Manifest)
					assert.False(t, r.LastDeployed.IsZero())
					assert.False(t, r.Hooks[0].LastRun.CompletedAt.IsZero())
				}
				back := 0
				if helm == "helm4" {
					back = 1
				}
				assert.Equal(t, []string{
					fmt.Sprintln("demo 1 superseded Install complete 0", method, "{hook-blocks-retry 1.0.0 2.7.0} Secret sh.helm.release.v1.demo.v1"),
					fmt.Sprintln("demo 2 superseded Upgrade complete 0", method, "{hook-blocks-retry 1.0.0 2.7.0} Secret sh.helm.release.v1.demo.v2"),
					fmt.Sprintln("demo 3 deployed Rollback to 1", back, method, "{hook-blocks-retry 1.0.0 2.7.0} Secret sh.helm.release.v1.demo.v3"),
				}, got)
			})
		}
	}
}

// secret is a record in a Secret, as kubectl prints it.
func secret(t testing.TB, name string, record []byte) string {
	t.Helper()
	return fmt.Sprintf("apiVersion: v1\nkind: Secret\ntype: helm.sh/release.v1\nmetadata: {name: %s, namespace: shop, labels: {owner: helm, name: a, version: \"1\", status: deployed}}\ndata: {release: %s}\n",
		name, base64.StdEncoding.EncodeToString(record))
}

func configMap(name string, record []byte) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: shop, labels: {owner: helm, name: a, version: \"1\", status: deployed}}\ndata: {release: %s}\n", name, record)
}

func TestReadSorts(t *testing.T) {
	var stream []string
	for i, at := range []string{"b/a/1", "a/b/10", "a/b/9", "a/a/2", "a/b/1"} {
		part := strings.Split(at, "/")
		record := packed(t, fmt.Sprintf(`{"namespace":%q,"name":%q,"version":%s}`, part[0], part[1], part[2]))
		if i%2 == 0 {
			stream = append(stream, secret(t, "s", record))
		} else {
			stream = append(stream, configMap("c", record))
		}
	}
	records, err := Read(strings.NewReader(strings.Join(stream, "---\n")))
	require.NoError(t, err)
	var got []string
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s/%s/%d", r.Namespace, r.Name, r.Revision))
	}
	assert.Equal(t, []string{"a/a/2", "a/b/1", "a/b/9", "a/b/10", "b/a/1"}, got)
	assert.Equal(t, manifest.ID{APIVersion: "v1", Kind: "Secret", Namespace: "shop", Name: "s"}, records[4].Object)
}

func TestReadPassesOver(t *testing.T) {
	for name, object := range map[string]string{
		"nothing":                    "",
		"another Secret":             "kind: Secret\ntype: Opaque\nmetadata: {name: a}\ndata: {release: eA==}\n",
		"a Secret of another owner":  "kind: Secret\nmetadata: {name: a, labels: {owner: shop, name: a, version: \"1\"}}\ndata: {release: eA==}\n",
		"a Secret of a team's":       "kind: Secret\nmetadata: {name: a, labels: {owner: helm}}\ndata: {release: eA==}\n",
		"a ConfigMap":                "kind: ConfigMap\nmetadata: {name: a}\ndata: {release: x}\n",
		"what Helm 2 stored":         "kind: ConfigMap\nmetadata: {name: a.v1, labels: {OWNER: TILLER, NAME: a, VERSION: \"1\"}}\ndata: {release: H4sI}\n",
		"a Deployment of that owner": "kind: Deployment\ntype: helm.sh/release.v1\nmetadata: {name: a, labels: {owner: helm, name: a, version: \"1\"}}\n",
		"a ConfigMap of that type":   "kind: ConfigMap\ntype: helm.sh/release.v1\nmetadata: {name: a}\n",
		"labels that are none":       "kind: Secret\nmetadata: {name: a, labels: [owner]}\n",
		"an empty List":              "kind: List\nitems: []\n",
	} {
		records, err := Read(strings.NewReader(object))
		require.NoError(t, err, name)
		assert.Empty(t, records, name)
	}
}

func TestReadNamesWhatItCannotRead(t *testing.T) {
	good := packed(t, whole)
	labelled := "metadata: {name: s, namespace: shop, labels: {owner: helm, name: a, version: \"1\"}}\n"
	tests := []struct{ name, object, want string }{
		{"cut off", secret(t, "s", base64Of(gzipOf(t, whole)[:40])), "Secret/s in namespace shop: the record is cut off in the midst of its gzip"},
		{"cut off in a ConfigMap", configMap("c", good[:40]), "ConfigMap/c in namespace shop: the record is cut off"},
		{"of a later type", strings.Replace(secret(t, "s", good), "release.v1", "release.v2", 1), "Secret/s in namespace shop: a release record of type helm.sh/release.v2: only helm.sh/release.v1 is known"},
		{"without data", "kind: Secret\ntype: helm.sh/release.v1\nmetadata: {name: s}\n", "Secret/s in namespace unknown: it is labelled as a release record but has no data.release"},
		{"without its type", "kind: Secret\n" + labelled + "data: {release: 7}\n", "Secret/s in namespace shop: it is labelled as a release record but has no data.release"},
		{"not in base64", "kind: Secret\n" + labelled + "data: {release: \"{}\"}\n", "Secret/s in namespace shop: data.release is not base64"},
		{"without Kubernetes' base64", "kind: Secret\n" + labelled + "data: {release: " + string(good) + "}\n", "Secret/s in namespace shop: the record is not base64"},
		{"YAML that is none", "kind: a: b\n", "line 1: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			records, err := Read(strings.NewReader(test.object))
			assert.ErrorContains(t, err, test.want)
			assert.Empty(t, records)
		})
	}
	records, err := Read(strings.NewReader(tests[0].object + "---\n" + secret(t, "t", good) + "---\n" + tests[1].object))
	assert.ErrorContains(t, err, tests[0].want)
	assert.ErrorContains(t, err, tests[1].want)
	require.Len(t, records, 1, "the others are read all the same")
	assert.Equal(t, "t", records[0].Object.Name)
}

// FuzzRead: whatever the objects are, the records among them are in order, and
// each can be read again where it was found.
func FuzzRead(f *testing.F) {
	good := packed(f, whole)
	f.Add(string(history(f, "helm3")))
	f.Add(secret(f, "s", good) + "---\n" + configMap("c", plain(`{"name":"b","version":2}`)))
	f.Add(secret(f, "s", good[:40]))
	f.Add(secret(f, "s", base64Of(good)))
	f.Add(`{"kind":"List","items":[{"kind":"Secret","type":"helm.sh/release.v1","data":{"release":"ZXlKdVlXMWxJam9pWVNJc0luWmxjbk5wYjI0aU9qRjk="}},{"kind":"ConfigMap","metadata":{"labels":{"owner":"helm","name":"a","version":"1"}},"data":{"release":"eyJuYW1lIjoiYSIsInZlcnNpb24iOjF9"}}]}`)
	f.Add("kind: Secret\ntype: helm.sh/release.v2\nkind: Secret\ndata: {release: 1e400}\n")
	f.Add("kind: Secret\ntype: helm.sh/release.v1\ndata: {release: *x}\n")
	f.Add("kind: List\nitems: [{kind: ConfigMap, metadata: &m {labels: {owner: helm, name: a, version: \"1\"}}, data: {release: " + string(plain(`{"name":"a","version":1}`)) + "}}, {kind: ConfigMap, metadata: *m}]\n")
	f.Add("kind: List\nitems: " + strings.Repeat("[", 1000))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 16384 {
			return // the YAML library is slow with some long texts
		}
		records, err := Read(strings.NewReader(text))
		for i, r := range records {
			if i > 0 {
				last := records[i-1]
				require.True(t, last.Namespace < r.Namespace || last.Namespace == r.Namespace && (last.Name < r.Name || last.Name == r.Name && last.Revision <= r.Revision))
			}
			again, err := Decode(r.Encoded())
			require.NoError(t, err)
			again.Object = r.Object
			require.Equal(t, r, again)
		}
		twice, errTwice := Read(strings.NewReader(text))
		require.Equal(t, records, twice)
		require.Equal(t, err, errTwice)
		if _, err := json.Marshal(records); err != nil {
			t.Fatal(err)
		}
	})
}
