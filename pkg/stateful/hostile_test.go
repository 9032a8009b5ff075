package stateful_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

const hostileClaim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"

// bomb is YAML whose aliases stand for ten thousand million strings.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

func writeHostile(t *testing.T, dir, name string, files map[string]string) string {
	t.Helper()
	dir = filepath.Join(dir, name)
	all := map[string]string{"Chart.yaml": "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n", "templates/claim.yaml": hostileClaim}
	for file, text := range files {
		all[file] = text
	}
	for file, text := range all {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
	}
	return dir
}

// doubling are templates that call the next two times each, forty times over.
var doubling = func() string {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `{{ define "d%d" }}{{ include "d%d" . }}{{ include "d%d" . }}{{ end }}`, i, i+1, i+1)
	}
	return b.String() + `{{ define "d40" }}{{ end }}{{ include "d0" . }}`
}()

// keys are lines of a mapping.
func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  k%d: v\n", i)
	}
	return b.String()
}

// TestHostileCharts lints charts that mean harm, in one call with one that does
// not. Each has to say what is wrong, or be judged like any other.
func TestHostileCharts(t *testing.T) {
	const configMap = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n"
	tests := map[string]struct {
		files map[string]string
		want  string // in the error; "" is none
	}{
		"alias-bomb-chart":         {map[string]string{"Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n" + bomb()}, "excessive aliasing"},
		"alias-bomb-ci":            {map[string]string{"ci/a-values.yaml": bomb()}, "ci/a-values.yaml: "},
		"alias-bomb-from-yaml":     {map[string]string{"b.txt": bomb(), "templates/a.yaml": `{{ .Files.Get "b.txt" | fromYaml | toJson | len }}`}, "YAML parse error on alias-bomb-from-yaml/templates/a.yaml"},
		"alias-bomb-rendered":      {map[string]string{"templates/a.yaml": configMap + bomb()}, "alias-bomb-rendered/templates/a.yaml: error converting YAML to JSON: yaml: document contains excessive aliasing"},
		"alias-bomb-values":        {map[string]string{"values.yaml": bomb()}, "excessive aliasing"},
		"byte-order-mark":          {map[string]string{"Chart.yaml": "\ufeffapiVersion: v2\nname: byte-order-mark\nversion: 1.0.0\n", "values.yaml": "\ufeffa: b\n", "templates/a.yaml": "\ufeff" + configMap}, ""},
		"claim-without-a-name":     {map[string]string{"templates/a.yaml": strings.Replace(hostileClaim, "name: data", "generateName: data-", 1) + "---\n" + configMap + "data: {a: claim}\n"}, ""},
		"cycle-in-values":          {map[string]string{"templates/a.yaml": `{{ $_ := set .Values "a" .Values }}{{ toYaml .Values }}`}, ""},
		"deep-flow":                {map[string]string{"templates/a.yaml": configMap + "a: " + strings.Repeat("[", 50000) + strings.Repeat("]", 50000)}, "exceeded max depth"},
		"dependency-file":          {map[string]string{"Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies: [{name: other, version: 1.0.0, repository: 'file:///etc'}]\n"}, "dependency other"},
		"deep-values":              {map[string]string{"values.yaml": "a: " + strings.Repeat("{a: ", 20000) + strings.Repeat("}", 20000)}, "exceeded max depth"},
		"dns":                      {map[string]string{"templates/a.yaml": `{{ with getHostByName "example.com" }}{{ fail "asked" }}{{ end }}`}, ""},
		"doubling":                 {map[string]string{"templates/a.yaml": doubling}, "the chart took more than 6s"},
		"environment":              {map[string]string{"templates/a.yaml": `{{ env "HOME" }}`}, `function "env" not defined`},
		"files-outside":            {map[string]string{"templates/a.yaml": `{{ with printf "%s%s" (.Files.Get "../../etc/passwd") (.Files.Get "/etc/passwd") }}{{ fail "read" }}{{ end }}{{ range $p, $_ := .Files.Glob "/etc/*" }}{{ fail "listed" }}{{ end }}`}, ""},
		"invalid-utf-8":            {map[string]string{"templates/a.yaml": "kind: X\napiVersion: v1\nmetadata: {name: \"\xff\xfe\"}\n"}, "invalid"},
		"invalid-utf-8-helmignore": {map[string]string{".helmignore": "\xff\xfe*\n"}, ""},
		"invalid-utf-8-values":     {map[string]string{"values.yaml": "a: \xff\xfe\n"}, "invalid"},
		"keys":                     {map[string]string{"values.yaml": "a:\n" + keys(100_000), "templates/a.yaml": "{{ .Values.a | len }}"}, "cannot unmarshal"},
		"keys-of-a-claim":          {map[string]string{"templates/a.yaml": "kind: PersistentVolumeClaim\napiVersion: v1\nmetadata:\n  name: wide\n  annotations:\n" + strings.ReplaceAll(keys(20_000), "  k", "    k")}, ""},
		"loop":                     {map[string]string{"templates/a.yaml": "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"}, "the chart took more than 6s"},
		"nul":                      {map[string]string{"templates/a.yaml": "kind: X\x00\napiVersion: v1\n"}, "control characters are not allowed"},
		"nul-printed":              {map[string]string{"templates/a.yaml": configMap + `data: {a: {{ printf "%c" 0 }}}`}, "control characters are not allowed"},
		"nul-in-values":            {map[string]string{"values.yaml": "a: b\x00c\n"}, "control characters are not allowed"},
		"quantity-of-many-digits":  {map[string]string{"templates/claim.yaml": strings.Replace(hostileClaim, "1Gi", "1e1000000000", 1)}, ""},
		"recursion":                {map[string]string{"templates/a.yaml": `{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}`}, "rendering template has a nested reference name: r"},
		"recursion-of-template":    {map[string]string{"templates/a.yaml": `{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}`}, "exceeded maximum template depth"},
		"regex":                    {map[string]string{"templates/a.yaml": `{{ mustRegexMatch "(a{1000}){1000}" "a" }}`}, "regex"},
		"replicas-without-number":  {map[string]string{"templates/a.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: s}\nspec:\n  replicas: 2000000000\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n  volumeClaimTemplates: [{metadata: {name: d}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n"}, ""},
		"schema-of-a-host":         {map[string]string{"values.schema.json": `{"$ref": "http://127.0.0.1:9/x.json"}`}, ""},
		"schema-of-itself":         {map[string]string{"values.schema.json": `{"$ref": "#"}`}, "reference cycle"},
		"windows-line-ends":        {map[string]string{"Chart.yaml": "apiVersion: v2\r\nname: windows-line-ends\r\nversion: 1.0.0\r\n", "templates/a.yaml": strings.ReplaceAll(hostileClaim, "\n", "\r\n")}, ""},
	}
	dir := t.TempDir()
	want := map[string]string{"good": ""}
	paths := []string{writeHostile(t, dir, "good", nil)}
	for name, test := range tests {
		paths = append(paths, writeHostile(t, dir, name, test.files))
		want[name] = test.want
	}
	lintHostile(t, dir, paths, want)
}

// TestHostileArchives: what an archive may hold is Helm's to say; nothing of it
// is ever written.
func TestHostileArchives(t *testing.T) {
	own := []*tar.Header{{Name: "x/Chart.yaml", Size: 34}, {Name: "x/templates/claim.yaml", Size: int64(len(hostileClaim))}}
	content := map[string]string{"x/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0", "x/templates/claim.yaml": hostileClaim}
	own[0].Size = int64(len(content["x/Chart.yaml"]))
	entry := func(name string, kind byte, size int64, link string) *tar.Header {
		return &tar.Header{Name: name, Typeflag: kind, Size: size, Linkname: link}
	}
	many := make([]*tar.Header, 30000)
	for i := range many {
		many[i] = entry(fmt.Sprintf("x/f%d", i), tar.TypeReg, 0, "")
	}
	large := make([]*tar.Header, 30)
	for i := range large {
		large[i] = entry(fmt.Sprintf("x/f%d", i), tar.TypeReg, 4<<20, "")
	}
	tests := map[string]struct {
		more []*tar.Header
		want string
	}{
		"a-device":        {[]*tar.Header{entry("x/templates/d.yaml", tar.TypeChar, 0, "")}, ""},
		"a-hard-link":     {[]*tar.Header{entry("x/templates/l.yaml", tar.TypeLink, 0, "/etc/passwd")}, ""},
		"a-large-file":    {[]*tar.Header{entry("x/large", tar.TypeReg, 1<<30, "")}, "larger than the maximum file size"},
		"a-pipe":          {[]*tar.Header{entry("x/templates/p.yaml", tar.TypeFifo, 0, "")}, ""},
		"a-symbolic-link": {[]*tar.Header{entry("x/templates/l.yaml", tar.TypeSymlink, 0, "/etc/passwd")}, ""},
		"large-files":     {large, "larger than the maximum file size"},
		"many-files":      {many, "larger than the 104857600 bytes"},
		"traversal":       {[]*tar.Header{entry("x/../../../evil", tar.TypeReg, 0, "")}, "illegally references parent directory"},
		"absolute":        {[]*tar.Header{entry("x//evil", tar.TypeReg, 0, "")}, "illegally contains absolute paths"},
	}
	dir := t.TempDir()
	want := map[string]string{"good": "", "truncated.tgz": "unexpected EOF", "empty.tgz": "does not appear to be a gzipped archive", "no-archive.tgz": "does not appear to be a gzipped archive"}
	paths := []string{writeHostile(t, dir, "good", nil)}
	for name, test := range tests {
		var b bytes.Buffer
		packed := gzip.NewWriter(&b)
		w := tar.NewWriter(packed)
		for _, header := range append(own, test.more...) {
			header.Mode = 0o644
			require.NoError(t, w.WriteHeader(header))
			if header.Size > 100<<20 {
				break // its size alone is refused
			}
			if text := content[header.Name]; text != "" {
				_, err := io.WriteString(w, text)
				require.NoError(t, err)
				continue
			}
			_, err := io.CopyN(w, zeros{}, header.Size)
			require.NoError(t, err)
		}
		_ = w.Close() // it complains of the large file that was not written
		require.NoError(t, packed.Close())
		name += ".tgz"
		want[name] = test.want
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
		paths = append(paths, filepath.Join(dir, name))
		if name == "a-device.tgz" {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "truncated.tgz"), b.Bytes()[:b.Len()/2], 0o644))
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.tgz"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "no-archive.tgz"), []byte("hello"), 0o644))
	for _, name := range []string{"truncated.tgz", "empty.tgz", "no-archive.tgz"} {
		paths = append(paths, filepath.Join(dir, name))
	}
	lintHostile(t, dir, paths, want)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// lintHostile lints paths in one call and checks each chart's error.
func lintHostile(t *testing.T, dir string, paths []string, want map[string]string) {
	t.Helper()
	r, err := stateful.Lint(t.Context(), paths, stateful.LintOptions{Timeout: slowdown * 6 * time.Second, Workers: 2})
	require.NoError(t, err)
	require.Len(t, r.Charts, len(want))
	for _, c := range r.Charts {
		name, err := filepath.Rel(dir, c.Path)
		require.NoError(t, err)
		if want[name] == "" {
			assert.Empty(t, c.Error, name)
			assert.NotEmpty(t, findingsOf(r, c.Path), "%s: its claim is judged", name)
			continue
		}
		assert.Contains(t, c.Error, want[name], name)
		assert.Less(t, len(c.Error), 10_000, name)
	}
}

func findingsOf(r *report.Report, path string) (out []string) {
	for _, f := range r.Findings {
		if f.ChartPath == path {
			out = append(out, f.Rule)
		}
	}
	return out
}
