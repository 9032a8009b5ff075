package stateful_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// TestLinear lints each chart under testdata many times over in one release: copies
// of all that it renders, once with labels and references of their own, once with
// other names alone. What is done for each object with each other one shows in what
// is allocated, which is nearly the same in every run; time is not.
func TestLinear(t *testing.T) {
	if slowdown > 1 || testing.Short() {
		t.Skip("what is allocated is another number")
	}
	const few, times = 200, 4 // objects, and how many times as many
	charts, err := filepath.Glob(filepath.Join("..", "..", "testdata", "charts", "*", "Chart.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, charts)
	for _, file := range charts {
		text, err := stateful.Template(t.Context(), filepath.Dir(file), stateful.LintOptions{})
		if err != nil {
			continue // it wants values
		}
		documents := documentsOf(string(text))
		for name, another := range map[string]func(document string, i int) string{"copies of its own": ownCopy, "names of their own": renamed} {
			t.Run(filepath.Base(filepath.Dir(file))+" in "+name, func(t *testing.T) {
				allocated := func(copies int) float64 {
					var release strings.Builder
					for i := range copies {
						for _, d := range documents {
							release.WriteString("---\n" + another(d, i))
						}
					}
					return allocatedByLint(t, release.String())
				}
				copies := max(1, few/len(documents))
				allocated(1) // what is made once
				assert.Less(t, allocated(times*copies), 1.5*times*allocated(copies))
			})
		}
	}
}

func documentsOf(text string) []string {
	parts := regexp.MustCompile(`(?m)^---.*\n`).Split(text, -1)
	return slices.DeleteFunc(parts, func(d string) bool { return !strings.Contains(d, "kind:") })
}

// ownCopy is what another release would have.
func ownCopy(document string, i int) string {
	return strings.ReplaceAll(document, "release-name", fmt.Sprintf("copy%d", i))
}

var nameOfObject = regexp.MustCompile(`(?m)^(metadata:\n(?:  .*\n)*?  name: "?)([^\s"]+)`)

// renamed has another name, and refers to the same as all others.
func renamed(document string, i int) string {
	return nameOfObject.ReplaceAllString(document, fmt.Sprintf("${1}${2}-%d", i))
}

// allocatedByLint counts the bytes for a chart of one template, and for the manifests
// alone.
func allocatedByLint(t *testing.T, text string) float64 {
	t.Helper()
	chart := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(chart, "templates"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(chart, "Chart.yaml"), []byte("apiVersion: v2\nname: many\nversion: 1.0.0\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(chart, "templates", "all.yaml"), []byte(strings.ReplaceAll(text, "{{", `{{ "{{" }}`)), 0o644))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := stateful.Lint(t.Context(), []string{chart}, stateful.LintOptions{})
	require.NoError(t, err)
	_, err = stateful.LintStream(strings.NewReader(text), stateful.LintOptions{})
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}
