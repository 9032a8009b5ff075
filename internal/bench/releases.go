package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/helm-stateful/helm-stateful/internal/madeup"
)

// growth is what four times as many copies of a chart in one release take.
type growth struct {
	chart   string
	same    madeup.Sameness
	command string
	objects int
	few     time.Duration
	many    time.Duration
}

func (g growth) times() float64 { return g.many.Seconds() / max(g.few.Seconds(), 0.001) }

// manyReleases lints and post-renders releases of copies of each chart, and prints
// those that grow most: what is done for each object with each other one takes
// sixteen times as long for four times as many.
func (b *bench) manyReleases() error {
	charts, err := filepath.Glob(filepath.Join(b.charts, "*", "Chart.yaml"))
	if err != nil || b.release == 0 {
		return err
	}
	var all []growth
	for _, file := range charts {
		rendered, err := b.run(nil, b.helm, "template", madeup.Release, filepath.Dir(file))
		if err != nil {
			return err
		}
		documents := madeup.Documents(string(rendered.stdout))
		if rendered.failed || len(documents) == 0 {
			continue
		}
		for _, same := range []madeup.Sameness{madeup.Nothing, madeup.AllButNames} {
			copies := max(1, b.release/4/len(documents))
			few, err := b.releaseOf(documents, copies, same)
			if err != nil {
				return err
			}
			many, err := b.releaseOf(documents, 4*copies, same)
			if err != nil {
				return err
			}
			for i, command := range []string{"lint", "post-render"} {
				all = append(all, growth{filepath.Base(filepath.Dir(file)), same, command, 4 * copies * len(documents), few[i], many[i]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b growth) int { return cmp.Compare(b.times(), a.times()) })
	b.printf("## Copies of each chart in one release\n\nThe ten of %d that grow most:\n\n", len(all))
	b.printf("| chart | in | | objects | CPU | a quarter of them | times |\n|---|---|---|---|---|---|---|\n")
	for _, g := range all[:min(len(all), 10)] {
		b.printf("| %s | %s | `%s` | %d | %s | %s | %.1f |\n", g.chart, g.same, g.command, g.objects, seconds(g.many), seconds(g.few), g.times())
	}
	b.printf("\n")
	return nil
}

// releaseOf is what lint of a chart and post-render take for so many copies.
func (b *bench) releaseOf(documents []string, copies int, same madeup.Sameness) (cpu [2]time.Duration, err error) {
	text := madeup.Many(documents, copies, same)
	chart := filepath.Join(b.dir, "release")
	if err := os.MkdirAll(filepath.Join(chart, "templates"), 0o750); err != nil {
		return cpu, err
	}
	for name, content := range madeup.ChartOf(text) {
		if err := os.WriteFile(filepath.Join(chart, name), []byte(content), 0o600); err != nil {
			return cpu, err
		}
	}
	lint, err := b.run(nil, b.ours, b.lint(chart)...)
	if err != nil {
		return cpu, err
	}
	post, err := b.run([]byte(text), b.ours, "post-render")
	return [2]time.Duration{lint.cpu, post.cpu}, err
}
