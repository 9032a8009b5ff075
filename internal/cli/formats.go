package cli

import (
	"fmt"
	"io"
	"path/filepath"

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

func (c *Command) format(s sink, _ failOn) (report.Format, error) {
	switch s.format {
	case "text":
		if s.file != "" {
			return report.Text{Rules: rules.All()}, nil
		}
		return c.text(c.Stdout), nil
	case "json":
		return report.JSON{}, nil
	}
	return nil, fmt.Errorf("there is no format %q", s.format) // a format that report.Formats names and this does not know
}

// text is for people who may sit before w.
func (c *Command) text(w io.Writer) report.Text {
	return report.Text{Color: c.colored(w), Rules: rules.All()}
}

// formatOfFile is the format that a file's name asks for.
func formatOfFile(name string) string {
	if filepath.Ext(name) == ".json" {
		return "json"
	}
	return "text"
}
