package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// foundIn are what a rule says of manifests, in their order.
func foundIn(t *testing.T, rule *lint.Rule, manifests string) []string {
	t.Helper()
	stream, err := manifest.Parse([]byte(manifests))
	require.NoError(t, err)
	var out []string
	for _, f := range lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rule}) {
		out = append(out, fmt.Sprintf("%s: %s", f.Object, f.Message))
	}
	return out
}

func runs(kind, name string) string {
	return fmt.Sprintf("---\napiVersion: apps/v1\nkind: %s\nmetadata: {name: %s}\nspec: {template: {metadata: {labels: {app: own}}, spec: {containers: [{name: a}]}}}\n", kind, name)
}

func selects(service, selector string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: Service\nmetadata: {name: %s}\nspec: {clusterIP: None, selector: %s, ports: [{port: 80}]}\n", service, selector)
}

// TestNearestNeighbour: a Service that selects nothing is meant for the first
// workload that goes by its name and runs on, unless a StatefulSet has it for the
// names of its pods.
func TestNearestNeighbour(t *testing.T) {
	const set = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: %s}\nspec: {serviceName: %s, template: {metadata: {labels: {app: own}}}}\n"
	job := "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: web}\nspec: {template: {metadata: {labels: {app: own}}}}\n"
	idle := selects("web-headless", "{app: nobody}")
	for name, test := range map[string]struct {
		manifests, meant string // for which the Service is, or "" where nothing is said
	}{
		"the one that comes first":              {runs("DaemonSet", "web-headless") + runs("Deployment", "web") + idle, "DaemonSet/web-headless"},
		"the one that comes first, by its stem": {runs("Deployment", "web") + runs("DaemonSet", "web-headless") + idle, "Deployment/web"},
		"a Job":                                 {job + idle, ""},
		"a Job beside what runs on":             {job + runs("Deployment", "web") + idle, "Deployment/web"},
		"another application":                   {runs("Deployment", "shop") + idle, ""},
		"a StatefulSet's own Service":           {fmt.Sprintf(set, "web", "web-headless") + idle, ""},
		"a StatefulSet with another's":          {fmt.Sprintf(set, "web", "other") + idle, "StatefulSet/web"},
	} {
		t.Run(name, func(t *testing.T) {
			found := foundIn(t, rules.ForeignAffinity, test.manifests)
			if test.meant == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Contains(t, found[0], "Service/web-headless: the selector is meant for the pods of "+test.meant+" and matches none")
		})
	}
}

// TestInstanceIsTold: where the release's name is not known, the labels of other
// objects tell which instance is its own, and those of the object itself do not.
func TestInstanceIsTold(t *testing.T) {
	const apart = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: db, labels: {app.kubernetes.io/instance: own}}\nspec: {template: {spec: {affinity: {podAntiAffinity: {" +
		"requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: {app.kubernetes.io/instance: foreign}}}]}}}}}\n"
	const other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {app.kubernetes.io/instance: own}}\n"
	for manifests, told := range map[string]bool{apart: false, apart + other: true, other + apart: true} {
		found := foundIn(t, rules.ForeignAffinity, manifests)
		require.Len(t, found, 1)
		assert.Equal(t, told, strings.Contains(found[0], "another release"), found[0])
	}
}

// TestHeadlessServiceIsNamed: the Service that a StatefulSet should name is found by
// any of its labels, and also where a controller sets one.
func TestHeadlessServiceIsNamed(t *testing.T) {
	const set = "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: none, replicas: 2, template: {metadata: {labels: {app: own, tier: back}}}}\n"
	const hint = "the headless Service that selects them is called"
	for selector, hinted := range map[string]bool{
		"{app: own, tier: back}":                                 true,
		"{tier: back}":                                           true,
		"{app: other, tier: back}":                               false,
		"{app: own, more: labels}":                               false,
		"{app: own, statefulset.kubernetes.io/pod-name: db-0}":   true,
		"{app: other, statefulset.kubernetes.io/pod-name: db-0}": true,
	} {
		found := foundIn(t, rules.ServiceNotFound, set+selects("db", selector)+selects("shop", "{app: shop, tier: front}"))
		require.Len(t, found, 1, selector)
		assert.Equal(t, hinted, strings.Contains(found[0], hint+` "db"`), selector)
	}
	two := foundIn(t, rules.ServiceNotFound, set+selects("one", "{app: own}")+selects("two", "{tier: back}"))
	require.Len(t, two, 1)
	assert.NotContains(t, two[0], hint, "either may be meant")
}
