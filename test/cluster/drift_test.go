package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/test/cluster/harness"
)

// TestDrift changes objects by hand between two revisions. Client-side alone:
// the simulation knows no field managers but Helm and the controllers.
func TestDrift(t *testing.T) {
	tests := []struct{ name, base, first, byHand, second string }{
		{"claim grown", "claim", `{}`, `spec: {resources: {requests: {storage: 20Gi}}}`, `{}`},
		{"claim grown, and then by the chart", "claim", `{}`, `spec: {resources: {requests: {storage: 20Gi}}}`, `spec: {resources: {requests: {storage: 30Gi}}}`},
		{"keep by hand", "claim", `{}`, `metadata: {annotations: {helm.sh/resource-policy: keep}}`, `metadata: {labels: {a: b}}`},
		{"keep by hand and by the chart, which drops it", "claim", `metadata: {annotations: {helm.sh/resource-policy: keep}}`, `metadata: {annotations: {a: b}}`, `{}`},
		{"password rotated", "secret", `{}`, `data: {password: bmV3, more: bmV3}`, `{}`},
		{"password rotated, and then by the chart", "secret", `{}`, `data: {password: bmV3}`, `data: {password: bmV2ZXI=}`},
		{"scaled", "deployment", `{}`, `spec: {replicas: 3}`, `{}`},
		{"scaled, against the chart", "deployment", `spec: {replicas: 2}`, `spec: {replicas: 3}`, `spec: {replicas: 2}`},
		{"annotation of the pods", "statefulset", `{}`, `spec: {template: {metadata: {annotations: {restarted: now}}}}`, `spec: {replicas: 2}`},
		{"type of a Service", "service", `{}`, `spec: {type: NodePort}`, `spec: {sessionAffinity: ClientIP}`},
		{"frozen by hand", "configmap", `{}`, `immutable: true`, `data: {a: c}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, lifecycle.ClientSide)
			base := placed(object(t, apicases.Bases[test.base]), newNamespace(t))
			first, second := overlay(t, base, test.first), overlay(t, base, test.second)
			require.Equal(t, answer{}, p.create(first))
			p.byHand(first, test.byHand)
			p.update(first, second)
		})
	}
}

// byHand changes an object as kubectl edit does.
func (p *pair) byHand(o map[string]any, change string) {
	p.t.Helper()
	p.agree("edit", o, o, func(w world, _, _ map[string]any) answer {
		if w, ok := w.(simulated); ok {
			was := w.get(o)
			return w.update(lifecycle.ClientSide, was, overlay(p.t, was, change))
		}
		patch, err := yaml.YAMLToJSON([]byte(change))
		require.NoError(p.t, err)
		_, err = p.server.resource(o).Patch(p.t.Context(), identify(o).Name, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "kubectl-edit"})
		return p.server.answer(err)
	})
}

// TestExpansion grows claims whose class does not allow it.
func TestExpansion(t *testing.T) {
	const grown = `spec: {resources: {requests: {storage: 20Gi}}}`
	tests := []struct{ name, class, claim string }{
		{"no class", ``, `spec: {storageClassName: ""}`},
		{"class that says nothing", `{}`, `spec: {storageClassName: "${class}"}`},
		{"class that forbids it", `{allowVolumeExpansion: false}`, `spec: {storageClassName: "${class}"}`},
		{"class that allows it", `{allowVolumeExpansion: true}`, `spec: {storageClassName: "${class}"}`},
		{"class in the old annotation", `{}`, `metadata: {annotations: {volume.beta.kubernetes.io/storage-class: "${class}"}}`},
	}
	for _, test := range tests {
		for _, mode := range lifecycle.Modes() {
			t.Run(test.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				namespace := newNamespace(t)
				claim := overlay(t, object(t, apicases.Bases["claim"]), expand(test.claim, "class", "fast-"+namespace))
				if test.class != "" {
					class := placed(overlay(t, object(t, apicases.Bases["storageclass"]), test.class), namespace)
					require.Equal(t, answer{}, p.create(class))
				}
				claim = placed(claim, namespace)
				require.Equal(t, answer{}, p.create(claim))
				p.update(claim, overlay(t, claim, grown))
			})
		}
	}
}

// TestPending changes claims that have no volume yet.
func TestPending(t *testing.T) {
	for _, change := range []string{
		`{}`,
		`spec: {resources: {requests: {storage: 20Gi}}}`,
		`spec: {resources: {requests: {storage: 1Gi}}}`,
		`spec: {volumeAttributesClassName: gold}`,
		`spec: {volumeName: some}`,
		`spec: {accessModes: [ReadWriteMany]}`,
	} {
		for _, mode := range lifecycle.Modes() {
			t.Run(change+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				p.early = true
				claim := placed(overlay(t, object(t, apicases.Bases["claim"]), `spec: {storageClassName: `+harness.Unprovisioned+`}`), newNamespace(t))
				require.Equal(t, answer{}, p.create(claim))
				p.update(claim, overlay(t, claim, change))
			})
		}
	}
}

// TestFamilies changes the addresses of a Service that has two.
func TestFamilies(t *testing.T) {
	for i, change := range []string{
		`{}`,
		`spec: {clusterIPs: [10.96.0.99, "fd00::${n}"]}`,
		`spec: {clusterIP: 10.96.0.99, clusterIPs: [10.96.0.99, "fd00::${n}"]}`,
		`spec: {clusterIPs: [10.96.0.${n}, "fd00::99"]}`,
		`spec: {ipFamilies: [IPv6, IPv4]}`,
		`spec: {ipFamilies: [IPv6, IPv4], clusterIP: "fd00::${n}", clusterIPs: ["fd00::${n}", 10.96.0.${n}]}`,
		`spec: {ipFamilies: [IPv4], clusterIPs: [10.96.0.${n}]}`,
		`spec: {ipFamilies: [IPv4], clusterIPs: [10.96.0.${n}], ipFamilyPolicy: SingleStack}`,
		`spec: {ipFamilyPolicy: SingleStack}`,
	} {
		for j, mode := range lifecycle.Modes() {
			t.Run(change+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mode)
				n := fmt.Sprint(100 + 2*i + j) // of the addresses that are not given to anybody unasked
				service := placed(overlay(t, object(t, apicases.Bases["service"]), expand(
					`spec: {ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6], clusterIP: 10.96.0.${n}, clusterIPs: [10.96.0.${n}, "fd00::${n}"]}`, "n", n)), newNamespace(t))
				require.Equal(t, answer{}, p.create(service))
				p.update(service, overlay(t, service, expand(change, "n", n)))
			})
		}
	}
}
