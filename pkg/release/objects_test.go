package release

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestObjects(t *testing.T) {
	r, err := Decode(packed(t, whole))
	require.NoError(t, err)
	stream, err := r.Stream()
	require.NoError(t, err)
	assert.Equal(t, r.Manifest, string(stream.Bytes()))

	objects, err := r.Objects()
	require.NoError(t, err)
	type seen struct {
		id, source string
		hook       *manifest.Hook
	}
	var got []seen
	for _, o := range objects {
		got = append(got, seen{o.String(), o.Source, o.Hook})
		assert.Equal(t, o.Source, o.Document.Source)
	}
	assert.Equal(t, []seen{
		{"ConfigMap/a", "postgres/templates/a.yaml", nil},
		// what the record says counts, not what the annotation says
		{"Job/h", "postgres/templates/h.yaml", &manifest.Hook{Events: []string{"pre-upgrade", "post-rollback"}, Weight: -5, DeletePolicies: []string{"hook-failed"}}},
		{"Pod/i", "postgres/templates/i.yaml", &manifest.Hook{Events: []string{"test"}, DeletePolicies: []string{"before-hook-creation"}}},
	}, got)
}

// TestAnnotationInAManifest: an object that Helm stored in the manifest is rolled
// back to as any other, whatever its annotations.
func TestAnnotationInAManifest(t *testing.T) {
	r, err := Decode(packed(t, `{"name":"a","version":1,"manifest":"kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: test}}"}`))
	require.NoError(t, err)
	objects, err := r.Objects()
	require.NoError(t, err)
	require.Len(t, objects, 1)
	assert.Nil(t, objects[0].Hook)
}

func TestObjectsOfWhatHelmStored(t *testing.T) {
	for _, helm := range []string{"helm3", "helm4"} {
		records, err := Read(bytes.NewReader(history(t, helm)))
		require.NoError(t, err)
		for _, r := range records {
			objects, err := r.Objects()
			require.NoError(t, err)
			require.Len(t, objects, 2)
			assert.Equal(t, "Deployment/demo-tickets", objects[0].String())
			assert.Nil(t, objects[0].Hook)
			assert.Equal(t, "Job/demo-tickets-migrate", objects[1].String())
			assert.Equal(t, "hook-blocks-retry/templates/migrate.yaml", objects[1].Source)
			assert.Equal(t, &manifest.Hook{Events: []string{"pre-install", "pre-upgrade"}, DeletePolicies: []string{"hook-succeeded"}}, objects[1].Hook)
		}
	}
}

func TestObjectsThatCannotBeRead(t *testing.T) {
	r, err := Decode(packed(t, `{"name":"a","version":1,"namespace":"n","manifest":"a: b: c"}`))
	require.NoError(t, err)
	_, err = r.Objects()
	assert.ErrorContains(t, err, "manifest of revision 1 of release a in namespace n: line 1: ")
	r, err = Decode(packed(t, `{"name":"a","version":1,"namespace":"n","hooks":[{"path":"c/templates/h.yaml","manifest":"a: b: c"}]}`))
	require.NoError(t, err)
	_, err = r.Objects()
	assert.ErrorContains(t, err, "hook c/templates/h.yaml of revision 1 of release a in namespace n: line 1: ")
}
