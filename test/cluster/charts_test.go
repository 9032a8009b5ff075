package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// chartsVariable names charts, or folders of charts, that TestCharts plays.
const chartsVariable = "CLUSTER_TEST_CHARTS"

// TestCharts plays the lives of charts that lie elsewhere, such as public ones, and
// one of ours where there are none.
func TestCharts(t *testing.T) {
	folders := filepath.SplitList(os.Getenv(chartsVariable))
	if len(folders) == 0 {
		folders = []string{chartPath("devlake-mysql-claim-outlives-release")}
	}
	var paths []string
	for _, folder := range folders {
		found, isFolder, err := render.Discover(folder)
		require.NoError(t, err)
		if !isFolder {
			found = []string{folder}
		}
		paths = append(paths, found...)
	}
	for i, chart := range paths {
		t.Run(filepath.Base(chart), func(t *testing.T) {
			if reason := unplayable(t, chart); reason != "" {
				require.NotEmpty(t, os.Getenv(chartsVariable), "our own chart: %s", reason)
				t.Skip(reason)
			}
			t.Parallel()
			for _, h := range helms() {
				t.Run(h.name, func(t *testing.T) {
					// What has no namespace is mostly named after the release.
					seen := life{chart: chartCase{folder: chart}, helm: h, release: fmt.Sprintf("demo%d", i)}.test(t)
					t.Log(seen.row())
				})
			}
		})
	}
}

// unplayable tells why a chart cannot be played.
func unplayable(t *testing.T, chart string) string {
	t.Helper()
	loaded, err := render.Load(chart)
	if err != nil {
		return err.Error()
	}
	renderer, err := loaded.Renderer(render.Options{})
	if err != nil {
		return err.Error()
	}
	r, err := lifecycle.Rehearse(t.Context(), renderer, cluster.New(), lifecycle.Options{Release: lifecycle.Release{Name: releaseName, Namespace: "imagined"}})
	switch {
	case err != nil:
		return err.Error()
	case r.UpgradeError != nil:
		return r.UpgradeError.Error()
	}
	for _, rendering := range []*lifecycle.Rendering{r.Install, r.Upgrade, r.NextVersion} {
		if rendering != nil && rendering.Demand != nil {
			return rendering.Demand.Error()
		}
	}
	for _, o := range append(definitions(t, chart), r.Install.Stream.Objects()...) {
		if _, err := server.Resource(o.APIVersion, o.Kind, ""); err != nil && manifest.BuiltIn(o.Group()) {
			return fmt.Sprintf("the API server does not serve %s, kind %s", o.APIVersion, o.Kind)
		}
		if o.Kind == "APIService" || answersForOthers(o) {
			return "it has a " + o.Kind + ", whose program does not run"
		}
	}
	return ""
}

// definitions are those that Helm installs before the chart.
func definitions(t *testing.T, chart string) []*manifest.Object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(chart, "crds", "*.yaml"))
	require.NoError(t, err)
	var out []*manifest.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		stream, err := manifest.Parse(text)
		require.NoError(t, err)
		out = append(out, stream.Objects()...)
	}
	return out
}

// answersForOthers reports whether a webhook is asked about objects that other
// tests have.
func answersForOthers(o *manifest.Object) bool {
	for _, webhook := range manifest.ListAt(o.Fields, "webhooks") {
		for _, rule := range manifest.ListAt(webhook, "rules") {
			if slices.ContainsFunc(manifest.StringsAt(rule, "apiGroups"), func(g string) bool { return g == "*" || manifest.BuiltIn(g) }) {
				return true
			}
		}
	}
	return false
}
