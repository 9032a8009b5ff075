package cluster_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// TestFixes plays the life of each chart that has something to mend, with what
// --post-renderer helm-stateful makes of it, and compares it with the life of
// the chart as it is: what the mended life is predicted to be is what happens,
// no step fails that did not before, and nothing goes that stayed.
func TestFixes(t *testing.T) {
	for _, chart := range playable(t) {
		t.Run(chart, func(t *testing.T) {
			t.Parallel()
			for _, h := range helms() {
				for _, m := range []mending{{fixes: "safe"}, {fixes: "safe", later: true}, {fixes: "all"}} {
					testFixes(t, life{chart, h, m})
				}
			}
		})
	}
}

func testFixes(t *testing.T, l life) {
	plain, mended := l.imagined(t)
	if !differ(plain, mended) {
		return
	}
	t.Run(l.helm.name+l.m.String(), func(t *testing.T) {
		for _, step := range lifecycle.Steps() {
			if len(refusals(plain, step)) == 0 {
				assert.Empty(t, refusals(mended, step), "%s passed before it was mended", step)
			}
		}
		assert.Subset(t, left(mended), left(plain), "stayed before it was mended")
		l.test(t)
	})
}

// TestWhatFixesSave names what the fixes are there for. TestFixes holds the
// same lives against the cluster, but for those that let data go.
func TestWhatFixesSave(t *testing.T) {
	const claim, definition = "PersistentVolumeClaim/", "CustomResourceDefinition/"
	safe, all, let := mending{fixes: "safe"}, mending{fixes: "all"}, mending{fixes: "safe", retention: lint.RetentionDelete}
	tests := []struct {
		chart  string
		m      mending
		stays  []string       // what went before
		goes   []string       // what stayed before, and was asked to go
		passes lifecycle.Step // what was refused before, client-side
	}{
		{chart: "claim-deleted-with-release", m: safe, stays: []string{claim + "demo-wiki"}},
		{chart: "devlake-mysql-claim-outlives-release", m: safe, stays: []string{claim + "demo-grafana"}},
		{chart: "definition-deleted-with-release", m: safe, stays: []string{
			definition + "artifacts.build.example.com", definition + "pipelines.build.example.com", "Namespace/imagined-demo-sandbox",
		}},
		{chart: "claim-outlives-release", m: let, goes: []string{claim + "data-demo-queue-0", claim + "data-demo-queue-1", claim + "data-demo-queue-2"}},
		{chart: "grafana-volume-name-lookup", m: all, passes: lifecycle.Rollback},
	}
	for _, test := range tests {
		for _, h := range helms() {
			t.Run(test.chart+"/"+h.name, func(t *testing.T) {
				t.Parallel()
				l := life{test.chart, h, test.m}
				plain, mended := l.imagined(t)
				for _, o := range test.stays {
					assert.NotContains(t, left(plain), o)
					assert.Contains(t, left(mended), o)
				}
				for _, o := range test.goes {
					assert.Contains(t, left(plain), o)
					assert.NotContains(t, left(mended), o)
				}
				if test.passes != "" && h.mode == lifecycle.ClientSide {
					assert.NotEmpty(t, refusals(plain, test.passes))
					assert.Empty(t, refusals(mended, test.passes))
				}
				if test.goes != nil {
					l.test(t)
				}
			})
		}
	}
}

// imagined rehearses a life as the chart is, and mended.
func (l life) imagined(t *testing.T) (plain, mended *lifecycle.Play) {
	t.Helper()
	release := lifecycle.Release{Name: releaseName, Namespace: "imagined"}
	plain, _ = life{chart: l.chart, helm: l.helm}.rehearsed(t, release)
	mended, _ = l.rehearsed(t, release)
	return plain, mended
}

// differ reports whether an object of two plays is not the same.
func differ(a, b *lifecycle.Play) bool {
	return !slices.EqualFunc(a.Events, b.Events, func(x, y lifecycle.Event) bool {
		return text(x.Object.Fields) == text(y.Object.Fields)
	})
}

// left names the objects that a play leaves behind.
func left(p *lifecycle.Play) []string {
	var out []string
	for _, o := range p.Left {
		out = append(out, identify(o).String())
	}
	return out
}
