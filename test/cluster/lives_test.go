package cluster_test

import (
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

var update = flag.Bool("update", false, "write docs/conformance.md, or the records in pkg/release/testdata, anew, from what happens")

// TestLives plays the life of each chart with real Helm, as it is and with what
// --post-renderer helm-stateful makes of it. Each step is held against the
// rehearsal, each mended life against the plain one, and all of it against
// docs/conformance.md. A new chart, and a new rule with a fix, is played without
// being named here.
func TestLives(t *testing.T) {
	record := &record{}
	cases := playable(t)
	shown := showcases(t, cases)
	t.Run("charts", func(t *testing.T) { // ends when all of them have
		for _, folder := range slices.CompactFunc(slices.Clone(cases), func(a, b chartCase) bool { return a.folder == b.folder }) {
			t.Run(filepath.Base(folder.folder), func(t *testing.T) {
				t.Parallel()
				for _, c := range cases {
					if c.folder == folder.folder {
						record.add(testLives(t, c, shown[c]))
					}
				}
			})
		}
	})
	record.compare(t, cases)
}

// playable are the charts that can be installed, each with its own values and
// with those of its ci folder.
func playable(t *testing.T) []chartCase {
	t.Helper()
	var out []chartCase
	for _, name := range charts(t) {
		if name == "parity" {
			continue // its webhooks and API services are those of programs that do not run
		}
		out = append(out, chartCase{folder: chartPath(name)})
		values, err := filepath.Glob(filepath.Join(chartPath(name), "ci", "*-values.yaml"))
		require.NoError(t, err)
		for _, file := range values {
			out = append(out, chartCase{chartPath(name), file})
		}
	}
	return out
}

// showcases finds for each rule with a fix the chart that shows what it does:
// the one that is named after it, or else the first that it changes.
func showcases(t *testing.T, cases []chartCase) map[chartCase][]*lint.Rule {
	t.Helper()
	imagined := map[chartCase]*imagined{}
	for _, c := range cases {
		imagined[c] = life{chart: c, helm: helms()[1]}.imagined(t)
	}
	shown := map[chartCase][]*lint.Rule{}
	for _, r := range rules.All() {
		if r.Fix == nil || r.NeedsRehearsal {
			continue // the post-renderer has no rehearsal
		}
		changes := func(c chartCase) bool {
			return slices.ContainsFunc(helms(), func(h helm) bool {
				return imagined[c].sent(t, mending{}, h) != imagined[c].sent(t, mending{fixes: r.Name}, h)
			})
		}
		own := slices.IndexFunc(cases, func(c chartCase) bool { return c.String() == r.Name && changes(c) })
		if own < 0 {
			own = slices.IndexFunc(cases, changes)
		}
		if own < 0 {
			assert.True(t, unshown(r), "no chart is changed by the fix of %s", r.Name)
			continue
		}
		assert.False(t, unshown(r), "%s is changed by the fix of %s", cases[own], r.Name)
		shown[cases[own]] = append(shown[cases[own]], r)
	}
	return shown
}

// unshown are the rules whose fix has nothing to do with any chart of testdata as
// far as the post-renderer can see, which does not know the values.
func unshown(r *lint.Rule) bool {
	return slices.Contains([]string{
		"claim-not-found",  // which of two claims that are not there is the right one, the values tell
		"foreign-affinity", // which instance is meant in what is restored, the values tell
	}, r.Name)
}

// sent is what a Helm sends in all steps, as far as a mending has a say in it:
// two mendings that send the same are one.
func (i *imagined) sent(t *testing.T, m mending, h helm) string {
	t.Helper()
	var out strings.Builder
	for n, rendering := range i.renderings {
		if rendering == nil {
			continue
		}
		mends := m
		if isInstall := n == 0 || n == len(i.renderings)-1; isInstall && m.later {
			mends = mending{}
		}
		stream, err := mends.stream(rendering, h)
		require.NoError(t, err)
		out.Write(stream)
	}
	return out.String()
}

// testLives plays one life after the other: what has no namespace is in the
// cluster once. shown are the rules whose fixes must make a difference.
func testLives(t *testing.T, chart chartCase, shown []*lint.Rule) []*played {
	var all []*played
	plain := map[string]*played{}
	for _, h := range helms() {
		t.Run(chart.prefix()+h.name, func(t *testing.T) {
			plain[h.name] = life{chart: chart, helm: h}.test(t)
			all = append(all, plain[h.name])
		})
	}
	different := map[string]bool{}
	for _, h := range helms() {
		base := plain[h.name]
		if base == nil {
			continue // -run has left it out, or it has failed
		}
		sent := map[string]bool{base.play.sent(t, mending{}, h): true}
		for _, m := range mendings(shown) {
			key := base.play.sent(t, m, h)
			if sent[key] {
				continue
			}
			sent[key] = true
			t.Run(chart.prefix()+h.name+m.String(), func(t *testing.T) {
				mended := life{chart: chart, helm: h, m: m}.test(t)
				all = append(all, mended)
				mended.harmless(t, base, refusedLive(t, base, m))
				different[m.fixes] = different[m.fixes] || !m.later && !mended.same(base)
			})
		}
	}
	for _, r := range shown {
		if len(plain) == len(helms()) && !t.Failed() {
			assert.True(t, different[r.Name] || invisible(r), "the fix of %s makes no difference to the life of %s: show elsewhere what it does, and name that in invisible", r.Name, chart)
		}
	}
	return all
}

// prefix tells the values from others of the chart.
func (c chartCase) prefix() string {
	if c.values == "" {
		return ""
	}
	return strings.TrimSuffix(filepath.Base(c.values), "-values.yaml") + "+"
}

// mendings are those of some rules, and those that any chart is played with.
func mendings(shown []*lint.Rule) []mending {
	var out []mending
	for _, r := range shown {
		out = append(out, mending{fixes: r.Name}, mending{fixes: r.Name, later: true}, mending{fixes: r.Name, retention: lint.RetentionDelete})
	}
	return append(out, mending{fixes: "safe"}, mending{fixes: "safe", later: true}, mending{fixes: "all"}, mending{fixes: "all", later: true})
}

// invisible reports whether the fix of a rule makes no difference to a life that
// is played here, where there are no nodes and nothing fails by itself.
func invisible(r *lint.Rule) bool {
	if r.Step == lint.StepRun || r.Step == lint.StepRestore {
		return true // it is about nodes
	}
	return map[string]bool{
		"rolling-update-on-exclusive-claim": true, // TestRollout
		"hook-blocks-retry":                 true, // TestRetry
		"storage-reclaimed":                 true, // TestReclaim
		"replicas-reset-on-upgrade":         true, // TestAutoscaled
	}[r.Name]
}

// refusedLive reports whether a mending changes what is frozen on a live release,
// as the documentation of the rule says.
func refusedLive(t *testing.T, plain *played, m mending) bool {
	t.Helper()
	return m.later && slices.ContainsFunc(rules.All(), func(r *lint.Rule) bool {
		frozen := map[string]bool{
			"storage-reclaimed":          true, // the policy of a StorageClass
			"version-in-immutable-field": true,
		}[r.Name]
		return frozen && (m.fixes == r.Name || m.fixes == "all") &&
			plain.play.sent(t, mending{fixes: r.Name}, plain.helm) != plain.play.sent(t, mending{}, plain.helm)
	})
}

// harmless fails where a mended life is worse than the plain one: a step that
// passed is refused, or something goes that stayed. refusedLive says that the
// upgrades are to be refused.
func (p *played) harmless(t *testing.T, plain *played, refusedLive bool) {
	t.Helper()
	assert.False(t, p.stuck && !plain.stuck, "the install passed before it was mended")
	assert.True(t, !refusedLive || p.refused[lifecycle.Upgrade], "the upgrade of a live release is refused, as the rule says")
	for _, step := range lifecycle.Steps() {
		upgrade := step == lifecycle.Upgrade || step == lifecycle.NextVersion
		if !plain.refused[step] && !(refusedLive && upgrade) {
			assert.False(t, p.refused[step], "%s passed before it was mended", step)
		}
		assert.Subset(t, plain.lost[step], p.lost[step], "claims that stayed in %s before it was mended", step)
	}
	assert.Subset(t, plain.missing, p.missing, "claims that were there before it was mended")
	if p.m.retention != lint.RetentionDelete {
		stayed := slices.DeleteFunc(slices.Clone(plain.left), func(name string) bool { return strings.HasSuffix(name, hangs) })
		assert.Subset(t, p.left, stayed, "what stayed before it was mended")
	}
}

// same reports whether nothing that is observed tells two lives apart.
func (p *played) same(other *played) bool {
	if p.stuck != other.stuck {
		return false
	}
	for _, step := range lifecycle.Steps() {
		if p.refused[step] != other.refused[step] || !slices.Equal(p.lost[step], other.lost[step]) {
			return false
		}
	}
	return slices.Equal(p.left, other.left) && slices.Equal(p.missing, other.missing)
}

// kept are those of the objects left behind that hold data or definitions, and
// those that hang.
func (p *played) kept() []string {
	var out []string
	for _, name := range p.left {
		if strings.HasSuffix(name, hangs) {
			_, short, _ := strings.Cut(name, "/")
			out = append(out, short)
			continue
		}
		for _, kind := range []string{"PersistentVolumeClaim", "PersistentVolume", "Secret", "CustomResourceDefinition", "Namespace"} {
			if strings.Contains(name, "/"+kind+"/") {
				_, short, _ := strings.Cut(name, "/")
				out = append(out, short)
			}
		}
	}
	return out
}
