package stateful

import (
	"context"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// Compare plays the upgrade of a release from one version of a chart to
// another, and the rollback. It reports what the API server refuses on the way
// and what data is left behind, and those findings about the new version alone
// that the old one does not have.
func Compare(ctx context.Context, old, next string, o LintOptions) (*report.Report, error) {
	o = o.withDefaults()
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the charts took more than %s", o.Timeout))
	defer cancel()
	oldChart, oldRenderer, err := prepare(old, o)
	if err != nil {
		return nil, fmt.Errorf("the old version, %s: %w", old, err)
	}
	nextChart, nextRenderer, err := prepare(next, o)
	if err != nil {
		return nil, fmt.Errorf("the new version, %s: %w", next, err)
	}
	rehearsal, err := lifecycle.Compare(ctx, oldRenderer, nextRenderer, cluster.New(), o.Release)
	if err != nil {
		return nil, err
	}
	info := report.Chart{Chart: nextChart.Name, Version: oldChart.Version + " → " + nextChart.Version, Path: next}
	findings := lint.Run(lint.Subject{Rehearsal: rehearsal, Chart: nextChart.Name, ChartPath: next, Case: lint.CaseDefault}, o.Rules)
	added, err := added(ctx, oldRenderer, nextRenderer, nextChart.Name, next, o)
	if err != nil {
		return nil, err
	}
	return report.New([]report.Chart{info}, lint.Merge(findings, added)), nil
}

func prepare(path string, o LintOptions) (*render.Chart, *render.Renderer, error) {
	chart, err := render.Load(path)
	if err != nil {
		return nil, nil, err
	}
	renderer, err := chart.Renderer(render.Options{Values: o.Values, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions})
	return chart, renderer, err
}

// added are the findings about the new version that the old one does not have.
func added(ctx context.Context, old, next *render.Renderer, name, path string, o LintOptions) ([]lint.Finding, error) {
	findings := func(r *render.Renderer) ([]lint.Finding, error) {
		rehearsal, err := lifecycle.Rehearse(ctx, r, cluster.New(), lifecycle.Options{Release: o.Release})
		if err != nil {
			return nil, err
		}
		return lint.Run(lint.Subject{Rehearsal: rehearsal, Chart: name, ChartPath: path, Case: lint.CaseDefault}, o.Rules), nil
	}
	before, err := findings(old)
	if err != nil {
		return nil, fmt.Errorf("the old version: %w", err)
	}
	after, err := findings(next)
	if err != nil {
		return nil, fmt.Errorf("the new version: %w", err)
	}
	known := map[string]bool{}
	for _, f := range before {
		known[f.Fingerprint] = true
	}
	var out []lint.Finding
	for _, f := range after {
		if !known[f.Fingerprint] {
			out = append(out, f)
		}
	}
	return out, nil
}
