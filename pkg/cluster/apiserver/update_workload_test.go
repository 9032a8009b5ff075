package apiserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUpdateGeneration(t *testing.T) {
	t.Parallel()
	generation := func(c change) (any, map[string]any) {
		out, v := c.judge(t)
		require.False(t, v.Refused, v.Message)
		metadata := out["metadata"].(map[string]any)
		return metadata["generation"], metadata
	}
	g, _ := generation(change{Base: "statefulset", Change: `metadata: {labels: {a: b}}`})
	assert.EqualValues(t, 1, g)
	g, _ = generation(change{Base: "statefulset", Change: `spec: {replicas: 2}`})
	assert.EqualValues(t, 2, g)
	g, _ = generation(change{Base: "deployment", Change: `metadata: {annotations: {a: b}}`})
	assert.EqualValues(t, 2, g)
	g, metadata := generation(change{Base: "daemonset", Change: `spec: {template: {metadata: {labels: {x: a}}}}`})
	assert.EqualValues(t, 2, g)
	assert.Equal(t, map[string]any{"deprecated.daemonset.template.generation": "2"}, metadata["annotations"])
	g, _ = generation(change{Base: "endpointslice", Change: `endpoints: [{addresses: [10.1.2.4]}]`})
	assert.EqualValues(t, 2, g)
	g, _ = generation(change{Base: "endpointslice", Change: `metadata: {annotations: {a: b}}`})
	assert.EqualValues(t, 1, g)
}
