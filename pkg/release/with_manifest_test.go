package release

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithManifest(t *testing.T) {
	const text, json = "a: \"<b>\"\n", `"a: \"\u003cb\u003e\"\n"`
	tests := []struct{ name, before, after string }{
		{"in its place", `{"name":"a", "manifest" :  "old" , "version":1 }`, `{"name":"a", "manifest" :  ` + json + ` , "version":1 }`},
		{"first", `{"manifest":"old","version":1,"name":"a"}`, `{"manifest":` + json + `,"version":1,"name":"a"}`},
		{"last", "{\"version\":1,\"name\":\"a\",\n\"manifest\":\"o\\\"ld\"\n}\n", "{\"version\":1,\"name\":\"a\",\n\"manifest\":" + json + "\n}\n"},
		{"none yet", `{"version":1,"name":"a" } `, `{"version":1,"name":"a" ,"manifest":` + json + `} `},
		{"null", `{"version":1,"manifest":null,"name":"a"}`, `{"version":1,"manifest":` + json + `,"name":"a"}`},
		{"two, of which the last counts", `{"manifest":"old","version":1,"manifest":"x","name":"a"}`, `{"manifest":"old","version":1,"manifest":` + json + `,"name":"a"}`},
		{"in capitals", `{"manifest":"old","version":1,"Manifest":"x","name":"a"}`, `{"manifest":"old","version":1,"Manifest":` + json + `,"name":"a"}`},
		{"others of that name", `{"chart":{"manifest":"c"},"hooks":[{"manifest":"h"}],"manifest":"old","version":1,"name":"a","manifests":"x"}`,
			`{"chart":{"manifest":"c"},"hooks":[{"manifest":"h"}],"manifest":` + json + `,"version":1,"name":"a","manifests":"x"}`},
		{"numbers and spelling stay", `{"chart":{"n":[1.0,1e400,"\u0041\/"]},"manifest":"old","version":1,"name":"a"}`,
			`{"chart":{"n":[1.0,1e400,"\u0041\/"]},"manifest":` + json + `,"version":1,"name":"a"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := Decode(packed(t, test.before))
			require.NoError(t, err)
			r.Object.Name = "secret"
			changed, err := r.WithManifest(text)
			require.NoError(t, err)
			assert.Equal(t, text, changed.Manifest)
			assert.Equal(t, "secret", changed.Object.Name)
			got, err := unpack(changed.Encoded())
			require.NoError(t, err)
			assert.Equal(t, test.after, string(got))
			assert.Equal(t, packed(t, test.before), r.Encoded(), "the record itself is as it was")
		})
	}
}

func TestWithManifestRefuses(t *testing.T) {
	r, err := Decode(packed(t, whole))
	require.NoError(t, err)
	_, err = r.WithManifest("a: \xff\n")
	assert.EqualError(t, err, "revision 3 of release db in namespace shop: the new manifest is not valid UTF-8, which JSON cannot hold")
	_, err = r.WithManifest(strings.Repeat("a", maxJSON))
	assert.ErrorContains(t, err, "revision 3 of release db in namespace shop with another manifest: the record unpacks to more than 64 MiB")
	_, err = (&Record{}).WithManifest("a: b")
	assert.Error(t, err)
}

// TestHelmPacksTheSame: what Helm has written and we write anew has the same
// bytes.
func TestHelmPacksTheSame(t *testing.T) {
	for _, helm := range []string{"helm3", "helm4"} {
		records, err := Read(bytes.NewReader(history(t, helm)))
		require.NoError(t, err)
		for _, r := range records {
			same, err := r.WithManifest(r.Manifest)
			require.NoError(t, err)
			assert.Same(t, r, same)
			changed, err := r.WithManifest("other")
			require.NoError(t, err)
			back, err := changed.WithManifest(r.Manifest)
			require.NoError(t, err)
			assert.Equal(t, r, back)
		}
	}
}
