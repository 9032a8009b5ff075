package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Merge joins reports into one, with the charts in the order of their paths, as
// lint has them. A chart that several reports have comes once, with the
// findings of all of them, and as failed if it failed in any. Different charts
// at one path are an error.
func Merge(reports ...*Report) (*Report, error) {
	m := merger{at: map[string]int{}, findings: map[string][][]lint.Finding{}, plans: map[string]*Plan{}}
	for _, r := range reports {
		if err := m.add(r); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(m.charts, func(a, b Chart) int { return ComparePaths(a.Path, b.Path) })
	paths := []string{}
	for _, c := range m.charts {
		paths = append(paths, c.Path)
	}
	var all []lint.Finding
	for _, path := range append(paths, m.unknown...) {
		all = append(all, once(m.findings[path])...)
	}
	out := New(m.charts, all)
	out.Notes = m.notes
	for _, path := range paths {
		if plan := m.plans[path]; plan != nil {
			out.Plans = append(out.Plans, *plan)
		}
	}
	return out, nil
}

type merger struct {
	charts []Chart
	notes  []Note
	at     map[string]int // places in charts, by path
	// findings are those of each report, by the chart's path.
	findings map[string][][]lint.Finding
	// unknown are paths of findings that no chart of the reports has, such as
	// that of a bare stream.
	unknown []string
	// plans are by the chart's path, those of the first report that has one.
	plans map[string]*Plan
}

func (m *merger) add(r *Report) error {
	for _, c := range r.Charts {
		i, known := m.at[c.Path]
		if !known {
			m.at[c.Path] = len(m.charts)
			m.charts = append(m.charts, c)
			continue
		}
		if other := m.charts[i]; other.Chart != c.Chart && other.Error == "" && c.Error == "" {
			return fmt.Errorf("the reports have two charts at the path %s, %s and %s: lint them by paths that differ", c.Path, other.Chart, c.Chart)
		}
		m.charts[i] = joined(m.charts[i], c)
	}
	own := map[string][]lint.Finding{}
	for _, f := range r.Findings {
		own[f.ChartPath] = append(own[f.ChartPath], f)
		if _, known := m.at[f.ChartPath]; !known && !slices.Contains(m.unknown, f.ChartPath) {
			m.unknown = append(m.unknown, f.ChartPath)
		}
	}
	for path, findings := range own {
		m.findings[path] = append(m.findings[path], findings)
	}
	for i := range r.Plans {
		if p := &r.Plans[i]; m.plans[p.Chart.Path] == nil {
			m.plans[p.Chart.Path] = p
		}
	}
	for _, n := range r.Notes {
		if !slices.Contains(m.notes, n) {
			m.notes = append(m.notes, n)
		}
	}
	return nil
}

// once leaves one report's findings as they are, and joins those of several.
func once(lists [][]lint.Finding) []lint.Finding {
	if len(lists) == 1 {
		return lists[0]
	}
	return lint.Merge(lists...)
}

// joined is a chart that two reports have.
func joined(a, b Chart) Chart {
	if a.Error != "" && b.Error == "" {
		a.Chart = b.Chart // a failed chart may not even have told its name
	}
	if a.Version == "" {
		a.Version = b.Version
	}
	if a.Error == "" {
		a.Error = b.Error
	}
	if a.Note == "" {
		a.Note = b.Note
	}
	return a
}

// ComparePaths orders the paths of charts as a walk through their folders meets
// them.
func ComparePaths(a, b string) int {
	split := func(path string) []string { return strings.Split(filepath.ToSlash(path), "/") }
	return slices.Compare(split(a), split(b))
}
