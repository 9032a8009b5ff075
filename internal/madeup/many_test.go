package madeup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/madeup"
)

func TestMany(t *testing.T) {
	const stream = "---\n# Source: a\nkind: Service\nmetadata:\n  labels:\n    app: release-name\n  name: release-name-db\nspec:\n  selector:\n    name: release-name\n---\n# nothing\n--- \nkind: Pod\n"
	documents := madeup.Documents(stream)
	require.Len(t, documents, 2)
	one := func(name, release string) string {
		return "---\n# Source: a\nkind: Service\nmetadata:\n  labels:\n    app: " + release + "\n  name: " + name + "\nspec:\n  selector:\n    name: " + release + "\n---\nkind: Pod\n"
	}
	assert.Equal(t, one("copy0-db", "copy0")+one("copy1-db", "copy1"), madeup.Many(documents, 2, madeup.Nothing))
	assert.Equal(t, one("release-name-db-0", "release-name")+one("release-name-db-1", "release-name"), madeup.Many(documents, 2, madeup.AllButNames))
	assert.Equal(t, `a: {{ "{{" }} b }}`, madeup.ChartOf("a: {{ b }}")["templates/all.yaml"])
}
