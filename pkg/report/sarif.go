package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// SARIF is the Static Analysis Results Interchange Format 2.1.0, an OASIS
// standard (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
type SARIF struct {
	// Rules are those that were applied.
	Rules []*lint.Rule
	// Version is that of the program.
	Version string
	// Dir is the working directory, to which paths below it are made relative.
	Dir string
}

// The parts of SARIF that are written, under the standard's names.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		Version         string      `json:"version,omitempty"`
		SemanticVersion string      `json:"semanticVersion,omitempty"`
		InformationURI  string      `json:"informationUri"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		ShortDescription     sarifText          `json:"shortDescription"`
		FullDescription      sarifText          `json:"fullDescription"`
		Help                 sarifText          `json:"help"`
		HelpURI              string             `json:"helpUri"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
		Properties           sarifTags          `json:"properties"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifTags struct {
		Tags []string `json:"tags"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		RuleID              string              `json:"ruleId"`
		RuleIndex           *int                `json:"ruleIndex,omitempty"`
		Kind                string              `json:"kind"`
		Level               string              `json:"level"`
		Message             sarifText           `json:"message"`
		Locations           []sarifLocation     `json:"locations"`
		PartialFingerprints map[string]string   `json:"partialFingerprints"`
		BaselineState       string              `json:"baselineState,omitempty"`
		Suppressions        []sarifSuppression  `json:"suppressions"`
		Properties          sarifResultMetadata `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		// FullyQualifiedName has the namespace and the field too.
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
	sarifResultMetadata struct {
		Step    lint.Step `json:"step"`
		Exact   bool      `json:"exactLine"`
		Cases   []string  `json:"cases,omitempty"`
		Breaks  []string  `json:"breaks,omitempty"`
		Derives []string  `json:"derives,omitempty"`
		Related []string  `json:"related,omitempty"`
	}
)

// Write implements Format.
func (s SARIF) Write(w io.Writer, r *Report) error {
	r = r.printable()
	run := sarifRun{
		Tool:        sarifTool{Driver: s.driver()},
		Invocations: []sarifInvocation{{ExecutionSuccessful: r.Failed() == 0, Notifications: s.notifications(r)}},
		Results:     []sarifResult{},
		ColumnKind:  "unicodeCodePoints",
	}
	for i := range r.Findings {
		run.Results = append(run.Results, s.result(&r.Findings[i]))
	}
	log := sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(log); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	return nil
}

var semantic = lazy.Pattern(`^v?(\d+\.\d+\.\d+(?:[-+].*)?)$`)

func (s SARIF) driver() sarifDriver {
	d := sarifDriver{Name: "helm-stateful", Version: s.Version, InformationURI: Homepage, Rules: []sarifRule{}}
	if m := semantic().FindStringSubmatch(s.Version); m != nil {
		d.SemanticVersion = m[1]
	}
	for _, rule := range s.Rules {
		d.Rules = append(d.Rules, sarifRule{
			ID:                   rule.Name,
			ShortDescription:     sarifText{Text: capital(rule.Title) + "."},
			FullDescription:      sarifText{Text: rule.Doc.Why},
			Help:                 sarifText{Text: strings.TrimSpace(rule.Doc.Why + "\n\n" + rule.Doc.Remedy), Markdown: RuleMarkdown(rule)},
			HelpURI:              ruleURL(rule.Name),
			DefaultConfiguration: sarifConfiguration{Level: sarifLevel(rule.Severity)},
			Properties:           sarifTags{Tags: []string{"kubernetes", "helm", string(rule.Step)}},
		})
	}
	return d
}

// notifications tell of charts that could not be looked at, in whole or in
// part, and of what the run itself has to say.
func (s SARIF) notifications(r *Report) []sarifNotification {
	var out []sarifNotification
	for _, c := range r.Charts {
		at := place{Path: chartPath(c.Path, s.Dir)}
		if c.Error != "" {
			out = append(out, sarifNotification{Level: "error", Message: sarifText{Text: c.Path + ": " + c.Error}, Locations: at.sarif(nil, nil)})
		}
		if c.Note != "" {
			out = append(out, sarifNotification{Level: "note", Message: sarifText{Text: c.Path + ": " + c.Note}, Locations: at.sarif(nil, nil)})
		}
	}
	for _, n := range r.Notes {
		out = append(out, sarifNotification{Level: "note", Message: sarifText{Text: n.Place + ": " + n.Message}})
	}
	return out
}

func (s SARIF) result(f *lint.Finding) sarifResult {
	at := placeOf(f, s.Dir)
	out := sarifResult{
		RuleID:       f.Rule,
		Kind:         "fail",
		Level:        sarifLevel(f.Severity),
		Message:      sarifText{Text: sentence(f)},
		Suppressions: suppressions(f),
		Properties: sarifResultMetadata{
			Step: f.Step, Exact: f.Template != nil && f.Template.Exact && at.Line > 0,
			Cases: f.Cases, Breaks: f.Breaks, Derives: f.Derives,
		},
		// GitHub compares alerts by primaryLocationLineHash and makes it up from
		// the line's text where there is none.
		PartialFingerprints: map[string]string{"helmStateful/v1": f.Fingerprint, "primaryLocationLineHash": f.Fingerprint + ":1"},
	}
	if i := slices.IndexFunc(s.Rules, func(r *lint.Rule) bool { return r.Name == f.Rule }); i >= 0 {
		out.RuleIndex = &i
	}
	if f.Fixed {
		out.Kind, out.Level = "pass", "none"
		out.Message.Text += ". Fixed: " + deed(f, s.Rules)
	}
	if f.Baselined {
		out.BaselineState = "unchanged"
	}
	for _, id := range f.Related {
		out.Properties.Related = append(out.Properties.Related, id.String())
	}
	region := &sarifRegion{StartLine: max(at.Line, 1), StartColumn: at.Column} // GitHub refuses a location without a line
	if f.Template != nil && f.Template.Text != "" && at.Line > 0 {
		region.Snippet = &sarifText{Text: f.Template.Text}
	}
	name := f.Object.Name
	if f.Object.Namespace != "" {
		name = f.Object.Namespace + "/" + name
	}
	logical := sarifLogical{Name: f.Object.Name, FullyQualifiedName: f.Object.Kind + "/" + name, Kind: "resource"}
	if f.Field != "" {
		logical.FullyQualifiedName += "#" + f.Field
	}
	out.Locations = at.sarif(region, []sarifLogical{logical})
	return out
}

// suppressions is empty, and not missing, for a finding that is open.
func suppressions(f *lint.Finding) []sarifSuppression {
	out := []sarifSuppression{}
	if f.Ignored != nil {
		kind := "inSource"
		if f.Ignored.Source == lint.IgnoredByConfig {
			kind = "external"
		}
		out = append(out, sarifSuppression{Kind: kind, Justification: f.Ignored.Reason})
	}
	if f.Baselined {
		out = append(out, sarifSuppression{Kind: "external", Justification: "in the baseline"})
	}
	return out
}

func (p place) sarif(region *sarifRegion, logical []sarifLogical) []sarifLocation {
	l := sarifLocation{Logical: logical}
	if p.Path != "" {
		l.Physical = &sarifPhysical{Artifact: sarifArtifact{URI: p.uri()}, Region: region}
		if p.Path[0] != '/' && !isURL(p.Path) {
			l.Physical.Artifact.URIBaseID = "%SRCROOT%"
		}
	}
	if l.Physical == nil && logical == nil {
		return nil
	}
	return []sarifLocation{l}
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}
	return s.String()
}
