package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// GitHub prints workflow commands, which GitHub Actions shows as annotations
// of the files that a pull request changes
// (https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
type GitHub struct {
	// Dir is the working directory, to which paths below it are made relative.
	Dir string
	// Summary takes the whole report as Markdown, for GitHub shows no more than
	// ten annotations of a kind. It is the file that $GITHUB_STEP_SUMMARY names,
	// or nil.
	Summary io.Writer
	// Rules say what their fixes do.
	Rules []*lint.Rule
}

const (
	// githubLimit is the number of annotations of a kind that GitHub takes from
	// one step.
	githubLimit = 10
	// githubSummary is the longest summary of one step, in bytes: 1 MiB, less
	// what other writers of the step may need.
	githubSummary = 1000 << 10
)

// annotation is one workflow command.
type annotation struct {
	kind, title, text string
	at                place
}

// Write implements Format.
func (g GitHub) Write(w io.Writer, r *Report) error {
	r = r.printable()
	b := bufio.NewWriter(w)
	left := 0
	shown := map[string]int{}
	for _, a := range g.annotations(r) {
		if shown[a.kind] == githubLimit {
			left++
			continue
		}
		shown[a.kind]++
		fmt.Fprintln(b, a)
	}
	fmt.Fprintln(b, summaryText(r))
	switch {
	case left > 0 && g.Summary != nil:
		fmt.Fprintf(b, "%d more than the %d of a kind that GitHub shows: see the summary of the job\n", left, githubLimit)
	case left > 0:
		fmt.Fprintf(b, "%d more than the %d of a kind that GitHub shows\n", left, githubLimit)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write annotations: %w", err)
	}
	if g.Summary == nil {
		return nil
	}
	if err := (Markdown{Rules: g.Rules, Dir: g.Dir, Limit: githubSummary}).Write(g.Summary, r); err != nil {
		return fmt.Errorf("write summary of the step: %w", err)
	}
	return nil
}

// annotations are charts that failed and open findings, worst first.
func (g GitHub) annotations(r *Report) []annotation {
	var out []annotation
	for _, c := range r.Charts {
		if c.Error != "" {
			at := place{Path: chartPath(c.Path, g.Dir)}
			if at.Path != "" && !isArchive(c.Path) && !isURL(c.Path) {
				at.Path += "/Chart.yaml"
			}
			out = append(out, annotation{kind: "error", title: "chart failed", text: c.Error, at: at})
		}
	}
	worst := slices.Clone(r.Findings)
	slices.SortStableFunc(worst, func(a, b lint.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	for i := range worst {
		f := &worst[i]
		if !f.Open() {
			continue
		}
		kind := f.Severity.String()
		if f.Severity == lint.Info {
			kind = "notice"
		}
		text := subject(f)
		if f.Field != "" {
			text += "  " + f.Field
		}
		text += "\n" + f.Message
		if packed(f) {
			text += "\ntemplate: " + templateOf(f)
		}
		for _, d := range details(f, g.Rules) {
			text += "\n" + d.Label + ": " + d.Text
		}
		out = append(out, annotation{kind: kind, title: f.Rule, text: text, at: placeOf(f, g.Dir)})
	}
	return out
}

// The escapes of workflow commands, as actions/toolkit has them
// (packages/core/src/command.ts).
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// String is the command. GitHub shows no annotation in a file without a line.
func (a annotation) String() string {
	var properties []string
	if a.at.Path != "" {
		properties = append(properties, "file="+githubProperty.Replace(a.at.Path), fmt.Sprintf("line=%d", max(a.at.Line, 1)))
	}
	if a.at.Column > 0 {
		properties = append(properties, fmt.Sprintf("col=%d", a.at.Column))
	}
	properties = append(properties, "title="+githubProperty.Replace(a.title))
	return "::" + a.kind + " " + strings.Join(properties, ",") + "::" + githubData.Replace(a.text)
}
