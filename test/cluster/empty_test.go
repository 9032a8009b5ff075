package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestNoneIsNotEmpty: where data are immutable, to send an empty map for none once
// more may be refused.
func TestNoneIsNotEmpty(t *testing.T) {
	for _, test := range []struct {
		kind, data string
		refused    bool
	}{
		{"Secret", "data: {}", true},
		{"Secret", "data: ", false},
		{"ConfigMap", "data: {}", false},
		{"ConfigMap", "binaryData: {}", true},
	} {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.kind+" "+test.data+" "+string(mode), func(t *testing.T) {
				t.Parallel()
				var object map[string]any
				require.NoError(t, yaml.Unmarshal([]byte("apiVersion: v1\nkind: "+test.kind+"\nmetadata: {name: w, namespace: "+newNamespace(t)+", labels: {chart: c-1}}\nimmutable: true\n"+test.data), &object))
				p := newPair(t, mode)
				require.False(t, p.create(object).refused)
				next := clone(object)
				next["metadata"].(map[string]any)["labels"] = map[string]any{"chart": "c-2"}
				assert.Equal(t, test.refused, p.update(object, clone(object)).refused)
				assert.Equal(t, test.refused, p.update(object, next).refused)
			})
		}
	}
}
