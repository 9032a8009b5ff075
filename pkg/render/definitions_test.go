package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

func TestDefinitions(t *testing.T) {
	r, err := renderer(t, map[string]string{
		"crds/a.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: realms.example.com}
spec:
  group: example.com
  names:
    kind: Realm
    plural: realms
  scope: Cluster
  versions:
  - name: v1
    schema: {openAPIV3Schema: {properties: {kind: {type: string}}}}
---
# another
apiVersion: apiextensions.k8s.io/v1
kind: "CustomResourceDefinition"
spec: {group: example.com, names: {kind: Zone}, scope: Namespaced}
---
kind: ConfigMap
`,
		"charts/sub/Chart.yaml":  "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/crds/b.yaml": "kind: CustomResourceDefinition\nspec:\n  scope: \"Cluster\"\n  names:\n    kind: Thing\n  group: sub.example.com\n",
	}, Options{})
	require.NoError(t, err)
	assert.ElementsMatch(t, []lifecycle.Definition{
		{Group: "example.com", Kind: "Realm", ClusterScoped: true},
		{Group: "example.com", Kind: "Zone"},
		{Group: "sub.example.com", Kind: "Thing", ClusterScoped: true},
	}, r.Definitions())
}
