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

func TestOnlyAnnotated(t *testing.T) {
	const bare = "name: a"
	long := strings.Repeat("x", mostAnnotations)
	tests := map[string]struct {
		before, after, spec string
		want                bool
	}{
		"kept":                  {bare, bare + ", annotations: {helm.sh/resource-policy: keep}", "{}", true},
		"null before":           {bare + ", annotations: null", bare + ", annotations: {helm.sh/resource-policy: keep}", "{}", true},
		"mended":                {bare + ", annotations: {helm.sh/resource-policy: Keep}", bare + ", annotations: {helm.sh/resource-policy: keep}", "{}", true},
		"beside another":        {bare + ", annotations: {a: b}", bare + ", annotations: {a: b, helm.sh/resource-policy: keep}", "{}", true},
		"another's":             {bare, bare + ", annotations: {seccomp.security.alpha.kubernetes.io/pod: keep}", "{}", false},
		"another's changes":     {bare + ", annotations: {a: b}", bare + ", annotations: {a: c, helm.sh/resource-policy: keep}", "{}", false},
		"no text":               {bare, bare + ", annotations: {helm.sh/resource-policy: true}", "{}", false},
		"another that is none":  {bare + ", annotations: {a: true}", bare + ", annotations: {a: true, helm.sh/resource-policy: keep}", "{}", false},
		"no annotations at all": {bare + ", annotations: text", bare + ", annotations: {helm.sh/resource-policy: keep}", "{}", false},
		"a label":               {bare, bare + ", labels: {a: b}, annotations: {helm.sh/resource-policy: keep}", "{}", false},
		"elsewhere":             {bare, bare + ", annotations: {helm.sh/resource-policy: keep}", "{volumeName: x}", false},
		"too long":              {bare + ", annotations: {a: " + long + "}", bare + ", annotations: {a: " + long + ", helm.sh/resource-policy: keep}", "{}", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, onlyAnnotated(claim(t, test.before, "{}"), claim(t, test.after, test.spec)))
		})
	}
}

// TestTheAPIServerReadsNoAnnotationOfHelms: it says the same of an object with
// one and without, whether it takes the object or not.
func TestTheAPIServerReadsNoAnnotationOfHelms(t *testing.T) {
	for _, spec := range []string{
		"{accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
		"{accessModes: [ReadWriteOnce], resources: {requests: {storage: much}}}",
		"{accessModes: [], resources: {requests: {storage: 1Gi}}}",
	} {
		for _, mode := range lifecycle.Modes() {
			without := cluster.New().Create(mode, claim(t, "name: a, namespace: b", spec))
			with := cluster.New().Create(mode, claim(t, "name: a, namespace: b, annotations: {helm.sh/resource-policy: keep, helm.sh/hook-delete-policy: any}", spec))
			assert.Equal(t, without, with)
		}
	}
}

func claim(t *testing.T, metadata, spec string) map[string]any {
	t.Helper()
	stream, err := manifest.Parse([]byte("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {" + metadata + "}\nspec: " + spec + "\n"))
	require.NoError(t, err)
	return stream.Objects()[0].Fields
}
