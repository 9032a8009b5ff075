package config

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Weigh gives findings the severities that the configuration says. rules are
// those that the findings come from.
func (c *Config) Weigh(findings []lint.Finding, rules []*lint.Rule) {
	for i := range findings {
		f := &findings[i]
		severity, err := lint.ParseSeverity(string(c.Rules[f.Rule]))
		if err != nil {
			continue // the rule's own
		}
		if severity < f.Severity || f.Severity == worstOf(rules, f.Rule) {
			f.Severity = severity
		}
	}
}

func worstOf(rules []*lint.Rule, name string) lint.Severity {
	for _, r := range rules {
		if r.Name == name {
			return r.Severity
		}
	}
	return 0
}

// Concerns reports whether the configuration's i-th ignore is about a chart: a
// path, and the name that Chart.yaml gives.
func (c *Config) Concerns(i int, path, name string) bool {
	return c.chartMatches(c.Ignore[i].Chart, path, name)
}

// Cases are the values cases of a chart, with their files as paths from here.
func (c *Config) Cases(path, name string) []ValuesCase {
	var out []ValuesCase
	for _, v := range c.Values {
		if c.chartMatches(v.Charts, path, name) {
			v.Files = slices.Clone(v.Files)
			for i, file := range v.Files {
				v.Files[i] = Text(c.path(string(file)))
			}
			out = append(out, v)
		}
	}
	return out
}

// Directives are the configuration's ignores for a chart, one for each entry.
// Those about other charts cover nothing.
func (c *Config) Directives(path, name string, now time.Time) []lint.Directive {
	var out []lint.Directive
	for i, entry := range c.Ignore {
		d := entry.directive(now)
		if c.Concerns(i, path, name) {
			d.Covers = entry.covers
		}
		out = append(out, d)
	}
	return out
}

// StreamDirectives are the configuration's ignores for a bare stream, one for
// each entry. An object belongs to the chart that Helm's comment above it names;
// an entry about a chart's folder concerns none.
func (c *Config) StreamDirectives(now time.Time) []lint.Directive {
	var out []lint.Directive
	for _, entry := range c.Ignore {
		d := entry.directive(now)
		d.Covers = func(f *lint.Finding) bool {
			chart, _, _ := strings.Cut(f.Rendered().Source, "/")
			return entry.Chart.matches(chart) && entry.covers(f)
		}
		out = append(out, d)
	}
	return out
}

// Settle weighs the findings of a bare stream and sets them aside, as objects'
// annotations and the configuration say, and tells what is wrong with those.
// rules are those that were applied, known the names of all.
func (c *Config) Settle(findings []lint.Finding, objects []*manifest.Object, rules []*lint.Rule, known []string, now time.Time) ([]lint.Finding, []lint.Remark) {
	findings = c.Matter(findings)
	c.Weigh(findings, rules)
	slices.SortStableFunc(findings, lint.Compare)
	directives := slices.Concat(lint.Annotated(objects), c.StreamDirectives(now))
	var remarks []lint.Remark
	for i, covered := range lint.SetAside(findings, directives) {
		if message := directives[i].Wrong(covered, false, known); message != "" {
			remarks = append(remarks, lint.Remark{Place: directives[i].Place, Message: message})
		}
	}
	return findings, remarks
}

// directive is what the entry says, without what it covers.
func (entry Ignore) directive(now time.Time) lint.Directive {
	return lint.Directive{
		Ignore:  lint.Ignore{Reason: string(entry.Reason), Source: lint.IgnoredByConfig, Place: entry.place},
		Rule:    string(entry.Rule),
		Until:   string(entry.Until),
		Expired: entry.Until.over(now),
	}
}

// covers reports whether the entry is about a finding's object, in a chart that
// it concerns.
func (entry Ignore) covers(f *lint.Finding) bool {
	return (entry.Kind == "" || string(entry.Kind) == f.Object.Kind) && entry.Name.matches(f.Object.Name)
}

// chartMatches holds a glob against a chart's name, or its path as seen from
// the configuration's folder.
func (c *Config) chartMatches(g Glob, path, name string) bool {
	if g == "" {
		return true
	}
	if !strings.Contains(string(g), "/") {
		return g.matches(name) || g.matches(filepath.Base(path))
	}
	seen, err := relative(filepath.Dir(c.File), path)
	return err == nil && g.matches(filepath.ToSlash(seen))
}

// relative is path as seen from a folder, links resolved.
func relative(dir, path string) (string, error) {
	for _, p := range []*string{&dir, &path} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return "", err
		}
		if real, err := filepath.EvalSymlinks(abs); err == nil {
			abs = real
		}
		*p = abs
	}
	return filepath.Rel(dir, path)
}

// Matter leaves out findings, and steps that they break, that only concern a
// Helm that does not matter.
func (c *Config) Matter(findings []lint.Finding) []lint.Finding {
	if len(c.Helm) == 0 {
		return findings
	}
	elsewhere := map[HelmVersion]string{3: lifecycle.ClientSide.Helm(), 4: lifecycle.ServerSide.Helm()}
	for _, v := range c.Helm {
		delete(elsewhere, v)
	}
	var out []lint.Finding
	for _, f := range findings {
		var breaks []string
		for _, step := range f.Breaks {
			if !slices.ContainsFunc(slices.Collect(maps.Values(elsewhere)), func(helm string) bool { return strings.HasSuffix(step, "("+helm+")") }) {
				breaks = append(breaks, step)
			}
		}
		if len(breaks) > 0 || len(f.Breaks) == 0 {
			f.Breaks = breaks
			out = append(out, f)
		}
	}
	return out
}
