package render

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// ValueFlags are the values a user gives, as Helm's flags of the same names.
type ValueFlags struct {
	Files    []string // -f, --values; "-" is Stdin
	JSON     []string // --set-json
	Set      []string // --set
	Strings  []string // --set-string
	SetFiles []string // --set-file
	Literals []string // --set-literal
	// Stdin is what "-" reads; nil means that it cannot be read.
	Stdin io.Reader
}

// Merge reads and joins the values in Helm's order: files, --set-json, --set,
// --set-string, --set-file, --set-literal (helm v3.22.0,
// pkg/cli/values/options.go). Values are not fetched from URLs.
func (f ValueFlags) Merge() (map[string]any, error) {
	base := map[string]any{}
	for _, name := range f.Files {
		text, err := f.read(name)
		if err != nil {
			return nil, fmt.Errorf("--values %s: %w", name, err)
		}
		var current map[string]any
		if err := yaml.Unmarshal(text, &current); err != nil {
			return nil, fmt.Errorf("--values %s: %w", name, err)
		}
		base = mergeMaps(base, current)
	}
	steps := []struct {
		flag   string
		values []string
		parse  func(string) error
	}{
		{"--set-json", f.JSON, func(v string) error { return strvals.ParseJSON(v, base) }},
		{"--set", f.Set, func(v string) error { return strvals.ParseInto(v, base) }},
		{"--set-string", f.Strings, func(v string) error { return strvals.ParseIntoString(v, base) }},
		{"--set-file", f.SetFiles, func(v string) error {
			return strvals.ParseIntoFile(v, base, func(name []rune) (any, error) {
				text, err := f.read(string(name))
				return string(text), err
			})
		}},
		{"--set-literal", f.Literals, func(v string) error { return strvals.ParseLiteralInto(v, base) }},
	}
	for _, step := range steps {
		for _, v := range step.values {
			if err := step.parse(v); err != nil {
				return nil, fmt.Errorf("%s %s: %w", step.flag, v, err)
			}
		}
	}
	return base, nil
}

func (f ValueFlags) read(name string) ([]byte, error) {
	if strings.TrimSpace(name) == "-" {
		if f.Stdin == nil {
			return nil, errors.New("there is no standard input to read")
		}
		return io.ReadAll(f.Stdin)
	}
	if strings.Contains(name, "://") {
		return nil, errors.New("values are not fetched from a URL: download the file and name it instead")
	}
	return os.ReadFile(name)
}

func mergeMaps(a, b map[string]any) map[string]any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		if m, ok := v.(map[string]any); ok {
			if old, ok := out[k].(map[string]any); ok {
				out[k] = mergeMaps(old, m)
				continue
			}
		}
		out[k] = v
	}
	return out
}

// Given reports whether the user gives any values.
func (f ValueFlags) Given() bool {
	return len(f.Files)+len(f.JSON)+len(f.Set)+len(f.Strings)+len(f.SetFiles)+len(f.Literals) > 0
}

// ReadsStdin reports whether Merge reads Stdin.
func (f ValueFlags) ReadsStdin() bool {
	return slices.ContainsFunc(f.Files, func(name string) bool { return strings.TrimSpace(name) == "-" }) ||
		slices.ContainsFunc(f.SetFiles, func(v string) bool { return strings.HasSuffix(strings.TrimSpace(v), "=-") })
}
