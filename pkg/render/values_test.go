package render

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
)

// FuzzMerge: values of any form are refused, or can be written down, and are the
// same each time.
func FuzzMerge(f *testing.F) {
	f.Add("a: {b: 1}\n", "a.b=2,c[1].d={x,y}", `e={"f":null}`)
	f.Add("a: &x [1]\nb: *x\n", `a\.b=c\,d`, "[1]=2")
	f.Add("\ufeffa: 1\r\n", "a[9].b[9]=null", "a.b=1")
	f.Add("a: .nan\nb: 0x10\n3: 2024-01-01\n", "a=1e999", `a={"b":1},c=2`)
	f.Fuzz(func(t *testing.T, file, set, asJSON string) {
		merge := func() (map[string]any, error) {
			return ValueFlags{Files: []string{"-"}, Stdin: strings.NewReader(file), Set: []string{set}, JSON: []string{asJSON}, Literals: []string{set}}.Merge()
		}
		values, err := merge()
		if err != nil {
			return
		}
		text, err := json.Marshal(values)
		require.NoError(t, err)
		again, err := merge()
		require.NoError(t, err)
		textAgain, err := json.Marshal(again)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(textAgain))
	})
}

// FuzzProbes: what a probe is named is the flag that gives its values.
func FuzzProbes(f *testing.F) {
	f.Add("persistence: {enabled: false, existingClaim: ''}\ncommonLabels: {}\nkind: Deployment\n", "")
	f.Add("a.b: {existingClaim: ''}\n'c[0]': {existingClaim: ''}\n'd\\e,f=g{': {persistence: {enabled: true}}\n", "")
	f.Add("a: 1\n", `{"properties":{"persistence":{"type":"object","properties":{"existingClaim":{"type":"string","default":{}}}}}}`)
	f.Add("a: &a {existingClaim: x}\nb: *a\n", `{"properties":{"a":{"type":["string"]}}}`)
	f.Fuzz(func(t *testing.T, values, schema string) {
		files := []*loader.BufferedFile{{Name: "Chart.yaml", Data: []byte(chartYAML)}, {Name: "values.yaml", Data: []byte(values)}}
		if schema != "" {
			files = append(files, &loader.BufferedFile{Name: "values.schema.json", Data: []byte(schema)})
		}
		loaded, err := loader.LoadFiles(files)
		if err != nil {
			return
		}
		r, err := newChart("demo", loaded).Renderer(Options{})
		if err != nil {
			return
		}
		for _, c := range r.Probes() {
			c.Sized()
			got, err := ValueFlags{Set: []string{strings.TrimPrefix(c.Name, "--set ")}}.Merge()
			require.NoError(t, err, c.Name)
			assert.Equal(t, c.Values, got, c.Name)
		}
	})
}
