package stateful_test

import (
	"bytes"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// TestSameInputSameBytes whatever the number of cores and of charts at a time,
// and whatever order maps are in.
func TestSameInputSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var paths []string
	for _, name := range []string{"matomo-cronjob-claim", "grafana-volume-name-lookup", "secret-lost-data-kept", "shared-name", "erda-operator-removed-first"} {
		paths = append(paths, filepath.Join(charts, name))
	}
	written := func(workers int) string {
		var b bytes.Buffer
		o := stateful.LintOptions{Workers: workers, Probe: true}
		linted, err := stateful.Lint(t.Context(), paths, o)
		require.NoError(t, err)
		compared, err := stateful.Compare(t.Context(), paths[0], paths[1], o)
		require.NoError(t, err)
		for _, r := range []*report.Report{linted, compared} {
			require.NoError(t, report.JSON{}.Write(&b, r))
		}
		for _, path := range paths {
			plan, err := stateful.Plan(t.Context(), path, o)
			require.NoError(t, err)
			require.NoError(t, report.WritePlan(&b, plan, "json"))
		}
		return b.String()
	}
	first := written(1)
	for _, cores := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(cores)
		for _, workers := range []int{1, 3, 0} {
			require.Equal(t, first, written(workers), "%d cores, %d charts at a time", cores, workers)
		}
	}
}
