package records

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/release"
)

// odd are records that Helm does not write, and may read.
var odd = []string{
	`{"name":"a","version":1}`, `{"name":"a","version":1,"info":null,"chart":null,"config":null,"hooks":null}`, `{"name":"a","version":1,"hooks":[null,{}]}`,
	`{"NAME":"a","Version":1,"name":"b","version":2,"manifest":"x","MANIFEST":"y","manife\u017ft":null}`,
	`{"name":"a","version":1,"hooks":[{"name":"h","weight":3,"events":["a","b"]},{}],"hooks":[{"kind":"k","events":["c"]}],"info":{"status":"x"},"info":{"description":"y"}}`,
	`{"name":"a","version":1,"info":{"first_deployed":"","deleted":null,"last_deployed":"2026-01-02T03:04:05+24:00"}}`,
	`{"name":"a","version":1,"info":{"first_deployed":"2026-02-30T00:00:00Z"}}`, `{"name":"a","version":1e0}`, `{"name":"a","version":9223372036854775808}`,
	`{"name":"a","version":1,"config":{"a":1e400}}`, `{"name":"a","version":1,"config":[]}`, `{"name":"a","version":1,"config":{"a":1,"a":{"b":2}}}`,
	`{"name":"a","version":1,"chart":{"metadata":{"name":7}}}`, `{"name":"a","version":1,"chart":{"metadata":{"name":"c"},"templates":[{"data":"%"}]}}`,
	`{"name":"a","version":1,"info":{"rollback_revision":"x"}}`, `{"name":"a","version":1,"apply_method":1}`,
	`{"name":"\ud800","version":1,"manifest":"` + "\xff" + `"}`, `{"name":"a"}`, `{"version":1}`, `null`, `[]`, `7`, ``, ` `, `{"name":"a","version":1} x`,
	strings.Repeat(`{"chart":`, 11_000),
}

func TestOddRecords(t *testing.T) {
	for _, json := range odd {
		compare(t, base64.StdEncoding.AppendEncode(nil, []byte(json)))
	}
	for _, text := range []string{"", "=", "H4sI", "H4sIAAAA", "eyJu\nYW1lIjoiYSIsInZlcnNpb24iOjF9\r\n", "eyJuYW1lIjoiYSIsInZlcnNpb24iOjF9 "} {
		compare(t, []byte(text))
	}
}

// FuzzAsHelm: what Helm reads we read, and as Helm does.
func FuzzAsHelm(f *testing.F) {
	for _, json := range odd {
		f.Add(json)
	}
	for _, name := range []string{"helm3", "helm4"} {
		file, err := os.Open("../../../pkg/release/testdata/" + name + ".yaml")
		require.NoError(f, err)
		records, err := release.Read(file)
		require.NoError(f, err)
		require.NoError(f, file.Close())
		f.Add(`{"name":"a","version":1,"manifest":"` + records[0].Chart.Name + `","hooks":[{"name":"h","kind":"Job","weight":-1,"last_run":{"started_at":"2026-01-02T03:04:05Z","phase":"Running"},"delete_policies":["hook-failed"]}]}`)
	}
	f.Fuzz(func(t *testing.T, json string) { compare(t, base64.StdEncoding.AppendEncode(nil, []byte(json))) })
}

func compare(t *testing.T, text []byte) {
	t.Helper()
	want, ok := readByHelm(text)
	got, err := release.Decode(text)
	if !ok {
		return // we read less of it, and may do without what Helm misses
	}
	if want.Name == "" || want.Version < 1 {
		require.Error(t, err, "%s", text)
		return
	}
	if err != nil { // only Helm 4 reads these; and there are bounds that Helm does not have
		for _, known := range []string{"the record's info.rollback_revision is a", "the record's apply_method is a", "and is not read"} {
			if strings.Contains(err.Error(), known) {
				return
			}
		}
		t.Fatalf("Helm reads %s: %v", text, err)
	}
	changed, err := got.WithManifest("new")
	require.NoError(t, err)
	stored, ok := readByHelm(changed.Encoded())
	require.True(t, ok)
	stored.Manifest = want.Manifest
	assert.Equal(t, want, stored)
	assertSame(t, want, got)
}
