package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestIdle: an execution is used again for the same templates, by one rendering at a
// time.
func TestIdle(t *testing.T) {
	e := New(nil)
	names := []string{"a", "_b"}
	files := map[string]renderable{"a": {text: "a"}, "_b": {text: "b"}}
	x, err := e.newExecution(names, files)
	require.NoError(t, err)
	assert.Nil(t, e.idle.take(names, files))
	e.idle.keep(x)
	assert.Nil(t, e.idle.take(names[:1], files))
	assert.Nil(t, e.idle.take(names, map[string]renderable{"a": {text: "other"}, "_b": {text: "b"}}))
	assert.Same(t, x, e.idle.take(names, files))
	assert.Nil(t, e.idle.take(names, files), "it is in use")

	for range atMost + 1 {
		e.idle.keep(x)
	}
	assert.Len(t, e.idle.all, atMost)
}

// TestParsedOnce: a file is parsed once, and a partial that is equal to a later one
// not at all.
func TestParsedOnce(t *testing.T) {
	e := New(nil)
	files := map[string]renderable{"a/_p": {text: `{{ define "d" }}x{{ end }}`}, "b/_p": {text: `{{ define "d" }}x{{ end }}`}, "c": {text: "c"}}
	for range 2 {
		x, err := e.newExecution([]string{"a/_p", "b/_p", "c"}, files)
		require.NoError(t, err)
		assert.NotNil(t, x.root.Lookup("a/_p"))
	}
	assert.Len(t, e.parsed.files, 2)
	one, err := e.parsed.of(file{"c", "c"})
	require.NoError(t, err)
	again, err := e.parsed.of(file{"c", "c"})
	require.NoError(t, err)
	assert.Same(t, one["c"], again["c"])
}
