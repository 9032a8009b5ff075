package release

import (
	"bytes"
	"encoding/base64"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// packed is JSON as Helm stores it.
func packed(t testing.TB, json string) []byte {
	t.Helper()
	text, err := pack([]byte(json))
	require.NoError(t, err)
	return text
}

func plain(json string) []byte { return base64.StdEncoding.AppendEncode(nil, []byte(json)) }

// history is what a real Helm has stored of an install, an upgrade and a rollback
// to revision 1: testdata is written by TestStoredRecords of test/cluster, with
// -update.
func history(t testing.TB, helm string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + helm + ".yaml")
	require.NoError(t, err)
	return text
}

// whole is a record with all that Helm 4 writes, and more that it does not.
const whole = `{ "name" : "db", "info": {"first_deployed":"2026-01-02T03:04:05.5+02:00","last_deployed":"2026-02-03T04:05:06Z","deleted":"",
"description":"Rollback to 1","status":"deployed","rollback_revision":1,"notes":"<none>"},
"chart":{"metadata":{"name":"postgres","version":"1.2.3","appVersion":"17","later":[1.0,1e400]},"lock":null,"templates":[{"name":"a","data":"YQ=="}]},
"config":{"size":10, "nested":{"b":[true,null]}},"manifest":"---\n# Source: postgres/templates/a.yaml\nkind: ConfigMap\nmetadata: {name: a}\n",
"hooks":[{"name":"h","kind":"Job","path":"postgres/templates/h.yaml","manifest":"kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n",
"events":["pre-upgrade","post-rollback"],"last_run":{"started_at":"2026-02-03T04:05:07Z","completed_at":"","phase":"Running"},"weight":-5,"delete_policies":["hook-failed"]},
{"name":"i","kind":"Pod","path":"postgres/templates/i.yaml","manifest":"kind: Pod\nmetadata: {name: i}","events":["test"],"last_run":{"phase":""}}],
"version":3,"namespace":"shop","apply_method":"ssa", "unknown" : {"a": 1.50} }`

func gzipOf(t testing.TB, json string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(string(packed(t, json)))
	require.NoError(t, err)
	return bytes.Clone(data)
}

func base64Of(data []byte) []byte { return base64.StdEncoding.AppendEncode(nil, data) }
