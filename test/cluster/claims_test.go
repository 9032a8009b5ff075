package cluster_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// TestStatefulSetClaims plays what becomes of the claims of a StatefulSet while
// it changes and when it goes.
func TestStatefulSetClaims(t *testing.T) {
	const deleted, kept = `{persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}`, `{persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}}`
	tests := []struct {
		name      string
		revisions []string // specs, laid over the base
	}{
		{"as it is", []string{`{}`}},
		{"two replicas", []string{`{replicas: 2}`}},
		{"from another ordinal", []string{`{replicas: 2, ordinals: {start: 3}}`}},
		{"scaled up", []string{`{replicas: 1}`, `{replicas: 3}`}},
		{"scaled down keeps", []string{`{replicas: 3}`, `{replicas: 1}`}},
		{"deleted with the set", []string{deleted}},
		{"deleted with the set, decided later", []string{`{}`, deleted}},
		{"kept after all", []string{deleted, kept}},
		{"said no more", []string{deleted, `{}`}},
		{"two templates", []string{`{volumeClaimTemplates: [
			{metadata: {name: data, labels: {app: other, x: z}}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}},
			{metadata: {name: log, annotations: {helm.sh/resource-policy: keep}}, spec: {accessModes: [ReadWriteMany], storageClassName: "", resources: {requests: {storage: 1Gi}}}}]}`}},
	}
	for _, test := range tests {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				namespace := newNamespace(t)
				var previous map[string]any
				for _, revision := range test.revisions {
					next := placed(overlay(t, object(t, apicases.Bases["statefulset"]), "spec: "+revision), namespace)
					if previous == nil {
						require.Equal(t, answer{}, p.create(next))
					} else {
						require.Equal(t, answer{}, p.update(previous, next))
					}
					p.agreeOnClaims(namespace)
					previous = next
				}
				p.delete(previous)
				p.agreeOnClaims(namespace)
			})
		}
	}
}

// agreeOnClaims waits until the real cluster has the claims of the simulated
// one, and no others.
func (p *pair) agreeOnClaims(namespace string) {
	p.t.Helper()
	want := summaries(p.sim.cluster.List("v1", "PersistentVolumeClaim", namespace))
	resource, err := server.Resource("v1", "PersistentVolumeClaim", namespace)
	require.NoError(p.t, err)
	var seen []string
	p.server.await("the claims "+strings.Join(want, ", "), func(ctx context.Context) (bool, error) {
		list, err := resource.List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		seen = summaries(contents(list))
		return slices.Equal(want, seen), nil
	})
	compared.Add(1)
}

func contents(list *unstructured.UnstructuredList) []map[string]any {
	var out []map[string]any
	for _, o := range list.Items {
		out = append(out, o.Object)
	}
	return out
}

// summaries say what matters of claims.
func summaries(claims []map[string]any) []string {
	var out []string
	for _, c := range claims {
		about := []string{manifest.StringAt(c, "metadata", "name"), manifest.StringAt(c, "status", "phase"), manifest.StringAt(c, "spec", "storageClassName")}
		labels := manifest.StringMapAt(c, "metadata", "labels")
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			about = append(about, key+"="+labels[key])
		}
		for _, owner := range manifest.ListAt(c, "metadata", "ownerReferences") {
			about = append(about, "owned by "+manifest.StringAt(owner, "kind")+"/"+manifest.StringAt(owner, "name"))
		}
		out = append(out, strings.Join(about, " "))
	}
	slices.Sort(out)
	return out
}
