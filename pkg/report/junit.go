package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// JUnit is the XML that CI systems read test results from: a suite for each
// chart, a test case for each finding.
type JUnit struct {
	// FailOn is the mildest severity that is a failure; 0 is none. What is
	// milder, or set aside, counts as skipped.
	FailOn lint.Severity
	// Rules say what their fixes do.
	Rules []*lint.Rule
}

type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	junitCase struct {
		Name      string       `xml:"name,attr"`
		ClassName string       `xml:"classname,attr"`
		Failure   *junitReason `xml:"failure"`
		Error     *junitReason `xml:"error"`
		Skipped   *junitReason `xml:"skipped"`
		Output    string       `xml:"system-out,omitempty"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// Write implements Format.
func (j JUnit) Write(w io.Writer, r *Report) error {
	r = r.printable()
	suites := junitSuites{Name: "helm-stateful"}
	findings := byChart(r.Findings)
	charts := r.Charts
	if len(findings[""]) > 0 {
		charts = append(charts[:len(charts):len(charts)], Chart{Chart: "manifests"})
	}
	for _, c := range charts {
		suite := j.suite(c, findings[c.Path])
		suites.add(suite.junitCounts)
		suites.Suites = append(suites.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(suites); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	return nil
}

func (j JUnit) suite(c Chart, findings []*lint.Finding) junitSuite {
	suite := junitSuite{Name: c.Path}
	if c.Path == "" {
		suite.Name = c.Chart
	}
	if c.Error != "" {
		suite.Cases = append(suite.Cases, junitCase{
			Name: "load and render", ClassName: suite.Name,
			Error: &junitReason{Message: oneLine(c.Error), Type: "chart", Text: c.Error},
		})
	}
	for _, f := range findings {
		suite.Cases = append(suite.Cases, j.testCase(suite.Name, f))
	}
	if len(suite.Cases) == 0 { // a suite without a case is nothing to a CI system
		suite.Cases = []junitCase{{Name: "no findings", ClassName: suite.Name}}
	}
	for _, t := range suite.Cases {
		suite.add(t.counts())
	}
	return suite
}

func (j JUnit) testCase(suite string, f *lint.Finding) junitCase {
	name := f.Rule + " " + subject(f)
	if f.Field != "" {
		name += " " + f.Field
	}
	out := junitCase{Name: name, ClassName: suite}
	reason := &junitReason{Message: oneLine(f.Message), Type: f.Severity.String(), Text: j.text(f)}
	switch {
	case f.Fixed:
		out.Output = reason.Text
	case f.Ignored != nil:
		out.Skipped = &junitReason{Message: "ignored: " + f.Ignored.Reason}
	case f.Baselined:
		out.Skipped = &junitReason{Message: "in the baseline"}
	case j.FailOn != 0 && f.Severity >= j.FailOn:
		out.Failure = reason
	default:
		out.Skipped = &junitReason{Message: f.Severity.String() + ": " + reason.Message}
		out.Output = reason.Text
	}
	return out
}

func (j JUnit) text(f *lint.Finding) string {
	var b strings.Builder
	if at := placeOf(f, ""); at.Path != "" {
		fmt.Fprintf(&b, "%s\n", at)
	}
	if packed(f) {
		fmt.Fprintf(&b, "template: %s\n", templateOf(f))
	}
	fmt.Fprintf(&b, "%s\n", f.Message)
	for _, d := range details(f, j.Rules) {
		fmt.Fprintf(&b, "%s: %s\n", d.Label, d.Text)
	}
	fmt.Fprintf(&b, "helm stateful explain %s\n", f.Rule)
	return b.String()
}

func (t junitCase) counts() junitCounts {
	c := junitCounts{Tests: 1}
	switch {
	case t.Failure != nil:
		c.Failures = 1
	case t.Error != nil:
		c.Errors = 1
	case t.Skipped != nil:
		c.Skipped = 1
	}
	return c
}

func (c *junitCounts) add(other junitCounts) {
	c.Tests += other.Tests
	c.Failures += other.Failures
	c.Errors += other.Errors
	c.Skipped += other.Skipped
}
