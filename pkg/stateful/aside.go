package stateful

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// aside sets findings aside, as annotations, comments, configurations and baselines
// say, and tells of those that no longer do anything.
type aside struct {
	now time.Time

	mu      sync.Mutex
	written map[string][]lint.Directive // in templates and on objects, by the chart's path

	entries   []*entryUse
	baselines map[string]*lint.Baseline // by file
	notes     []report.Note
}

// entryUse is what a configuration's ignore has covered in the charts that it
// concerns.
type entryUse struct {
	config    *config.Config
	index     int
	directive lint.Directive
	covered   int
}

func newAside(now time.Time) *aside {
	if now.IsZero() {
		now = time.Now()
	}
	return &aside{
		now:       now,
		written:   map[string][]lint.Directive{},
		baselines: map[string]*lint.Baseline{},
	}
}

// see notes the annotations of what a chart renders. Charts may do it at a time.
func (a *aside) see(path string, objects []*manifest.Object) {
	a.add(path, lint.Annotated(objects))
}

// read notes the comments in a chart's templates.
func (a *aside) read(path string, templates []render.TemplateFile) {
	for _, t := range templates {
		a.add(path, lint.Commented(t.Path, t.Text))
	}
}

func (a *aside) add(path string, directives []lint.Directive) {
	if len(directives) == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, d := range directives {
		if path != Stream {
			d.Place = filepath.ToSlash(filepath.Join(path, d.Place))
		}
		known := slices.ContainsFunc(a.written[path], func(k lint.Directive) bool {
			return k.Rule == d.Rule && k.Place == d.Place && k.Reason == d.Reason && k.Object == d.Object
		})
		if !known {
			a.written[path] = append(a.written[path], d)
		}
	}
}

// settle weighs one chart's findings and sets them aside. complete says that the
// chart was rehearsed under all of its values cases and probes, so that what
// ignores nothing now never does.
func (a *aside) settle(chart report.Chart, findings []lint.Finding, o LintOptions, complete bool) ([]lint.Finding, error) {
	o, c, err := o.settings(chart.Path)
	if err != nil {
		return nil, err
	}
	findings = c.Matter(findings)
	c.Weigh(findings, o.Rules)
	slices.SortStableFunc(findings, lint.Compare)
	written := a.written[chart.Path]
	configured := c.Directives(chart.Path, chart.Chart, a.now)
	if chart.Path == Stream {
		configured = c.StreamDirectives(a.now)
	}
	covered := lint.SetAside(findings, slices.Concat(written, configured))
	whole := complete && chart.Error == ""
	for i, d := range written {
		a.review(d, covered[i], whole && judges(o.Rules, d.Rule))
	}
	for i, d := range configured {
		if d.Covers == nil || !(whole && !o.partial() && judges(o.Rules, d.Rule)) && covered[len(written)+i] == 0 {
			continue
		}
		a.use(c, i, d).covered += covered[len(written)+i]
	}
	return findings, a.compareWithBaseline(c, chart, findings, o, whole)
}

// use is the entry's use so far.
func (a *aside) use(c *config.Config, index int, d lint.Directive) *entryUse {
	for _, use := range a.entries {
		if use.config == c && use.index == index {
			return use
		}
	}
	use := &entryUse{config: c, index: index, directive: d}
	a.entries = append(a.entries, use)
	return use
}

// judges reports whether a rule was applied to a chart alone.
func judges(applied []*lint.Rule, name string) bool {
	return slices.ContainsFunc(applied, func(r *lint.Rule) bool { return r.Name == name && !r.OnlyTwoVersions() })
}

// review says what is wrong with a directive that covers a number of findings.
func (a *aside) review(d lint.Directive, covered int, whole bool) {
	if message := d.Wrong(covered, whole, ruleNames()); message != "" {
		a.notes = append(a.notes, report.Note{Place: d.Place, Message: message})
	}
}

func ruleNames() []string {
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	return names
}

// compareWithBaseline marks what the chart's baseline knows.
func (a *aside) compareWithBaseline(c *config.Config, chart report.Chart, findings []lint.Finding, o LintOptions, whole bool) error {
	file := c.BaselineFile()
	if file == "" {
		return nil
	}
	b, ok := a.baselines[file]
	if !ok {
		var err error
		if b, err = readBaseline(file); err != nil {
			return &config.Invalid{Err: fmt.Errorf("%s: %w", c.Place("baseline"), err)}
		}
		a.baselines[file] = b
	}
	b.Mark(findings)
	if !whole {
		return nil
	}
	for _, e := range b.Gone(chart.Chart, findings, func(rule string) bool { return judges(o.Rules, rule) }) {
		a.notes = append(a.notes, report.Note{
			Place:   fmt.Sprintf("%s:%d", file, e.Line),
			Message: fmt.Sprintf("%s of %s no longer occurs in %s: take the line away, or write the baseline anew", e.Rule, e.About, e.Chart),
		})
	}
	return nil
}

func readBaseline(file string) (*lint.Baseline, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s: make one with --write-baseline %s", file, file)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return lint.ReadBaseline(file, f)
}

// said returns all notes, those on entries of configurations last.
func (a *aside) said() []report.Note {
	slices.SortStableFunc(a.entries, func(x, y *entryUse) int {
		return cmp.Or(cmp.Compare(x.config.File, y.config.File), cmp.Compare(x.index, y.index))
	})
	for _, use := range a.entries {
		a.review(use.directive, use.covered, true)
	}
	a.entries = nil
	return a.notes
}
