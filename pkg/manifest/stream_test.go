package manifest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const helm3Stream = `---
# Source: demo/templates/a.yaml
apiVersion: v1
kind: Secret
metadata:
  name: one
---
# Source: demo/templates/empty.yaml
# only a comment
---
# Source: demo/templates/list.yaml
apiVersion: v1
kind: List
items:
- kind: ConfigMap
  metadata:
    name: two
- kind: ConfigMap
  metadata:
    name: three
--- # trailing comment
kind: Job
metadata:
  name: four
  annotations:
    helm.sh/hook: pre-install, post-upgrade
    helm.sh/hook-weight: "-5"
...
kind: Job
metadata: {name: five, annotations: {helm.sh/hook: crd-install}}
---apiVersion: v1
kind: Pod
metadata: {name: six, annotations: {postrenderer.helm.sh/postrender-filename: demo/templates/six.yaml}}
`

func TestParse(t *testing.T) {
	s, err := Parse([]byte(helm3Stream))
	require.NoError(t, err)
	assert.Equal(t, helm3Stream, string(s.Bytes()))
	type seen struct {
		name, source string
		line         int
		item         int
	}
	var got []seen
	for _, o := range s.Objects() {
		got = append(got, seen{o.Name, o.Source, o.Line(Path{"metadata", "name"}), o.Item})
	}
	assert.Equal(t, []seen{
		{"one", "demo/templates/a.yaml", 6, -1},
		{"two", "demo/templates/list.yaml", 17, 0},
		{"three", "demo/templates/list.yaml", 20, 1},
		{"four", "demo/templates/list.yaml", 24, -1},
		{"five", "demo/templates/list.yaml", 30, -1},
		{"six", "demo/templates/six.yaml", 33, -1},
	}, got)
	hooks := s.Objects()
	assert.Equal(t, &Hook{Events: []string{"pre-install", "post-upgrade"}, Weight: -5, DeletePolicies: []string{"before-hook-creation"}}, hooks[3].Hook)
	assert.True(t, hooks[4].Hook.Dropped)
}

func TestValuesAreReadAsKubernetesReadsThem(t *testing.T) {
	s, err := Parse([]byte("kind: X\nspec:\n  a: yes\n  b: on\n  c: 010\n  d: 1e3\n  e: 12345678901\n  f: 2024-01-02\n  g: 1\n  g: 2\n"))
	require.NoError(t, err)
	spec := MapAt(s.Objects()[0].Fields, "spec")
	assert.Equal(t, map[string]any{"a": true, "b": true, "c": int64(8), "d": int64(1000), "e": int64(12345678901), "f": "2024-01-02", "g": int64(2)}, spec)
}

func TestParseErrors(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"malformed": {
			"---\n# Source: demo/templates/a.yaml\nkind: A\n---\n# Source: demo/templates/b.yaml\nkind: B\nspec: [1\n",
			"line 7 (demo/templates/b.yaml): ",
		},
		"sequence":      {"---\n- a\n- b\n", "line 2: the document is a sequence, not an object with apiVersion and kind"},
		"item":          {"kind: List\nitems: [a]\n", "line 1: item 0 of the List is a string, not an object"},
		"tab as indent": {"kind: A\nspec:\n\ta: b\n", "line 3: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.text))
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			assert.Contains(t, err.Error(), test.want)
		})
	}
}

func TestPathString(t *testing.T) {
	assert.Equal(t, `spec.volumes[0].name`, Path{"spec", "volumes", 0, "name"}.String())
	assert.Equal(t, `metadata.annotations["helm.sh/hook"]`, Path{"metadata", "annotations", "helm.sh/hook"}.String())
}

// FuzzParse checks that no byte is lost and that nothing panics.
func FuzzParse(f *testing.F) {
	f.Add([]byte(helm3Stream))
	f.Add([]byte("---\n...\n---\n"))
	f.Add([]byte("\ufeffkind: A\r\n---\r\nkind: B"))
	f.Add([]byte("kind: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if !bytes.Equal(split(text).Bytes(), text) {
			t.Fatalf("split lost bytes of %q", text)
		}
		s, err := Parse(text)
		if err != nil {
			return
		}
		for _, o := range s.Objects() {
			o.Line(Path{"metadata", "name"})
		}
	})
}
