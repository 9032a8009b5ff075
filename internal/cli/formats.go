package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/helm-stateful/helm-stateful/internal/build"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// writeReports prints a report in each of the formats asked for. fail says what
// counts as a failure, in those that know failures.
func (c *Command) writeReports(outputs []sink, r *report.Report, fail failOn) error {
	return c.write(outputs, func(s sink, w io.Writer) error {
		format, err := c.format(s, fail)
		if err != nil {
			return err
		}
		return format.Write(w, r)
	})
}

func (c *Command) format(s sink, fail failOn) (report.Format, error) {
	dir := workingFolder()
	switch s.format {
	case "text":
		if s.file != "" {
			return report.Text{Rules: rules.All()}, nil
		}
		return c.text(c.Stdout), nil
	case "json":
		return report.JSON{}, nil
	case "sarif":
		return report.SARIF{Rules: rules.All(), Version: build.Version, Dir: dir}, nil
	case "junit":
		return report.JUnit{FailOn: fail.at, Rules: rules.All()}, nil
	case "github":
		github := report.GitHub{Dir: dir, Rules: rules.All()}
		if name := c.Getenv("GITHUB_STEP_SUMMARY"); name != "" {
			github.Summary = appendedFile(name)
		}
		return github, nil
	case "gitlab":
		return report.GitLab{Dir: dir}, nil
	case "markdown":
		return report.Markdown{Rules: rules.All(), Dir: dir}, nil
	case "html":
		return report.HTML{Rules: rules.All(), Dir: dir}, nil
	}
	return nil, fmt.Errorf("there is no format %q", s.format) // a format that report.Formats names and this does not know
}

// text is for people who may sit before w.
func (c *Command) text(w io.Writer) report.Text {
	return report.Text{Color: c.colored(w), Width: width(w), Rules: rules.All()}
}

// workingFolder is what paths in formats for other programs are relative to, or
// "" when it is gone.
func workingFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

// showsPlans reports whether any of the outputs shows the life of what holds
// state.
func showsPlans(outputs []sink) bool {
	return slices.ContainsFunc(outputs, func(s sink) bool {
		return slices.Contains([]string{"json", "github", "markdown", "html"}, s.format)
	})
}

// reportSink is where --report of the post-renderer goes: FILE or FORMAT=FILE.
func reportSink(text string) sink {
	if s, err := parseOutput(text, report.Formats()); err == nil && s.file != "" {
		return s
	}
	return sink{format: formatOfFile(text), file: text}
}

// formatOfFile is the format that a file's name asks for.
func formatOfFile(name string) string {
	switch filepath.Ext(name) {
	case ".json":
		return "json"
	case ".sarif":
		return "sarif"
	case ".xml":
		return "junit"
	case ".md":
		return "markdown"
	case ".html":
		return "html"
	}
	return "text"
}
