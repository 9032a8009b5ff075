package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const claim = `# Source: demo/templates/pvc.yaml
# a licence header

kind: PersistentVolumeClaim
apiVersion: v1
metadata:
    name: "data"   # the name
    labels: {app: demo,   tier: 'db'}
spec:
    accessModes:
        - ReadWriteOnce

    notes: >
      folded text

        more indented
      # no comment
    resources:
        requests: {storage: 8Gi}
    # about the class
    storageClassName:   fast # quick
# the end
`

func set(value string, path ...string) yaml.Filter {
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n, n.PipeE(yaml.LookupCreate(yaml.MappingNode, path[:len(path)-1]...), yaml.SetField(path[len(path)-1], yaml.NewStringRNode(value)))
	})
}

func clear(path ...string) yaml.Filter {
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n, n.PipeE(yaml.Lookup(path[:len(path)-1]...), yaml.Clear(path[len(path)-1]))
	})
}

func TestEditedKeepsEverythingElse(t *testing.T) {
	tests := map[string]struct {
		filter   yaml.Filter
		old, new string // the only part of the text that differs
	}{
		"nothing": {filter: clear("spec", "absent")},
		"new mapping in a mapping": {
			filter: set("keep", "metadata", "annotations", ResourcePolicyAnnotation),
			old:    "    labels: {app: demo,   tier: 'db'}\n",
			new:    "    labels: {app: demo,   tier: 'db'}\n    annotations:\n      helm.sh/resource-policy: keep\n",
		},
		"last entry of the document": {
			filter: set("Filesystem", "spec", "volumeMode"),
			old:    "fast # quick\n",
			new:    "fast # quick\n    volumeMode: Filesystem\n",
		},
		"scalar keeps its comment": {
			filter: set("slow", "spec", "storageClassName"),
			old:    "  fast # quick",
			new:    "  slow # quick",
		},
		"quoted scalar": {
			filter: set("other", "metadata", "name"),
			old:    `"data"   #`,
			new:    `"other"   #`,
		},
		"ambiguous string is quoted": {
			filter: set("yes", "spec", "storageClassName"),
			old:    "fast # quick",
			new:    `"yes" # quick`,
		},
		"removed entry": {
			filter: clear("spec", "storageClassName"),
			old:    "    storageClassName:   fast # quick\n",
			new:    "",
		},
		"removed block scalar": {
			filter: clear("spec", "notes"),
			old:    "    notes: >\n      folded text\n\n        more indented\n      # no comment\n",
			new:    "",
		},
		"flow mapping is printed anew": {
			filter: set("9Gi", "spec", "resources", "requests", "storage"),
			old:    "        requests: {storage: 8Gi}\n",
			new:    "        requests: {storage: 9Gi}\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Parse([]byte(claim))
			require.NoError(t, err)
			got, err := s.Objects()[0].Edited(test.filter)
			require.NoError(t, err)
			want := claim
			if test.old != "" {
				require.Contains(t, claim, test.old)
				want = replaceOnce(claim, test.old, test.new)
			}
			assert.Equal(t, want, string(got))
		})
	}
}

func replaceOnce(text, old, new string) string {
	for i := range text {
		if len(text)-i >= len(old) && text[i:i+len(old)] == old {
			return text[:i] + new + text[i+len(old):]
		}
	}
	return text
}

func TestEditedShapes(t *testing.T) {
	tests := map[string]struct{ before, after string }{
		"empty annotations": {
			"metadata:\n  annotations: {}\n  name: a\n",
			"metadata:\n  annotations:\n    k: 'keep'\n  name: a\n",
		},
		"null annotations": {
			"metadata:\n  annotations:\n  name: a\n",
			"metadata:\n  annotations:\n    k: 'keep'\n  name: a\n",
		},
		"flow document": {
			"{metadata: {name: a}}\n",
			"{metadata: {name: a, annotations: {k: 'keep'}}}\n",
		},
		"no newline at the end": {
			"metadata:\n  name: a",
			"metadata:\n  name: a\n  annotations:\n    k: 'keep'",
		},
		"windows line ends": {
			"metadata:\r\n  name: a\r\nspec: {}\r\n",
			"metadata:\r\n  name: a\r\n  annotations:\r\n    k: 'keep'\r\nspec: {}\r\n",
		},
		"keep block scalar at the end": {
			"metadata:\n  name: a\n  note: |+\n    text\n\n",
			"metadata:\n  name: a\n  note: |+\n    text\n\n  annotations:\n    k: 'keep'\n",
		},
		"folded scalar elsewhere survives a printed document": {
			"{metadata: {name: a}, x: \"b\"}\n",
			"{metadata: {name: a, annotations: {k: 'keep'}}, x: \"b\"}\n",
		},
		"comment after the last entry stays below": {
			"metadata:\n  name: a\n# below\nspec: {}\n",
			"metadata:\n  name: a\n  annotations:\n    k: 'keep'\n# below\nspec: {}\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Parse([]byte(test.before))
			require.NoError(t, err)
			got, err := s.Objects()[0].Edited(yaml.SetAnnotation("k", "keep"))
			require.NoError(t, err)
			assert.Equal(t, test.after, string(got))
		})
	}
}

func TestEditedListItem(t *testing.T) {
	s, err := Parse([]byte("kind: List\napiVersion: v1\nitems:\n- kind: Secret\n  metadata:\n    name: a\n- kind: Secret\n  metadata: {name: b}\n"))
	require.NoError(t, err)
	got, err := s.Objects()[0].Edited(yaml.SetAnnotation("k", "keep"))
	require.NoError(t, err)
	assert.Equal(t, "kind: List\napiVersion: v1\nitems:\n- kind: Secret\n  metadata:\n    name: a\n    annotations:\n      k: 'keep'\n- kind: Secret\n  metadata: {name: b}\n", string(got))
}

func TestEditedRefuses(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"repeated key": {"metadata:\n  name: a\nmetadata:\n  name: b\n", `key "metadata" stands on line 1 and again on line 3`},
		"bare tag":     {"metadata: {name: a}\nspec: ! 010\n", "line 2 of the document has the tag !"},
		"and anchor":   {"metadata: {name: a}\nspec: &x\n  ! 010\n", "line 2 of the document has the tag !"},
		"mapping key":  {"{}:", "line 1 of the document has a key that is no text"},
		"merge key":    {"base: &b {name: a}\nmetadata:\n  <<: *b\n", "merge key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := Parse([]byte(test.text))
			require.NoError(t, err)
			_, err = s.Objects()[0].Edited(yaml.SetAnnotation("k", "keep"))
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestNoBareTag(t *testing.T) {
	const text = "# ! x\nmetadata:\n  name: '! a' # !\nspec:\n  a: |\n    ! 010\n  b: !!str 010\n  é: [wow!, a ! b]\n"
	s, err := Parse([]byte(text))
	require.NoError(t, err)
	got, err := s.Objects()[0].Edited(yaml.SetAnnotation("k", "keep"))
	require.NoError(t, err)
	assert.Equal(t, replaceOnce(text, "spec:\n", "  annotations:\n    k: 'keep'\nspec:\n"), string(got))
}

// TestRareLineBreaks: YAML counts lines by breaks that the text is not split at. It is
// then printed anew, and says what it said.
func TestRareLineBreaks(t *testing.T) {
	for _, lineBreak := range []string{"\r", "\u0085", "\u2028", "\u2029", "\r\r\n"} {
		text := "kind: A" + lineBreak + "metadata:" + lineBreak + "  name: a" + lineBreak + "b: [1]" + lineBreak
		s, err := Parse([]byte(text))
		require.NoError(t, err, "%q", text)
		got, err := s.Objects()[0].Edited(yaml.SetAnnotation("k", "v"))
		require.NoError(t, err, "%q", text)
		assert.Equal(t, "kind: A\nmetadata:\n  name: a\n  annotations:\n    k: 'v'\nb: [1]\n", string(got), "%q", text)

		s, err = Parse([]byte(text + "c: ! 010" + lineBreak))
		require.NoError(t, err, "%q", text)
		_, err = s.Objects()[0].Edited(yaml.SetAnnotation("k", "v"))
		require.ErrorContains(t, err, "line breaks of a rare kind")
	}
}

// FuzzEdited checks that an edit never changes what the rest of a document says.
func FuzzEdited(f *testing.F) {
	f.Add(claim)
	f.Add("metadata: {name: a}\nx: >\n  a\n   b\n\n  c\n")
	f.Add("metadata:\n  name: a\n  note: |+\n    t\n\n\n")
	f.Add("- a\n- b\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse([]byte(text))
		if err != nil {
			return
		}
		objects := s.Objects()
		if len(objects) > 2 { // a List may have thousands: the first and the last
			objects = []*Object{objects[0], objects[len(objects)-1]}
		}
		for _, o := range objects {
			got, err := o.Edited(yaml.SetAnnotation(ResourcePolicyAnnotation, "keep"))
			if err != nil {
				continue
			}
			edited, err := o.Document.Replaced(got)
			require.NoError(t, err)
			after := s.With(map[*Document]*Document{o.Document: edited}).Objects()
			require.Len(t, after, len(s.Objects()))
			for i, was := range s.Objects() {
				want := was.Fields
				if was == o {
					assert.Equal(t, "keep", after[i].Annotation(ResourcePolicyAnnotation))
					want = without(want)
				}
				if was == o {
					assert.Equal(t, want, without(after[i].Fields))
				} else {
					assert.Equal(t, want, after[i].Fields)
				}
			}
		}
	})
}

// without returns the fields but for annotations and an empty metadata.
func without(fields map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range fields {
		if k == "metadata" {
			m := map[string]any{}
			meta, _ := v.(map[string]any)
			for mk, mv := range meta {
				if mk != "annotations" {
					m[mk] = mv
				}
			}
			if len(m) == 0 {
				continue
			}
			v = m
		}
		out[k] = v
	}
	return out
}

// BenchmarkEditedWide adds an entry beside and within a wide mapping; the time
// must grow with the width, not with its square.
func BenchmarkEditedWide(b *testing.B) {
	for _, key := range []string{"data", "annotations"} {
		for _, width := range []int{5000, 20000} {
			b.Run(fmt.Sprintf("%s/%d", key, width), func(b *testing.B) {
				var text strings.Builder
				text.WriteString("metadata:\n  name: a\n  " + key + ":\n")
				for i := range width {
					fmt.Fprintf(&text, "    k%d: v\n", i)
				}
				s, err := Parse([]byte(text.String()))
				require.NoError(b, err)
				for b.Loop() {
					_, err := s.Objects()[0].Edited(yaml.SetAnnotation("k", "keep"))
					require.NoError(b, err)
				}
			})
		}
	}
}
