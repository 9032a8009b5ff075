package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestProbesOfValuesThatOnlyTheSchemaKnows(t *testing.T) {
	const schema = `{"type": "object", "properties": {
		"persistence": {"type": "object", "properties": {"enabled": {"type": "boolean"}, "existingClaim": {"type": "string"}}},
		"kind": {"type": "string", "enum": ["Deployment", "StatefulSet"], "default": "Deployment"},
		"archive": {"type": "object", "properties": {"existingClaim": {"type": "string", "default": "given"}, "persistence": {"type": "object", "properties": {"enabled": {"type": "boolean", "default": true}}}}},
		"replicas": {"type": "integer"}}}`
	probes := func(schema string) []string {
		r, err := renderer(t, map[string]string{"values.yaml": "name: db\n", "values.schema.json": schema}, Options{})
		require.NoError(t, err)
		var names []string
		for _, c := range r.Probes() {
			names = append(names, c.Name)
		}
		return names
	}
	assert.Equal(t, []string{
		"--set persistence.enabled=true",
		"--set persistence.existingClaim=claim-of-yours-1,persistence.enabled=true",
		"--set archive.persistence.enabled=false",
		"--set kind=StatefulSet",
	}, probes(schema))
	assert.Empty(t, probes(`{"type": "object", "properties": {"name": {"type": "string"}}}`))
}
