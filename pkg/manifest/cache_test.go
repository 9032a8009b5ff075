package manifest

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared reports whether two readings of a text have the same fields in memory.
func shared(t *testing.T, c *Cache, text string) bool {
	t.Helper()
	var at [2]uintptr
	var streams [2]*Stream // both are kept, or the second might lie where the first was
	for i := range at {
		s, err := c.Parse([]byte("---\n# Source: demo/templates/a.yaml\n" + text))
		require.NoError(t, err)
		require.Len(t, s.Objects(), 1)
		assert.Equal(t, "a", s.Objects()[0].Name)
		streams[i] = s
		at[i] = reflect.ValueOf(s.Objects()[0].Fields).Pointer()
	}
	runtime.KeepAlive(streams)
	return at[0] == at[1]
}

func TestCache(t *testing.T) {
	const text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n"
	assert.True(t, shared(t, NewCache(), text))
	assert.False(t, shared(t, nil, text))

	c := NewCache()
	_, err := c.Parse([]byte("a: ["))
	require.Error(t, err)
	_, again := c.Parse([]byte("a: ["))
	assert.Equal(t, err, again)
}

func TestCacheIsBounded(t *testing.T) {
	const text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n# "
	c := NewCache()
	for range 3 {
		long := text + strings.Repeat("x", c.room-200)
		assert.True(t, shared(t, c, long))
		assert.False(t, shared(t, c, long+strings.Repeat("y", 200)), "no room is left")
		assert.GreaterOrEqual(t, c.room, 0)
		c.room = roomForDocuments
	}
}
