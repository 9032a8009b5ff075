package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// chartOf makes a chart with one template, templates/x.yaml, and the given
// values.yaml.
func chartOf(t *testing.T, template, values string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"Chart.yaml":       "apiVersion: v2\nname: demo\nversion: 1.0.0\n",
		"values.yaml":      values,
		"templates/x.yaml": template,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}

// rehearse plays the life of such a chart.
func rehearse(t *testing.T, template, values string) *lifecycle.Rehearsal {
	t.Helper()
	chart, err := render.Load(chartOf(t, template, values))
	require.NoError(t, err)
	renderer, err := chart.Renderer(render.Options{})
	require.NoError(t, err)
	rehearsal, err := lifecycle.Rehearse(t.Context(), renderer, cluster.New(), lifecycle.Options{Release: lifecycle.Release{Name: "rel", Namespace: "prod"}})
	require.NoError(t, err)
	return rehearsal
}

// found runs one rule on a template and returns what it reports.
func found(t *testing.T, rule *lint.Rule, template, values string) []lint.Finding {
	t.Helper()
	return lint.Run(lint.Subject{Rehearsal: rehearse(t, template, values)}, []*lint.Rule{rule})
}

// probed runs one rule on a template as lint does, under values of the tool's
// own making too.
func probed(t *testing.T, rule *lint.Rule, template, values string) []lint.Finding {
	t.Helper()
	all, err := stateful.Lint(t.Context(), []string{chartOf(t, template, values)}, stateful.LintOptions{Rules: []*lint.Rule{rule}, Probe: true})
	require.NoError(t, err)
	require.Empty(t, all.Charts[0].Error)
	return all.Findings
}

// compare runs one rule on the upgrade from one template to another.
func compare(t *testing.T, rule *lint.Rule, old, next string) []lint.Finding {
	t.Helper()
	all, err := stateful.Compare(t.Context(), chartOf(t, old, ""), chartOf(t, next, ""), stateful.LintOptions{Rules: []*lint.Rule{rule}})
	require.NoError(t, err)
	return all.Findings
}

// A scenario is a template and what one rule says of it: "severity field" for
// each finding, in order.
type scenario struct {
	name     string
	values   string
	template string
	want     []string
}

// check runs the scenarios of one rule. Every rule's own test calls it.
func check(t *testing.T, rule *lint.Rule, scenarios []scenario) {
	t.Helper()
	silent, speaks := false, false
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			var got []string
			for _, f := range found(t, rule, s.template, s.values) {
				got = append(got, strings.TrimSpace(f.Severity.String()+" "+f.Object.String()+" "+f.Field))
				assert.NotEmpty(t, f.Message)
			}
			assert.Equal(t, s.want, got)
		})
		silent = silent || len(s.want) == 0
		speaks = speaks || len(s.want) > 0
	}
	assert.True(t, silent && speaks, "a rule is proved by a case it catches and a near-miss it leaves alone")
}

var incident = regexp.MustCompile(`^[\w.-]+/[\w.-]+#\d+$`)

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)

// TestEveryRule holds what is true of all rules, so that a new one is tested
// without asking.
func TestEveryRule(t *testing.T) {
	names := map[string]bool{}
	for _, rule := range rules.All() {
		t.Run(rule.Name, func(t *testing.T) {
			assert.Regexp(t, kebab, rule.Name)
			assert.False(t, names[rule.Name], "the name is taken")
			names[rule.Name] = true
			assert.FileExists(t, strings.ReplaceAll(rule.Name, "-", "_")+".go")
			assert.FileExists(t, strings.ReplaceAll(rule.Name, "-", "_")+"_test.go")
			for what, text := range map[string]string{"Title": rule.Title, "Why": rule.Doc.Why, "Remedy": rule.Doc.Remedy, "Before": rule.Doc.Before, "After": rule.Doc.After, "Blind": rule.Doc.Blind} {
				assert.NotEmpty(t, text, what)
			}
			assert.NotEmpty(t, rule.Doc.Symptoms, "nobody who meets the hazard finds the page")
			assert.NotEmpty(t, rule.Doc.Incidents, "nobody knows that it happens")
			for _, i := range rule.Doc.Incidents {
				assert.Regexp(t, incident, i.Ref)
				assert.NotEmpty(t, i.What, i.Ref)
			}
			for line := range strings.Lines(report.WrapMarkdown(report.RuleMarkdown(rule), 100)) {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), 100, "explain prints a line that is too wide: %s", line)
			}
			assert.False(t, strings.HasSuffix(rule.Title, "."), "Title ends in a full stop")
			assert.Equal(t, rule.Fix != nil, rule.Doc.FixSafety != "", "FixSafety goes with a fix")

			if rule.Doc.Next != "" {
				compared := compare(t, rule, rule.Doc.Before, rule.Doc.Next)
				require.NotEmpty(t, compared, "the rule does not report Before followed by Next")
				assert.Equal(t, rule.Severity, lint.Worst(compared), "the example shows the rule at its worst")
				assert.Empty(t, compare(t, rule, rule.Doc.Before, rule.Doc.After), "the rule reports Before followed by After")
				assert.Empty(t, probed(t, rule, rule.Doc.Before, rule.Doc.Values), "the rule is about two versions")
				return
			}
			before := probed(t, rule, rule.Doc.Before, rule.Doc.Values)
			require.NotEmpty(t, before, "the rule does not report Before")
			assert.Equal(t, rule.Severity, lint.Worst(before), "Before shows the rule at its worst")
			assert.Empty(t, probed(t, rule, rule.Doc.After, rule.Doc.Values), "the rule reports After")
		})
	}
}

func TestCheckChangesNothing(t *testing.T) {
	for _, rule := range rules.All() {
		rehearsal := rehearse(t, rule.Doc.Before, rule.Doc.Values)
		objects := rehearsal.Install.Stream.Objects()
		var copies []map[string]any
		again, err := manifest.Parse(rehearsal.Install.Stream.Bytes())
		require.NoError(t, err)
		for _, o := range again.Objects() {
			copies = append(copies, o.Fields)
		}
		lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rule})
		for i, o := range objects {
			assert.Equal(t, copies[i], o.Fields, rule.Name)
		}
	}
}

// TestFix holds a fix to what its rule's documentation shows: the rendering of
// Before, fixed, is the rendering of After, byte for byte; twice is once.
func TestFix(t *testing.T) {
	for _, rule := range rules.All() {
		if rule.Fix == nil {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			before, after := rehearse(t, rule.Doc.Before, rule.Doc.Values), rehearse(t, rule.Doc.After, rule.Doc.Values)
			findings := lint.Run(lint.Subject{Rehearsal: before}, []*lint.Rule{rule})
			fixed, results, err := fix.Apply(before.Install.Stream, findings, fix.Options{Rules: []*lint.Rule{rule}, Select: fix.All()})
			require.NoError(t, err)
			for _, f := range results {
				assert.Empty(t, f.Unfixed)
				assert.Equal(t, f.Fixable != "", f.Fixed)
			}
			assert.Equal(t, withoutChance(after, after.Install.Stream), withoutChance(before, fixed))

			again := lint.Run(lint.Subject{Stream: fixed}, []*lint.Rule{rule})
			twice, _, err := fix.Apply(fixed, again, fix.Options{Rules: []*lint.Rule{rule}, Select: fix.All()})
			require.NoError(t, err)
			assert.Equal(t, string(fixed.Bytes()), string(twice.Bytes()), "fixing twice is not fixing once")
		})
	}
}

// withoutChance is the text of a stream without the random strings of its
// rehearsal, which no two rehearsals share.
func withoutChance(r *lifecycle.Rehearsal, stream *manifest.Stream) string {
	text := string(stream.Bytes())
	for _, o := range r.Install.Stream.Objects() {
		if again := r.In(r.Repeat, o); again != nil {
			for _, d := range lifecycle.Differences(o.Fields, again.Fields) {
				text = strings.ReplaceAll(text, d.Before.(string), "(random)")
			}
		}
	}
	return text
}

func TestRunIsStable(t *testing.T) {
	var text strings.Builder
	for _, rule := range rules.All() {
		if rule.Doc.Values == "" {
			text.WriteString("---\n" + rule.Doc.Before)
		}
	}
	rehearsal := rehearse(t, text.String(), "")
	want := lint.Run(lint.Subject{Rehearsal: rehearsal}, rules.All())
	backwards := slices.Clone(rules.All())
	slices.Reverse(backwards)
	for range 10 {
		got := lint.Run(lint.Subject{Rehearsal: rehearsal}, backwards)
		require.Len(t, got, len(want))
		for i := range want {
			assert.Equal(t, want[i].Fingerprint, got[i].Fingerprint)
		}
	}
}

// withWords replaces words of a template, given in pairs.
func withWords(template string, words ...string) string {
	return strings.NewReplacer(words...).Replace(template)
}
