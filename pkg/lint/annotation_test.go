package lint

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const annotated = `---
# Source: demo/templates/pvc.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: cache
  annotations:
    helm-stateful.io/ignore.one: only a cache
    helm-stateful.io/ignore.two: " "
    helm-stateful.io/ignore: three
    helm-stateful.io/on-uninstall: delete
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
`

func claim(name string) manifest.ID {
	return manifest.ID{APIVersion: "v1", Kind: "PersistentVolumeClaim", Name: name}
}

func TestAnnotated(t *testing.T) {
	stream, err := manifest.Parse([]byte(annotated))
	require.NoError(t, err)
	directives := Annotated(append(stream.Objects(), stream.Objects()...))
	require.Len(t, directives, 3, "each once")

	findings := []Finding{
		{Rule: "one", Object: claim("cache")},
		{Rule: "one", Object: claim("data")},
		{Rule: "two", Object: claim("cache")},
		{Rule: "three", Object: claim("cache")},
	}
	assert.Equal(t, []int{0, 1, 1}, SetAside(findings, directives), "the covered ones, in the order of the keys")
	assert.Equal(t, &Ignore{Reason: "only a cache", Source: IgnoredByAnnotation, Place: "templates/pvc.yaml"}, findings[0].Ignored)
	for _, f := range findings[1:] {
		assert.Nil(t, f.Ignored, "%s of %s", f.Rule, f.Object)
	}
	assert.Contains(t, directives[0].Mistake, "write helm-stateful.io/ignore.RULE: REASON")
	assert.Contains(t, directives[2].Mistake, "gives no reason")
}

func TestAnExpiredDirectiveIgnoresNothing(t *testing.T) {
	all := func(*Finding) bool { return true }
	findings := []Finding{{Rule: "one"}}
	old := Directive{Rule: "one", Expired: true, Covers: all}
	assert.Equal(t, []int{1}, SetAside(findings, []Directive{old}))
	assert.True(t, findings[0].Open())

	first, second := Directive{Rule: "one", Ignore: Ignore{Reason: "a"}, Covers: all}, Directive{Rule: "one", Ignore: Ignore{Reason: "b"}, Covers: all}
	assert.Equal(t, []int{1, 1, 1}, SetAside(findings, []Directive{old, first, second}))
	assert.Equal(t, "a", findings[0].Ignored.Reason)
}

func TestNearest(t *testing.T) {
	known := []string{"claim-not-found", "size-shrinks"}
	for name, want := range map[string]string{"claim-not-fond": "claim-not-found", "size": "size-shrinks", "claim-missing": "claim-not-found", "sizeshrinks": "size-shrinks", "zzz": ""} {
		assert.Equal(t, want, Nearest(name, known), name)
	}
}
