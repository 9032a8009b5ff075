package stateful

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

// settings returns the configuration of a chart, and o as that has it.
func (o LintOptions) settings(path string) (LintOptions, *config.Config, error) {
	if o.Config == nil {
		return o, &config.Config{}, nil
	}
	c, err := o.Config.For(path)
	if err != nil {
		return o, nil, err
	}
	if c.KubeVersion != "" {
		o.KubeVersion = string(c.KubeVersion)
	}
	if len(c.APIVersions) > 0 {
		o.APIVersions = c.APIVersions
	}
	if c.Probe != nil {
		o.Probe = *c.Probe
	}
	o.Rules = slices.DeleteFunc(slices.Clone(o.Rules), func(r *lint.Rule) bool { return c.RuleOff(r.Name) })
	return o, c, nil
}

// complete reports whether a chart is rehearsed under all of its values cases
// and probes; a configuration may say that probes are none of them.
func (o LintOptions) complete(path string) bool {
	if len(o.Values) > 0 || path == Stream {
		return false
	}
	o, c, err := o.settings(path)
	return err == nil && (o.Probe || c.Place("probe") != "--probe" && c.Probe != nil)
}

// casesOf are the chart's values cases, with those of its configuration unless
// the user gives values.
func casesOf(chart *render.Chart, path string, o LintOptions) ([]render.Case, error) {
	cases, err := chart.Cases(o.Values)
	if err != nil || o.Config == nil || len(o.Values) > 0 {
		return cases, err
	}
	c, err := o.Config.For(path)
	if err != nil {
		return nil, err
	}
	for i, v := range c.Cases(path, chart.Name) {
		var files []string
		for _, file := range v.Files {
			files = append(files, string(file))
		}
		values, err := render.ValueFlags{Files: files}.Merge()
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.Place(fmt.Sprintf("values[%d]", i)), v.Name, err)
		}
		cases = append(cases, render.NewCase(string(v.Name), values))
	}
	return cases, nil
}
