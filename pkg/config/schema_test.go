package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// TestSchemaAndReaderAgree holds files against the published schema and against
// the reader.
func TestSchemaAndReaderAgree(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("../../docs/schema/config.schema.json")
	require.NoError(t, err)
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	for verdict, texts := range map[bool]map[string]string{true: config.ValidExamples(), false: config.InvalidExamples()} {
		for name, text := range texts {
			t.Run(name, func(t *testing.T) {
				_, parseErr := config.Parse(name, []byte(text), names)
				schemaErr := schema.Validate(asJSON(t, text))
				assert.Equal(t, verdict, parseErr == nil, "reader: %v", parseErr)
				assert.Equal(t, verdict, schemaErr == nil, "schema: %v", schemaErr)
			})
		}
	}
}

// asJSON reads YAML as editors do: by YAML 1.2, with dates as strings.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(text), &value))
	return plain(value)
}

func plain(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return value
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	write := func(name string) {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, nil, 0o644))
	}
	write(".helm-stateful.yaml")
	write("repo/.git/HEAD")
	write("repo/charts/.helm-stateful.yaml")
	write("repo/charts/db/Chart.yaml")
	write("repo/charts/own/.helm-stateful.yaml")
	write("repo/db-1.0.0.tgz")
	write("worktree/.git")
	write("worktree/.helm-stateful.yaml")
	write("worktree/db/Chart.yaml")
	write("outside/db/Chart.yaml")
	require.NoError(t, os.Symlink(filepath.Join(root, "repo/charts/db"), filepath.Join(root, "outside/link")))
	tests := map[string]string{
		"repo/charts/db":              "repo/charts/.helm-stateful.yaml",
		"repo/charts/own":             "repo/charts/own/.helm-stateful.yaml",
		"repo/charts/db/../../charts": "repo/charts/.helm-stateful.yaml",
		"repo/db-1.0.0.tgz":           "", // the work tree ends there
		"worktree/db":                 "worktree/.helm-stateful.yaml",
		"outside/db":                  ".helm-stateful.yaml",
		"outside/link":                "repo/charts/.helm-stateful.yaml",
	}
	real, err := filepath.EvalSymlinks(root)
	require.NoError(t, err)
	for chart, want := range tests {
		t.Run(chart, func(t *testing.T) {
			got, err := config.Find(filepath.Join(root, chart))
			require.NoError(t, err)
			if want != "" {
				want = filepath.Join(real, want)
			}
			assert.Equal(t, want, got)
		})
	}
	t.Chdir(filepath.Join(root, "repo/charts"))
	got, err := config.Find("oci://registry.example.com/db")
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(real, "repo/charts/.helm-stateful.yaml"), got, "what is no path has that of the current folder")
}
