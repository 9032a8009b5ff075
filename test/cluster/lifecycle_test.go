package cluster_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

const releaseName = "demo"

// life is one release of a chart in the hands of one Helm. m mends its
// manifests.
type life struct {
	chart   chartCase
	helm    helm
	m       mending
	release string // releaseName unless set
}

// chartCase is a chart's folder, and a file of values or none.
type chartCase struct{ folder, values string }

func (c chartCase) String() string {
	name := filepath.Base(c.folder)
	if c.values != "" {
		name += " with " + strings.TrimSuffix(filepath.Base(c.values), "-values.yaml")
	}
	return name
}

// args are what Helm is told to use the chart, or another in its place.
func (c chartCase) args(command, release, folder string) []string {
	args := []string{command, release, folder}
	if c.values != "" {
		args = append(args, "--values", c.values)
	}
	return args
}

func (c chartCase) renderer(t *testing.T) *render.Renderer {
	t.Helper()
	loaded, err := render.Load(c.folder)
	require.NoError(t, err)
	var values map[string]any
	if c.values != "" {
		text, err := os.ReadFile(c.values)
		require.NoError(t, err)
		values = parsed(t, string(text))
	}
	renderer, err := loaded.Renderer(render.Options{Values: values})
	require.NoError(t, err)
	return renderer
}

func (l life) in(namespace string) lifecycle.Release {
	return lifecycle.Release{Name: cmp.Or(l.release, releaseName), Namespace: namespace}
}

// played is what real Helm made of a life. Names of the release's namespace are
// replaced, so that two lives can be compared.
type played struct {
	life
	play    *imagined
	refused map[lifecycle.Step]bool
	lost    map[lifecycle.Step][]string // claims that the step has deleted, be it to make them anew
	missing []string                    // claims that pods name after the install, and that are not there
	left    []string                    // objects after the uninstall
	stuck   bool                        // a hook of the install has waited in vain, and the life ended there
}

// imagined is a rehearsed life.
type imagined struct {
	*lifecycle.Play
	renderer   *render.Renderer
	renderings []*lifecycle.Rendering
	// stuck are what is said of hooks that wait for what comes after them. The
	// rehearsal takes hooks to succeed.
	stuck []lint.Finding
	// unbound are the claims that are said to find no volume, other than in the
	// rehearsal.
	unbound map[string]bool
}

// test plays the life and compares each step with the rehearsal.
func (l life) test(t *testing.T) *played {
	release := l.in(newNamespace(t))
	play := l.rehearsed(t, release)
	prepare(t, play.Play, play.renderer)
	u := newUser(t, l.helm, release.Namespace)
	w := watcher{t, play.Play, release.Namespace, play.unbound}
	defer w.cleanUp()

	seen := &played{life: l, play: play, refused: map[lifecycle.Step]bool{}, lost: map[lifecycle.Step][]string{}}
	nextChart, nextValues := nextVersion(t, l.chart.folder, play.renderer)
	mend := l.m.args(u, l.helm)
	if len(play.stuck) > 0 {
		l.testStuck(t, u, append(append(l.chart.args("install", release.Name, l.chart.folder), l.helm.flags...), mend...))
		seen.stuck = true
		return seen
	}
	var before map[string]string
	for _, step := range []struct {
		name   lifecycle.Step
		args   []string
		mended bool
	}{
		{lifecycle.Install, append(l.chart.args("install", release.Name, l.chart.folder), l.helm.flags...), !l.m.later},
		{lifecycle.Upgrade, l.chart.args("upgrade", release.Name, l.chart.folder), true},
		{lifecycle.NextVersion, []string{"upgrade", release.Name, nextChart, "--values", nextValues}, true},
		{lifecycle.Rollback, []string{"rollback", release.Name, "1"}, false},
		{lifecycle.Uninstall, []string{"uninstall", release.Name}, false},
		{lifecycle.Reinstall, append(l.chart.args("install", release.Name, l.chart.folder), l.helm.flags...), !l.m.later},
	} {
		args := append(step.args, "--timeout", "60s")
		if step.mended {
			args = append(args, mend...)
		}
		predicted := refusals(play.Play, step.name)
		result, now := w.patiently(u, step.name, args...)
		steps.Add(1)
		seen.refused[step.name] = result.failed
		if assert.Equal(t, len(predicted) > 0, result.failed, "%s: predicted %q, but Helm said %s", step.name, predicted, result.output) && result.failed {
			assert.True(t, mentions(result.output, predicted), "%s: predicted %q, but Helm said %s", step.name, predicted, result.output)
		}
		if step.name == lifecycle.Uninstall {
			seen.left = w.awaitLeft()
			before = w.awaitClaims()
			continue
		}
		seen.lost[step.name] = replaced(before, now)
		assert.Equal(t, deletedClaims(play.Play, step.name, before), seen.lost[step.name], "claims that %s deletes", step.name)
		if before = now; step.name == lifecycle.Install {
			seen.missing = w.missingClaims()
		}
	}
	for i := range seen.left {
		seen.left[i] = strings.ReplaceAll(seen.left[i], release.Namespace, "NAMESPACE")
	}
	return seen
}

// testStuck installs a chart whose hook waits for what is made after it.
func (l life) testStuck(t *testing.T, u *user, install []string) {
	t.Helper()
	result := u.run(append(install, "--timeout", "10s")...)
	steps.Add(1)
	assert.True(t, result.failed, "the hook must wait in vain")
	assert.Regexp(t, "timed out waiting for the condition|context deadline exceeded", result.output)
}

// imagined rehearses the life in a namespace that is always the same.
func (l life) imagined(t *testing.T) *imagined {
	t.Helper()
	return l.rehearsed(t, l.in("imagined"))
}

func (l life) rehearsed(t *testing.T, release lifecycle.Release) *imagined {
	t.Helper()
	renderer := l.chart.renderer(t)
	rehearsal, err := lifecycle.Rehearse(t.Context(), l.m.renderer(renderer, l.helm), cluster.New(), lifecycle.Options{Release: release})
	require.NoError(t, err)
	require.NoError(t, rehearsal.UpgradeError)
	for _, play := range rehearsal.Plays {
		if play.Mode == l.helm.mode {
			i := &imagined{Play: play, renderer: renderer, unbound: map[string]bool{}, stuck: said(rehearsal, rules.HookBeforeItsVolume)}
			i.renderings = []*lifecycle.Rendering{rehearsal.Install, rehearsal.Upgrade, rehearsal.NextVersion, rehearsal.Again}
			for _, f := range said(rehearsal, rules.ClaimCannotBind) {
				i.unbound[f.Object.Name] = true
			}
			return i
		}
	}
	t.Fatalf("there is no rehearsal in mode %s", l.helm.mode)
	return nil
}

// said are the errors that a rule reports.
func said(r *lifecycle.Rehearsal, rule *lint.Rule) []lint.Finding {
	return slices.DeleteFunc(lint.Run(lint.Subject{Rehearsal: r}, []*lint.Rule{rule}), func(f lint.Finding) bool { return f.Severity < lint.Error })
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

// deletedClaims are those of the ones before that a step is predicted to delete.
func deletedClaims(play *lifecycle.Play, step lifecycle.Step, before map[string]string) []string {
	var out []string
	for _, e := range play.Of(step) {
		if _, there := before[e.Object.Name]; there && e.Action == lifecycle.Deleted && e.Object.Kind == "PersistentVolumeClaim" {
			out = append(out, e.Object.Name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// replaced are the claims that are no longer there, or no longer the same.
func replaced(before, now map[string]string) []string {
	var out []string
	for name, uid := range before {
		if now[name] != uid {
			out = append(out, name)
		}
	}
	slices.Sort(out)
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
