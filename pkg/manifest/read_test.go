package manifest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// throughJSON reads a document as Kubernetes' tools do.
func throughJSON(text []byte) (any, error) {
	data, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, err
	}
	var value any
	err = json.UnmarshalCaseSensitivePreserveInts(data, &value)
	return value, err
}

var yamlTexts = []string{
	"", "null", "~", "# only\n", "a", "7", "- 1\n- a\n- null\n- true\n",
	"a: 1\nb: 1.0\nc: 1.5\nd: 1e3\ne: -0.0\nf: 1e20\ng: 1e21\nh: 18446744073709551615\ni: 9223372036854775807\nj: 9223372036854775808\nk: -9223372036854775808\n",
	"a: 0x10\nb: 0o17\nc: 017\nd: 1_000\ne: 0b11\nf: +1\ng: 9007199254740993\nh: 9007199254740993.0\n",
	"yes: no\non: off\ny: n\n1: a\n1.5: b\n.inf: c\n-.inf: d\n.nan: e\n~: f\n",
	"a: .nan\n", "a: .inf\n", "a: -.inf\n", "null: a\n", "? [a]\n: b\n", "? {a: b}\n: c\n",
	"a: 2001-12-14t21:59:43.10-05:00\nb: 2002-12-14\nc: 12:30:45\n",
	"a: !!binary aGVsbG8=\nb: !!str 1\nc: !!int \"3\"\nd: !!float 3\ne: !custom x\n", "!!binary aGVsbG8=: b\n", "!!binary 0000", "a: !!binary /////w==\n", "? !!binary 0000\n: b",
	"a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n", "a: 1\na: 2\n", "a: 1\n\"a\": 2\n",
	"a: |\n  x\n   y\nb: >-\n  x\n  y\n", "a: \"\\u2028\\x00\\ud83d\\ude00 \\xff\"\n", "a: b: c\n", "a:\n\t- b\n", "a: [\n", "\xff", "a: \xff\n", "---\na: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n",
	"{a: [b, {c: d}], e: {}, f: []}",
}

func TestReadYAML(t *testing.T) {
	for _, text := range yamlTexts {
		readsAsJSON(t, text)
	}
}

// FuzzReadYAML: a document is read as through JSON, mistakes included.
func FuzzReadYAML(f *testing.F) {
	for _, text := range yamlTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return // the YAML library is slow with some long texts
		}
		readsAsJSON(t, text)
	})
}

func readsAsJSON(t *testing.T, text string) {
	t.Helper()
	want, wantErr := throughJSON([]byte(text))
	got, err := readYAML([]byte(text))
	if wantErr != nil {
		require.Error(t, err, text)
		if !strings.Contains(wantErr.Error(), "unsupported map key") { // which shows a value with its address
			assert.Equal(t, wantErr.Error(), err.Error(), text)
		}
		return
	}
	require.NoError(t, err, text)
	assert.Equal(t, want, got, text)
}
