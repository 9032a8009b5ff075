package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// TestLifecycle plays the life of each chart with real Helm, and holds what the
// rehearsal says of each step against what happened.
func TestLifecycle(t *testing.T) {
	for _, chart := range playable(t) {
		t.Run(chart, func(t *testing.T) {
			t.Parallel()
			// What has no namespace is there once: one Helm after the other.
			for _, h := range helms() {
				t.Run(h.name, func(t *testing.T) { life{chart: chart, helm: h}.test(t) })
			}
		})
	}
}

// playable are the charts that can be installed.
func playable(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(charts(t), func(chart string) bool {
		return chart == "parity" // its webhooks and API services are those of programs that do not run
	})
}

const releaseName = "demo"

// life is one release of a chart in the hands of one Helm. m mends its
// manifests.
type life struct {
	chart string
	helm  helm
	m     mending
}

// test plays the life and compares each step with the rehearsal, which is
// returned.
func (l life) test(t *testing.T) *lifecycle.Play {
	release := lifecycle.Release{Name: releaseName, Namespace: newNamespace(t)}
	play, renderer := l.rehearsed(t, release)
	prepare(t, play, renderer)
	u := newUser(t, l.helm, release.Namespace)
	w := watcher{t, play, release.Namespace}
	defer w.cleanUp()

	nextChart, nextValues := nextVersion(t, l.chart, renderer)
	mend := l.m.args(u, l.helm)
	var row []string
	for _, step := range []struct {
		name   lifecycle.Step
		args   []string
		mended bool
	}{
		{lifecycle.Install, append([]string{"install", releaseName, chartPath(l.chart)}, l.helm.flags...), !l.m.later},
		{lifecycle.Upgrade, []string{"upgrade", releaseName, chartPath(l.chart)}, true},
		{lifecycle.NextVersion, []string{"upgrade", releaseName, nextChart, "--values", nextValues}, true},
		{lifecycle.Rollback, []string{"rollback", releaseName, "1"}, false},
		{lifecycle.Uninstall, []string{"uninstall", releaseName}, false},
		{lifecycle.Reinstall, append([]string{"install", releaseName, chartPath(l.chart)}, l.helm.flags...), !l.m.later},
	} {
		args := append(step.args, "--timeout", "60s")
		if step.mended {
			args = append(args, mend...)
		}
		predicted := refusals(play, step.name)
		seen := u.run(args...)
		steps.Add(1)
		row = append(row, fmt.Sprintf("%s %s/%s", step.name, word(len(predicted) > 0), word(seen.failed)))
		if assert.Equal(t, len(predicted) > 0, seen.failed, "%s: predicted %q, but Helm said %s", step.name, predicted, seen.output) && seen.failed {
			assert.True(t, mentions(seen.output, predicted), "%s: predicted %q, but Helm said %s", step.name, predicted, seen.output)
		}
		if step.name == lifecycle.Uninstall {
			w.awaitLeft()
		} else {
			w.awaitClaims()
		}
	}
	t.Logf("predicted/seen: %s, %s%s: %s", l.chart, l.helm.name, l.m.String(), strings.Join(row, ", "))
	return play
}

func word(refused bool) string {
	if refused {
		return "refused"
	}
	return "ok"
}

func (l life) rehearsed(t *testing.T, release lifecycle.Release) (*lifecycle.Play, *render.Renderer) {
	t.Helper()
	loaded, err := render.Load(chartPath(l.chart))
	require.NoError(t, err)
	renderer, err := loaded.Renderer(render.Options{})
	require.NoError(t, err)
	rehearsal, err := lifecycle.Rehearse(t.Context(), l.m.renderer(renderer, l.helm), cluster.New(), lifecycle.Options{Release: release})
	require.NoError(t, err)
	require.NoError(t, rehearsal.UpgradeError)
	for _, play := range rehearsal.Plays {
		if play.Mode == l.helm.mode {
			return play, renderer
		}
	}
	t.Fatalf("there is no rehearsal in mode %s", l.helm.mode)
	return nil, nil
}

// refusals are what the API server is predicted to say in a step.
func refusals(play *lifecycle.Play, step lifecycle.Step) []string {
	var out []string
	for _, e := range play.Of(step) {
		if e.Action == lifecycle.Refused {
			out = append(out, e.Verdict.Message)
		}
	}
	return out
}

// mentions reports whether Helm says one of the messages: not all, for it stops
// at an object that it cannot create.
func mentions(output string, messages []string) bool {
	for line := range strings.Lines(output) {
		for _, m := range messages {
			if strings.Contains(normal(line), normal(m)) {
				return true
			}
		}
	}
	return false
}

// nextVersion writes the chart's next version, as the rehearsal has it: the
// versions of it and its sub charts, and the image tags among the values.
func nextVersion(t *testing.T, chart string, r *render.Renderer) (path, values string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, chart)
	require.NoError(t, os.CopyFS(path, os.DirFS(chartPath(chart))))
	require.NoError(t, filepath.WalkDir(path, func(file string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(file) != "Chart.yaml" {
			return err
		}
		return raiseChart(file)
	}))
	tree := clone(r.Values().All)
	render.RaiseImages(tree)
	text, err := yaml.Marshal(tree)
	require.NoError(t, err)
	values = filepath.Join(dir, "values.yaml")
	require.NoError(t, os.WriteFile(values, text, 0o600))
	return path, values
}

func raiseChart(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var metadata map[string]any
	if err := yaml.Unmarshal(text, &metadata); err != nil {
		return err
	}
	for _, key := range []string{"version", "appVersion"} {
		if version, ok := metadata[key].(string); ok {
			metadata[key] = render.Raised(version)
		}
	}
	dependencies, _ := metadata["dependencies"].([]any)
	for _, d := range dependencies {
		d.(map[string]any)["version"] = ">=0.0.0-0"
	}
	if text, err = yaml.Marshal(metadata); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
