package engine

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMemoryAnswersAsHelmDoes(t *testing.T) {
	m := newMemory()
	for _, v := range []any{
		nil, "", "a: b", 1, 1.5, true, []any{}, []any{1, "x", nil}, map[string]any{}, map[string]any{"b": 1, "a": []any{map[string]any{"c": "yes"}}},
		map[string]any{"date": "2001-01-01", "big": 1e21, "int": int64(math.MaxInt64)}, struct{ A string }{"x"}, func() {}, math.Inf(1),
	} {
		for range 2 {
			assert.Equal(t, toYAML(v), m.toYAML(v), "%v", v)
		}
	}
	for _, text := range []string{"", "a: 1", "a: {b: [1, {c: d}]}", "a: ~", "- a", "text", "a: [", "a: 1\na: 2", "a: &x [1]\nb: *x", "a: 1.0\nb: 010\nc: yes", "1: a", "\tx", "a: []\nb: {}"} {
		for range 2 {
			assert.Equal(t, fromYAML(text), m.fromYAML(text), text)
		}
	}
}

func TestMemoryIsNotWhatTemplatesChange(t *testing.T) {
	m := newMemory()
	for range 3 {
		got := m.fromYAML("a: {b: 1}\nlist: [{c: 1}]")
		assert.Equal(t, map[string]any{"a": map[string]any{"b": 1.0}, "list": []any{map[string]any{"c": 1.0}}}, got)
		got["a"].(map[string]any)["b"] = "changed"
		got["list"].([]any)[0].(map[string]any)["c"] = "changed"
		got["list"].([]any)[0] = "changed"
		got["new"] = true
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory()
	long := strings.Repeat("x", roomForYAML/4)
	for i := range 9 {
		text := "a: " + long + strings.Repeat("y", i)
		assert.Equal(t, fromYAML(text), m.fromYAML(text))
		assert.Equal(t, toYAML(text), m.toYAML(text))
	}
	assert.GreaterOrEqual(t, m.room, 0)
	assert.NotEmpty(t, m.read)
	assert.Less(t, len(m.read)+len(m.written), 4)

	p := newParsed()
	for i := range 9 {
		_, err := p.of(file{rootName, strings.Repeat("x", roomForTexts/4+i)})
		assert.NoError(t, err)
	}
	assert.Len(t, p.files, 3)
	assert.Len(t, p.facts, 3)
}

func TestShortTextsThatSayMuchAreNotKept(t *testing.T) {
	m := newMemory()
	m.fromYAML("a: &a [1]\nb: *a")
	assert.Empty(t, m.read)
}
