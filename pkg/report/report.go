// Package report prints what lint found, one file a format.
package report

import (
	"io"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// SchemaVersion is that of the JSON format. It grows when a field changes its
// meaning or goes away.
const SchemaVersion = 1

// Report is the outcome of linting charts, or one stream of manifests.
type Report struct {
	SchemaVersion int            `json:"schemaVersion"`
	Charts        []Chart        `json:"charts"`
	Findings      []lint.Finding `json:"findings"`
	// Notes are about the run, not about the charts: an ignore that is no longer
	// needed, an entry of the baseline that no longer occurs.
	Notes []Note `json:"notes,omitempty"`
	// Plans are the lives of what holds state, of the charts that hold any.
	Plans   []Plan  `json:"plans,omitempty"`
	Summary Summary `json:"summary"`
}

// Chart is one chart that was looked at.
type Chart struct {
	Chart   string `json:"chart"`
	Version string `json:"version,omitempty"`
	Path    string `json:"path"`
	// Note says what could not be looked at although the chart was rendered.
	Note string `json:"note,omitempty"`
	// Error says why the chart could not be loaded or rendered.
	Error string `json:"error,omitempty"`
}

// Note says something of the run that a person should look at.
type Note struct {
	// Place is a file, with ":" and a line where one is known.
	Place   string `json:"place"`
	Message string `json:"message"`
}

// Summary counts findings. Error, Warning and Info are those that no fix has
// mended and that are neither ignored nor in the baseline.
type Summary struct {
	Error     int `json:"error"`
	Warning   int `json:"warning"`
	Info      int `json:"info"`
	Ignored   int `json:"ignored"`
	Baselined int `json:"baselined"`
}

// New joins charts and findings; the findings keep their order.
func New(charts []Chart, findings []lint.Finding) *Report {
	r := &Report{SchemaVersion: SchemaVersion, Charts: charts, Findings: findings}
	if r.Charts == nil {
		r.Charts = []Chart{}
	}
	if r.Findings == nil {
		r.Findings = []lint.Finding{}
	}
	r.Summary = summarize(findings)
	return r
}

func summarize(findings []lint.Finding) (s Summary) {
	for i := range findings {
		s.add(&findings[i])
	}
	return s
}

func (s *Summary) add(f *lint.Finding) {
	switch {
	case f.Fixed:
	case f.Ignored != nil:
		s.Ignored++
	case f.Baselined:
		s.Baselined++
	case f.Severity == lint.Error:
		s.Error++
	case f.Severity == lint.Warning:
		s.Warning++
	case f.Severity == lint.Info:
		s.Info++
	}
}

// Failed counts the charts that could not be loaded or rendered.
func (r *Report) Failed() int {
	n := 0
	for _, c := range r.Charts {
		if c.Error != "" {
			n++
		}
	}
	return n
}

// Format prints a report.
type Format interface {
	Write(w io.Writer, r *Report) error
}

// Formats are the names of the formats of a report, the one for people first.
func Formats() []string {
	return []string{"text", "json", "sarif", "junit", "github", "gitlab", "markdown", "html"}
}
