package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

var update = flag.Bool("update", false, "write the expected outputs anew")

// someRules are what the samples' findings name.
var someRules = []*lint.Rule{
	{
		Name: "one", Step: lint.StepUpgrade, Severity: lint.Error, Title: "a thing is <so> & so",
		Fix: &lint.Fix{Safety: lint.Safe, Title: "mend it"},
		Doc: lint.Doc{Why: "Because of `this`.", Before: "a: 1\n", After: "a: 2\n", Blind: "Much."},
	},
	{Name: "two", Step: lint.StepRun, Severity: lint.Info, Title: "another", Doc: lint.Doc{Why: "So.", Before: "b: 1\n", After: "b: 2\n"}},
}

// hostile is what a chart could write to break out of a format.
const hostile = "<script>alert('x')</script> ]]> \x1b[31m \"q\" `%0A::error::\r\n| @everyone &amp; ${{ x }} *b* \\"

// everything is a report with all that a report can hold.
func everything() *Report {
	r := sample()
	claim := manifest.ID{APIVersion: "v1", Kind: "PersistentVolumeClaim", Name: "data"}
	r.Findings = append(r.Findings,
		lint.Finding{
			Rule: "one", Severity: lint.Error, Step: lint.StepUpgrade, Chart: "e", ChartPath: "charts/e f", Case: "default", Cases: []string{"default", "ci/x-values.yaml"},
			Object: claim, Field: "spec.volumeName", Message: "a line of the template is known", Breaks: []string{"rollback (Helm 3)"},
			Related:  []manifest.ID{{APIVersion: "v1", Kind: "Secret", Name: "other"}},
			Template: &lint.Template{Path: "templates/pvc.yaml", Line: 28, Column: 3, Exact: true, Text: "  volumeName: {{ (lookup \"v1\" \"PersistentVolumeClaim\" .x .y).spec.volumeName }}"},
			Manifest: lint.Position{Line: 12}, Fingerprint: "00ff00ff00ff00ff",
		},
		lint.Finding{Rule: "two", Severity: lint.Warning, Step: lint.StepRun, ChartPath: "charts/e f", Object: manifest.ID{Kind: "Deployment", Name: hostile}, Field: hostile, Message: hostile, Verdict: hostile, Commands: []string{"kubectl delete x --cascade=orphan", hostile}, Fingerprint: "1"},
		lint.Finding{Rule: "gone", Severity: lint.Warning, Step: lint.StepSibling, ChartPath: "f.tgz", Object: claim, Message: "in an archive", Template: &lint.Template{Path: "templates/x.yaml", Line: 4}, Fingerprint: "2"},
		lint.Finding{Rule: "two", Severity: lint.Info, Step: lint.StepRestore, Object: claim, Message: "of a bare stream", Manifest: lint.Position{Line: 2}, Fingerprint: "3"},
	)
	r.Charts = append(r.Charts, Chart{Chart: hostile, Version: "2.0.0", Path: "charts/e f"}, Chart{Chart: "f", Path: "f.tgz"}, Chart{Chart: "g", Path: "charts/g", Error: hostile})
	r.Plans = []Plan{{
		SchemaVersion: 1, Chart: r.Charts[4], Release: "release-name", Namespace: "default",
		Rows: []PlanRow{
			{Object: claim, Role: "claim", Steps: []PlanStep{
				{Step: "install", Fate: "created"}, {Step: "upgrade", Fate: "unchanged"}, {Step: "upgrade to the next version", Fate: "changed"},
				{Step: "rollback", Fate: "refused", Helm: "Helm 3", Otherwise: "changed", Verdict: hostile}, {Step: "uninstall", Fate: "kept"}, {Step: "reinstall", Fate: "adopted"},
			}},
			{Object: manifest.ID{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "db"}, Role: "StatefulSet", Steps: []PlanStep{
				{Step: "install", Fate: "refused", Verdict: "no"}, {Step: "upgrade", Fate: "made anew"}, {Step: "upgrade to the next version"},
				{Step: "rollback", Fate: "deleted"}, {Step: "uninstall"}, {Step: "reinstall", Fate: "created"},
			}},
		},
	}}
	for i := range r.Findings {
		if r.Findings[i].Step == "" {
			r.Findings[i].Step = lint.StepInstall
		}
	}
	r.Summary = summarize(r.Findings)
	return r
}

// formats are all formats, as for a run in /home/me.
func formats() map[string]Format {
	return map[string]Format{
		"text":     Text{Rules: someRules, Width: 80},
		"json":     JSON{},
		"sarif":    SARIF{Rules: someRules, Version: "v1.2.3", Dir: "/home/me"},
		"junit":    JUnit{FailOn: lint.Error, Rules: someRules},
		"github":   GitHub{Dir: "/home/me", Rules: someRules},
		"gitlab":   GitLab{Dir: "/home/me"},
		"markdown": Markdown{Rules: someRules, Dir: "/home/me"},
		"html":     HTML{Rules: someRules, Dir: "/home/me"},
	}
}

func written(t *testing.T, format Format, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, format.Write(&b, r))
	return b.String()
}

func TestFormatsAreAllTested(t *testing.T) {
	for _, name := range Formats() {
		assert.Contains(t, formats(), name)
	}
	assert.Len(t, formats(), len(Formats()))
}

func TestGolden(t *testing.T) {
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			got := written(t, format, everything())
			path := filepath.Join("testdata", "everything."+name+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			assert.Equal(t, got, written(t, format, everything()), "twice is not the same")
		})
	}
}

func TestNothingBreaksOut(t *testing.T) {
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			got := written(t, format, everything())
			assert.NotContains(t, got, "\x1b", "an escape sequence")
			assert.NotContains(t, got, "\r")
			for line := range strings.Lines(got) {
				if name != "github" {
					assert.False(t, strings.HasPrefix(strings.TrimSpace(line), "::"), "a workflow command: %s", line)
				}
			}
		})
	}
}

func TestAnEmptyReport(t *testing.T) {
	for name, format := range formats() {
		t.Run(name, func(t *testing.T) {
			assert.NotEmpty(t, written(t, format, New(nil, nil)))
		})
	}
}

func TestReportsAreNotChanged(t *testing.T) {
	for name, format := range formats() {
		r := everything()
		written(t, format, r)
		assert.Equal(t, everything(), r, name)
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	for name, format := range formats() {
		require.ErrorContains(t, format.Write(full{}, sample()), "no space left", name)
	}
}

func TestPlaces(t *testing.T) {
	at := &lint.Template{Path: "templates/a b.yaml", Line: 3, Column: 5}
	tests := []struct {
		name string
		f    lint.Finding
		want string
		uri  string
	}{
		{"below", lint.Finding{ChartPath: "charts/x", Template: at}, "charts/x/templates/a b.yaml:3:5", "charts/x/templates/a%20b.yaml"},
		{"here", lint.Finding{ChartPath: ".", Template: at}, "templates/a b.yaml:3:5", "templates/a%20b.yaml"},
		{"absolute, below", lint.Finding{ChartPath: "/home/me/x", Template: at}, "x/templates/a b.yaml:3:5", "x/templates/a%20b.yaml"},
		{"absolute, elsewhere", lint.Finding{ChartPath: "/other/x", Template: at}, "/other/x/templates/a b.yaml:3:5", "file:///other/x/templates/a%20b.yaml"},
		{"above", lint.Finding{ChartPath: "../x", Template: at}, "../x/templates/a b.yaml:3:5", "../x/templates/a%20b.yaml"},
		{"an archive", lint.Finding{ChartPath: "x-1.0.0.tgz", Template: at}, "x-1.0.0.tgz", "x-1.0.0.tgz"},
		{"a packed sub chart", lint.Finding{ChartPath: "x", Template: &lint.Template{Path: "charts/y/templates/a.yaml", Archive: "charts/y-1.0.0.tgz", Line: 3, Column: 5}}, "x/charts/y-1.0.0.tgz", "x/charts/y-1.0.0.tgz"},
		{"no template", lint.Finding{ChartPath: "x"}, "x/Chart.yaml", "x/Chart.yaml"},
		{"a stream", lint.Finding{Template: &lint.Template{Path: "templates/a.yaml"}}, "templates/a.yaml", "templates/a.yaml"},
		{"standard input", lint.Finding{ChartPath: "-", Template: &lint.Template{Path: "templates/a.yaml"}}, "templates/a.yaml", "templates/a.yaml"},
		{"a registry", lint.Finding{ChartPath: "oci://example.com/x", Template: at}, "oci://example.com/x", "oci://example.com/x"},
		{"no place", lint.Finding{}, "", ""},
		{"a colon", lint.Finding{ChartPath: "a:b", Template: &lint.Template{Path: "x#y.yaml", Line: 1}}, "a:b/x#y.yaml:1", "./a:b/x%23y.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := placeOf(&tt.f, "/home/me")
			assert.Equal(t, tt.want, got.String())
			assert.Equal(t, tt.uri, got.uri())
		})
	}
}
