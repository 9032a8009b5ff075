package engine

import (
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestParsedQuickly: all functions are known without text/template's Parse.
func TestParsedQuickly(t *testing.T) {
	require.NotEmpty(t, names())
	for name := range names() {
		_, err := quickly(file{"x", "{{ " + name + " 1 }}"})
		assert.NoError(t, err)
	}
	for _, text := range []string{`{{ if and 1 (or 0 (not 1)) }}{{ printf "%s" (index .a "b") }}{{ else }}{{ eq 1 2 }}{{ end }}`, `{{ range .a }}{{ break }}{{ end }}`} {
		_, err := quickly(file{"x", text})
		assert.NoError(t, err)
	}
	for name := range builtins {
		_, err := quickly(file{"x", "{{ " + name + " }}"})
		require.NoError(t, err)
		_, err = template.New("x").Parse("{{ " + name + " }}")
		assert.NoError(t, err, "it is none of text/template's")
	}
	_, err := quickly(file{"x", "{{ nosuchfunction }}"})
	assert.Error(t, err)
}
