package cli

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var someFormats = []string{"text", "json", "sarif"}

func TestParseOutputs(t *testing.T) {
	tests := []struct {
		name  string
		given []string
		want  []sink
		err   string
	}{
		{name: "nothing is text", want: []sink{{format: "text"}}},
		{name: "to standard output", given: []string{"json"}, want: []sink{{format: "json"}}},
		{name: "a dash is standard output", given: []string{"json=-"}, want: []sink{{format: "json"}}},
		{name: "a file alone", given: []string{"sarif=./out.sarif"}, want: []sink{{"sarif", "out.sarif"}}},
		{name: "several", given: []string{"sarif=out.sarif", "text", "json=a=b.json"}, want: []sink{{"sarif", "out.sarif"}, {"text", ""}, {"json", "a=b.json"}}},
		{name: "one format twice", given: []string{"json=a", "json=b"}, want: []sink{{"json", "a"}, {"json", "b"}}},
		{name: "unknown", given: []string{"xml=a"}, err: "--output xml=a: the formats are text, json and sarif"},
		{name: "empty", given: []string{""}, err: "the formats are text, json and sarif"},
		{name: "no file", given: []string{"json="}, err: "--output json=: no file is named after the ="},
		{name: "two to standard output", given: []string{"text", "json"}, err: "--output json: text goes to standard output already; name a file: --output json=FILE"},
		{name: "two to one file", given: []string{"text=a/../b", "json=b"}, err: "--output json=b: text goes to that file already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseOutputs(tt.given, someFormats)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestOutputFolders(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	for given, want := range map[string]string{
		"json=" + filepath.Join(dir, "new"):       "",
		"json=" + file:                            "",
		"json=/dev/null":                          "",
		"json=" + dir:                             "is a folder",
		"json=" + filepath.Join(dir, "no", "x"):   "there is no folder " + filepath.Join(dir, "no"),
		"json=" + filepath.Join(dir, "file", "x"): "is not a folder",
	} {
		flag := outputFlag{given: []string{given}}
		_, err := flag.parse(someFormats)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "--output "+given+": ")
		require.ErrorContains(t, err, want)
	}
}

func FuzzParseOutputs(f *testing.F) {
	f.Add("text", "json=out.json")
	f.Add("json=-", "sarif==")
	f.Fuzz(func(t *testing.T, a, b string) {
		outputs, err := parseOutputs([]string{a, b}, someFormats)
		if err != nil {
			return
		}
		require.Len(t, outputs, 2)
		assert.NotEqual(t, outputs[0].file, outputs[1].file, "two go to one place")
		for _, s := range outputs {
			assert.True(t, slices.Contains(someFormats, s.format))
		}
	})
}
