package release

import (
	"bytes"
	"encoding/json"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	want := &Record{
		Name: "db", Namespace: "shop", Revision: 3, Status: "deployed", Description: "Rollback to 1", RollbackRevision: 1, ApplyMethod: "ssa",
		FirstDeployed: time.Date(2026, 1, 2, 3, 4, 5, 500_000_000, time.FixedZone("", 2*60*60)), LastDeployed: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		Chart:    Chart{"postgres", "1.2.3", "17"},
		Manifest: "---\n# Source: postgres/templates/a.yaml\nkind: ConfigMap\nmetadata: {name: a}\n",
		Hooks: []Hook{
			{
				Name: "h", Kind: "Job", Path: "postgres/templates/h.yaml", Manifest: "kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n",
				Events: []string{"pre-upgrade", "post-rollback"}, Weight: -5, DeletePolicies: []string{"hook-failed"},
				LastRun: Run{StartedAt: time.Date(2026, 2, 3, 4, 5, 7, 0, time.UTC), Phase: "Running"},
			},
			{Name: "i", Kind: "Pod", Path: "postgres/templates/i.yaml", Manifest: "kind: Pod\nmetadata: {name: i}", Events: []string{"test"}},
		},
	}
	for name, text := range map[string][]byte{"gzip": packed(t, whole), "as it was before Helm compressed": plain(whole), "broken into lines": inLines(packed(t, whole))} {
		t.Run(name, func(t *testing.T) {
			r, err := Decode(text)
			require.NoError(t, err)
			assert.Equal(t, text, r.Encoded())
			assert.True(t, want.FirstDeployed.Equal(r.FirstDeployed))
			config, err := r.Config()
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"size": 10.0, "nested": map[string]any{"b": []any{true, nil}}}, config)
			got := *r
			got.text, got.config, got.FirstDeployed = nil, nil, want.FirstDeployed
			assert.Equal(t, want, &got)
			assert.Equal(t, "revision 3 of release db in namespace shop", r.String())
		})
	}
}

func inLines(text []byte) []byte {
	return bytes.Join(slices.Collect(slices.Chunk(text, 76)), []byte("\r\n"))
}

func TestDecodeTheLeast(t *testing.T) {
	for _, json := range []string{`{"name":"a","version":1}`, `{"NAME":"b","name":"a","version":2,"version":1,"info":null,"chart":null,"config":null,"hooks":null,"manifest":null,"apply_method":null}`} {
		r, err := Decode(packed(t, json))
		require.NoError(t, err)
		config, err := r.Config()
		require.NoError(t, err)
		assert.Empty(t, config)
		r.text, r.config = nil, nil
		assert.Equal(t, &Record{Name: "a", Revision: 1}, r)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := gzipOf(t, whole)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-6] ^= 1 // its checksum
	tests := []struct {
		name string
		text []byte
		want string
	}{
		{"nothing", nil, "the record's JSON is damaged (unexpected end of JSON input); Helm cannot read it either"},
		{"JSON as it is", []byte(whole), "not base64 (illegal base64 data at input byte 0): give data.release of the Secret as `kubectl get secret NAME -o jsonpath={.data.release} | base64 -d` prints it"},
		{"base64 of web addresses", []byte("-_-_"), "not base64"},
		{"base64 cut off", packed(t, whole)[:101], "not base64"},
		{"as kubectl prints a Secret", base64Of(packed(t, whole)), "base64 twice, as Kubernetes prints a Secret"},
		{"gzip cut off in its header", base64Of(good[:5]), "cut off in the midst of its gzip; Helm cannot read it either: restore it from a backup"},
		{"gzip cut off", base64Of(good[:len(good)/2]), "cut off in the midst"},
		{"gzip without its last byte", base64Of(good[:len(good)-1]), "cut off in the midst"},
		{"gzip of another checksum", base64Of(flipped), "the record is damaged (gzip: invalid checksum)"},
		{"gzip and more", base64Of(append(bytes.Clone(good), "more"...)), "cut off in the midst"},
		{"three bytes of gzip", base64Of(good[:3]), "JSON is damaged"},
		{"JSON cut off", packed(t, whole[:len(whole)-1]), "the record's JSON is damaged (unexpected end of JSON input)"},
		{"JSON and more", packed(t, whole+"{}"), "JSON is damaged"},
		{"list", packed(t, `[]`), "is a array"},
		{"null", packed(t, `null`), `no release record: its name is "" and its version 0`},
		{"another object", packed(t, `{"kind":"Secret"}`), `no release record: its name is ""`},
		{"revision 0", packed(t, `{"name":"a"}`), `its name is "a" and its version 0`},
		{"revision below 0", packed(t, `{"name":"a","version":-1}`), `its version -1`},
		{"huge revision", packed(t, `{"name":"a","version":123456789012345678901234567890}`), "the record's version is a number 123456789012345678901234567890, which Helm does not write there"},
		{"half a revision", packed(t, `{"name":"a","version":1.5}`), "the record's version is a number 1.5"},
		{"status of another type", packed(t, `{"name":"a","version":1,"info":{"status":7}}`), "the record's info.status is a number"},
		{"config of another type", packed(t, `{"name":"a","version":1,"config":[]}`), "the record's config is no mapping"},
		{"time in other words", packed(t, `{"name":"a","version":1,"info":{"deleted":"yesterday"}}`), "yesterday"},
		{"nested too deep", packed(t, `{"name":"a","version":1,"chart":`+strings.Repeat("[", 1_000_000)), "exceeded max depth"},
		{"bomb", bomb(t, `{"name":"a","version":1}`+strings.Repeat(" ", maxJSON)), "unpacks to more than 64 MiB and is not read"},
		{"bomb in two", bomb(t, `{"name":"a",`, `"version":1}`+strings.Repeat(" ", maxJSON)), "unpacks to more than 64 MiB and is not read"},
		{"bomb without gzip", plain(`{"name":"a","version":1}` + strings.Repeat(" ", maxJSON)), "unpacks to more than 64 MiB and is not read"},
		{"many hooks", packed(t, `{"name":"a","version":1,"hooks":[{}`+strings.Repeat(",{}", maxHooks)+`]}`), "more than 10000 hooks and is not read: no chart comes near that"},
		{"many events", packed(t, `{"name":"a","version":1,"hooks":[{"events":[""`+strings.Repeat(`,""`, maxWords)+`]}]}`), "a hook with more than 100 events"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode(test.text)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// bomb is gzip of texts one after the other, which reads as one.
func bomb(t *testing.T, texts ...string) []byte {
	var all []byte
	for _, text := range texts {
		all = append(all, gzipOf(t, text)...)
	}
	return base64Of(all)
}

// TestDecodeBounds: at the bounds themselves a record is read.
func TestDecodeBounds(t *testing.T) {
	for name, json := range map[string]string{
		"size":   `{"name":"a","version":1}` + strings.Repeat(" ", maxJSON-24),
		"hooks":  `{"name":"a","version":1,"hooks":[{}` + strings.Repeat(",{}", maxHooks-1) + `]}`,
		"events": `{"name":"a","version":1,"hooks":[{"events":[""` + strings.Repeat(`,""`, maxWords-1) + `]}]}`,
		"depth":  `{"name":"a","version":1,"chart":{"files":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`,
	} {
		_, err := Decode(packed(t, json))
		assert.NoError(t, err, name)
	}
}

// TestBombsTakeNoMemory: what is refused for its size was never held.
func TestBombsTakeNoMemory(t *testing.T) {
	zeros := bomb(t, strings.Repeat(" ", 2*maxJSON))
	items := packed(t, `{"name":"a","version":1,"hooks":[{}`+strings.Repeat(",{}", maxJSON/8)+`]}`)
	for name, limit := range map[string]struct {
		text  []byte
		bytes uint64
	}{"zeros": {zeros, 8 << 20}, "hooks": {items, 2 * maxJSON}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(limit.text)
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, limit.bytes, name)
	}
}

func TestConfigTooLargeForANumber(t *testing.T) {
	r, err := Decode(packed(t, `{"name":"a","version":1,"namespace":"n","config":{"a":1e999}}`))
	require.NoError(t, err)
	_, err = r.Config()
	assert.ErrorContains(t, err, "revision 1 of release a in namespace n: config: ")
}

// FuzzDecode: what is read can be written back with another manifest, and all
// else of it stays.
func FuzzDecode(f *testing.F) {
	good := gzipOf(f, whole)
	f.Add(packed(f, whole))
	f.Add(plain(whole))
	for n := 0; n < len(good); n += 29 {
		f.Add(base64Of(good[:n]))
	}
	f.Add(base64Of(packed(f, whole)))
	f.Add([]byte(whole))
	f.Add(base64Of(append(bytes.Clone(good), good...)))
	for _, json := range []string{
		`{"name":"a","version":1}` + strings.Repeat(" ", 1<<20), // a small bomb
		`{"name":"a","version":123456789012345678901234567890}`, `{"name":"a","version":1e0}`, `{"name":"a","version":1,"info":{"rollback_revision":1e400}}`,
		`{"name":"a","version":1,"chart":` + strings.Repeat(`{"metadata":`, 200) + strings.Repeat("}", 200) + `}`, strings.Repeat("[", 20_000),
		`{"name":"a","version":1,"manifest":"x","MANIFEST":"y","manife\u017ft":null,"name":"b","hooks":[{"name":"h"}],"hooks":[{"kind":"k"},{}]}`,
		`{"name":"\ud800","version":1,"manifest":"` + "\xff" + `","namespace":"\u0000","config":{"a":1e999}}`,
		`null`, `{}`, `{"name":"a","version":1,"hooks":[null],"info":null,"config":null}`, `{"name":"a","version":1,"hooks":[{"events":["a,b"],"last_run":{"started_at":"2026-02-30T00:00:00Z"}}]}`,
	} {
		f.Add(packed(f, json))
		f.Add(plain(json))
	}
	for _, helm := range []string{"helm3", "helm4"} {
		records, err := Read(bytes.NewReader(history(f, helm)))
		require.NoError(f, err)
		f.Add(records[1].Encoded())
	}
	f.Fuzz(func(t *testing.T, text []byte) { testDecoded(t, text) })
}

// FuzzDecodeJSON does the same without what is around the JSON.
func FuzzDecodeJSON(f *testing.F) {
	f.Add(whole)
	f.Fuzz(func(t *testing.T, json string) { testDecoded(t, plain(json)) })
}

func testDecoded(t *testing.T, text []byte) {
	before := bytes.Clone(text)
	r, err := Decode(text)
	require.Equal(t, before, text, "changed what it was given")
	if err != nil {
		require.Nil(t, r)
		require.NotContains(t, err.Error(), "Go struct", "an error in words of the code")
		return
	}
	require.NotEmpty(t, r.Name)
	require.Positive(t, r.Revision)
	_, _ = r.Config()
	_, _ = r.Objects()

	const manifest = "kind: <none>\n\u2028"
	changed, err := r.WithManifest(manifest)
	require.NoError(t, err)
	require.Equal(t, manifest, changed.Manifest)
	require.Equal(t, othersOf(t, r), othersOf(t, changed))
	back, err := changed.WithManifest(r.Manifest)
	require.NoError(t, err)
	back.text, r.text = nil, nil
	require.Equal(t, r, back)
}

// othersOf is a record's JSON without its manifest.
func othersOf(t *testing.T, r *Record) map[string]json.RawMessage {
	data, err := unpack(r.Encoded())
	require.NoError(t, err)
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &all))
	maps.DeleteFunc(all, func(name string, _ json.RawMessage) bool { return strings.EqualFold(name, "manifest") })
	return all
}
