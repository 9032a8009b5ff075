package cluster

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// TestSettleUntilQuiet: the controllers work until nothing changes, and again when
// something has.
func TestSettleUntilQuiet(t *testing.T) {
	c := New()
	set := fieldsOf(t, statefulSet("  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}\n", "a: b"))
	require.Empty(t, c.Create("", set).Message)
	c.Settle()
	require.True(t, c.Has("v1", "PersistentVolumeClaim", "prod", "data-db-0"))
	assert.NotEmpty(t, c.controllers.claims)
	before := c.Objects()
	c.Settle()
	assert.Empty(t, c.controllers.claims)
	assert.Empty(t, c.controllers.sets)
	assert.False(t, c.controllers.lost)
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

// TestSettleMissesNothing: what the controllers make of what has changed is what they
// make when they look at everything.
func TestSettleMissesNothing(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 0))
		some, all := New(), New()
		for range 60 {
			change := randomChange(t, random)
			if random.IntN(10) == 0 {
				some, all = some.Clone().(*Cluster), all.Clone().(*Cluster)
			}
			change(some)
			change(all)
			if random.IntN(2) == 0 {
				continue
			}
			for k := range all.objects {
				all.controllers.see(k, all.objects[k], all.objects[k])
			}
			all.controllers.lost = true
			some.Settle()
			all.Settle()
			require.Equal(t, all.requests, some.requests, "seed %d", seed)
			require.Equal(t, all.Objects(), some.Objects(), "seed %d", seed)
		}
	}
}

// randomChange creates, changes or deletes a StatefulSet, or a claim that may be one
// of its claims.
func randomChange(t *testing.T, random *rand.Rand) func(*Cluster) {
	t.Helper()
	if random.IntN(2) == 0 {
		retention := []string{"", "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}\n"}[random.IntN(2)]
		set := fieldsOf(t, statefulSet(retention, "a: b"))
		set["spec"].(map[string]any)["replicas"] = random.Int64N(3)
		return upsert(random, set)
	}
	claim := fieldsOf(t, claimHead)
	claim["metadata"].(map[string]any)["name"] = fmt.Sprintf("data-db-%d", random.IntN(3))
	if random.IntN(3) == 0 {
		claim["metadata"].(map[string]any)["finalizers"] = []any{"example.com/hold"}
	}
	return upsert(random, claim)
}

func upsert(random *rand.Rand, o map[string]any) func(*Cluster) {
	remove := random.IntN(3) == 0
	return func(c *Cluster) {
		k := c.keyOf(o)
		switch live := c.objects[k]; {
		case remove:
			c.Delete(manifest.StringAt(o, "apiVersion"), k.kind, k.namespace, k.name)
		case live != nil:
			c.Update(lifecycle.ClientSide, live.fields, o)
		default:
			c.Create(lifecycle.ClientSide, o)
		}
	}
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
