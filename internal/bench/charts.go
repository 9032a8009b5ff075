package main

import (
	"os"
	"path/filepath"
	"time"
)

// folder compares one lint of a folder of charts with helm template of each,
// and the post-renderer with cat.
func (b *bench) folder() error {
	charts, err := filepath.Glob(filepath.Join(b.charts, "*", "Chart.yaml"))
	if err != nil {
		return err
	}
	var template, plain, post, cat time.Duration
	var rendered []string
	for _, file := range charts {
		chart := filepath.Dir(file)
		t, err := b.run(nil, b.helm, "template", "release-name", chart)
		if err != nil {
			return err
		}
		if t.failed {
			continue
		}
		rendered = append(rendered, chart)
		template += t.cpu
		p, err := b.run(t.stdout, b.ours, "post-render")
		if err != nil {
			return err
		}
		c, err := b.run(t.stdout, "cat")
		if err != nil {
			return err
		}
		post, cat = post+p.cpu, cat+c.cpu
	}
	folder := filepath.Join(b.dir, "folder")
	for _, chart := range rendered {
		if err := copyAs(chart, filepath.Join(folder, filepath.Base(chart)), ""); err != nil {
			return err
		}
	}
	l, err := b.run(nil, b.ours, b.lint("--probe=false", folder)...)
	if err != nil {
		return err
	}
	plain = l.cpu
	probed, err := b.run(nil, b.ours, b.lint(folder)...)
	if err != nil {
		return err
	}
	b.printf("## %d charts\n\n| | CPU | against `helm template` of each |\n|---|---|---|\n", len(rendered))
	for _, row := range []struct {
		name string
		cpu  time.Duration
	}{
		{"`helm template` of each", template},
		{"`lint --probe=false`, one call", plain},
		{"`lint`, one call", probed.cpu},
		{"`helm template` of each, and `cat`", template + cat},
		{"`helm template` of each, and `post-render`", template + post},
	} {
		b.printf("| %s | %s | %s |\n", row.name, seconds(row.cpu), ratio(row.cpu, template))
	}
	b.printf("\n")
	return nil
}

// each compares lint of one chart at its default values with helm template.
func (b *bench) each(charts []string) error {
	if len(charts) == 0 {
		return nil
	}
	values := filepath.Join(b.dir, "none.yaml")
	if err := os.WriteFile(values, []byte("unusedByAnyChart: true\n"), 0o600); err != nil {
		return err
	}
	b.printf("## One chart at its default values\n\n| chart | `helm template` | `lint --probe=false` | ratio | `lint` | ratio |\n|---|---|---|---|---|---|\n")
	for _, chart := range charts {
		t, err := b.least(nil, b.helm, "template", "release-name", chart)
		if err != nil {
			return err
		}
		plain, err := b.least(nil, b.ours, b.lint("--probe=false", "-f", values, chart)...) // without the cases of ci/
		if err != nil {
			return err
		}
		probed, err := b.least(nil, b.ours, b.lint("-f", values, chart)...)
		if err != nil {
			return err
		}
		b.printf("| %s | %s | %s | %s | %s | %s |\n", filepath.Base(chart), seconds(t.cpu), seconds(plain.cpu), ratio(plain.cpu, t.cpu), seconds(probed.cpu), ratio(probed.cpu, t.cpu))
	}
	b.printf("\n")
	return nil
}
