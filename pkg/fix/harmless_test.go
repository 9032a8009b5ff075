package fix

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const (
	aClaim   = "apiVersion: v1\nkind: PersistentVolumeClaim\n"
	aSet     = "apiVersion: apps/v1\nkind: StatefulSet\n"
	named    = "metadata: {name: a}\n"
	kept     = "metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}\n"
	retained = "persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}"
)

func TestHarmless(t *testing.T) {
	long := strings.Repeat("x", mostAnnotations)
	tests := map[string]struct {
		before, after string
		want          bool
	}{
		"kept":                  {aClaim + named, aClaim + kept, true},
		"not kept":              {aClaim + named, aClaim + "metadata: {name: a, annotations: {helm-stateful.io/on-uninstall: delete}}", true},
		"null before":           {aClaim + "metadata: {name: a, annotations: null}", aClaim + kept, true},
		"mended":                {aClaim + "metadata: {name: a, annotations: {helm.sh/resource-policy: Keep}}", aClaim + kept, true},
		"beside another":        {aClaim + "metadata: {name: a, annotations: {a: b}}", aClaim + "metadata: {name: a, annotations: {a: b, helm.sh/resource-policy: keep}}", true},
		"another's":             {aClaim + named, aClaim + "metadata: {name: a, annotations: {seccomp.security.alpha.kubernetes.io/pod: keep}}", false},
		"another's changes":     {aClaim + "metadata: {name: a, annotations: {a: b}}", aClaim + "metadata: {name: a, annotations: {a: c, helm.sh/resource-policy: keep}}", false},
		"no text":               {aClaim + named, aClaim + "metadata: {name: a, annotations: {helm.sh/resource-policy: true}}", false},
		"another that is none":  {aClaim + "metadata: {name: a, annotations: {a: true}}", aClaim + "metadata: {name: a, annotations: {a: true, helm.sh/resource-policy: keep}}", false},
		"no annotations at all": {aClaim + "metadata: {name: a, annotations: text}", aClaim + kept, false},
		"a label, too":          {aClaim + named, aClaim + "metadata: {name: a, labels: {a: b}, annotations: {helm.sh/resource-policy: keep}}", false},
		"elsewhere, too":        {aClaim + named, aClaim + kept + "spec: {volumeName: x}", false},
		"too long":              {aClaim + "metadata: {name: a, annotations: {a: " + long + "}}", aClaim + "metadata: {name: a, annotations: {a: " + long + ", helm.sh/resource-policy: keep}}", false},
		"retained":              {aSet + named + "spec: {replicas: 1}", aSet + named + "spec: {replicas: 1, " + retained + "}", true},
		"retained and kept":     {aSet + named + "spec: {replicas: 1}", aSet + kept + "spec: {replicas: 1, " + retained + "}", true},
		"retained, too":         {aSet + named + "spec: {replicas: 1}", aSet + named + "spec: {replicas: 2, " + retained + "}", false},
		"deleted":               {aSet + named + "spec: {}", aSet + named + "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}}", false},
		"in a claim":            {aClaim + named + "spec: {}", aClaim + named + "spec: {" + retained + "}", false},
		"no longer deleted":     {aSet + named + "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}", aSet + named + "spec: {" + retained + "}", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, harmless(fieldsOf(t, test.before), fieldsOf(t, test.after)))
		})
	}
}

// TestTheAPIServerMindsNothingHarmless: it says the same of an object before and
// after, whether it takes the object or not.
func TestTheAPIServerMindsNothingHarmless(t *testing.T) {
	const pods = "serviceName: a, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}"
	tests := map[string]struct {
		before, after string
		taken         bool
	}{
		"a claim": {aClaim + named + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}", aClaim + kept + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}", true},
		"a claim that may go": {aClaim + named + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
			aClaim + "metadata: {name: a, annotations: {helm-stateful.io/on-uninstall: delete}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}", true},
		"a claim without modes": {aClaim + named + "spec: {resources: {requests: {storage: 1Gi}}}", aClaim + kept + "spec: {resources: {requests: {storage: 1Gi}}}", false},
		"a claim of no size":    {aClaim + named + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: much}}}", aClaim + kept + "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: much}}}", false},
		"a set":                 {aSet + named + "spec: {" + pods + "}", aSet + named + "spec: {" + pods + ", " + retained + "}", true},
		"a set of an old version": {strings.Replace(aSet, "v1", "v1beta2", 1) + named + "spec: {" + pods + "}",
			strings.Replace(aSet, "v1", "v1beta2", 1) + named + "spec: {" + pods + ", " + retained + "}", true},
		"a set of the oldest version": {strings.Replace(aSet, "v1", "v1beta1", 1) + named + "spec: {" + pods + "}",
			strings.Replace(aSet, "v1", "v1beta1", 1) + named + "spec: {" + pods + ", " + retained + "}", true},
		"a set with fewer than no pods": {aSet + named + "spec: {replicas: -1, " + pods + "}", aSet + named + "spec: {replicas: -1, " + pods + ", " + retained + "}", false},
		"a set without pods":            {aSet + named + "spec: {}", aSet + named + "spec: {" + retained + "}", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before, after := fieldsOf(t, test.before), fieldsOf(t, test.after)
			require.True(t, harmless(before, after))
			for _, mode := range lifecycle.Modes() {
				said := ask(cluster.New(), mode, before)
				assert.Equal(t, test.taken, !said.Refused, "%s", said.Message)
				assert.Equal(t, said, ask(cluster.New(), mode, after))
			}
		})
	}
}

func ask(c *cluster.Cluster, mode lifecycle.Mode, fields map[string]any) lifecycle.Verdict {
	manifest.MapAt(fields, "metadata")["namespace"] = "b"
	return c.Create(mode, fields)
}

func fieldsOf(t *testing.T, text string) map[string]any {
	t.Helper()
	stream, err := manifest.Parse([]byte(text))
	require.NoError(t, err)
	return stream.Objects()[0].Fields
}
