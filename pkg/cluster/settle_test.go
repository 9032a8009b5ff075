package cluster

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestSettleUntilQuiet: the controllers work until nothing changes, and again when
// something has.
func TestSettleUntilQuiet(t *testing.T) {
	c := New()
	set := fieldsOf(t, statefulSet("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}\n", "a: b"))
	require.Empty(t, c.Create("", set).Message)
	c.Settle()
	require.True(t, c.Has("v1", "PersistentVolumeClaim", "prod", "data-db-0"))
	assert.False(t, c.quiet)
	before := c.Objects()
	c.Settle()
	assert.True(t, c.quiet)
	assert.Equal(t, before, c.Objects())

	more := copied(set)
	more["spec"].(map[string]any)["replicas"] = int64(2)
	changed, _ := c.Update(lifecycle.ClientSide, set, more)
	require.True(t, changed)
	c.Settle()
	assert.True(t, c.Has("v1", "PersistentVolumeClaim", "prod", "data-db-1"))

	c.Settle()
	c.Delete("apps/v1", "StatefulSet", "prod", "db")
	c.Settle()
	assert.False(t, c.Has("v1", "PersistentVolumeClaim", "prod", "data-db-0"), "it goes with its set")
}

// TestSettleTriesAgain: a claim that is refused is tried each time, and each try
// counts.
func TestSettleTriesAgain(t *testing.T) {
	c := New()
	set := fieldsOf(t, statefulSet("", "a: b"))
	require.Empty(t, c.Create("", set).Message)
	k := c.keyOf(set)
	stored := copied(c.objects[k].fields)
	template := stored["spec"].(map[string]any)["volumeClaimTemplates"].([]any)[0].(map[string]any)
	template["spec"].(map[string]any)["accessModes"] = []any{"Never"}
	c.store(k, &resident{fields: stored})
	before := c.requests
	c.Settle()
	c.Settle()
	assert.Equal(t, before+2, c.requests)
}

// TestSecondAddressIsTheServicesOwn: answers to the same question are shared.
func TestSecondAddressIsTheServicesOwn(t *testing.T) {
	first := New()
	second := first.Clone().(*Cluster)
	require.Empty(t, second.Create("", fieldsOf(t, claimHead)).Message)
	service := fieldsOf(t, serviceHead+"  clusterIP: 10.96.0.9\n  ipFamilyPolicy: RequireDualStack\n")
	require.Empty(t, first.Create("", service).Message)
	before := first.Objects()
	require.Empty(t, second.Create("", service).Message)
	assert.Equal(t, before, first.Objects())
	assert.NotEqual(t, before[0]["spec"], second.Get("v1", "Service", "prod", "web")["spec"])
}
