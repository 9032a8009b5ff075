package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Finding is one hazard found.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Step     Step     `json:"step"`
	// Chart is the chart's name, "" for a bare stream.
	Chart string `json:"chart,omitempty"`
	// ChartPath is the folder or archive the chart was read from, as given.
	ChartPath string `json:"chartPath,omitempty"`
	// Case is the first values case that shows the finding, Cases are all.
	Case   string      `json:"case,omitempty"`
	Cases  []string    `json:"cases,omitempty"`
	Object manifest.ID `json:"object"`
	// Related are further objects that the same cause concerns, at most MostRelated.
	Related []manifest.ID `json:"related,omitempty"`
	// Field is the path within Object, as manifest.Path prints it.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
	// Verdict holds the API server's words, where it is what refuses.
	Verdict string `json:"verdict,omitempty"`
	// Elsewhere says where another version of Kubernetes answers otherwise.
	Elsewhere string `json:"elsewhere,omitempty"`
	// Breaks names the steps and Helm versions that fail.
	Breaks []string `json:"breaks,omitempty"`
	// Derives names what the field's value derives from.
	Derives []string `json:"derives,omitempty"`
	// Commands are what a person runs for the step to pass: lines for a POSIX
	// shell, in order, those that begin with # are comments. CHART stands for
	// the chart.
	Commands []string  `json:"commands,omitempty"`
	Template *Template `json:"template,omitempty"`
	Manifest Position  `json:"manifest"`
	// Fixable is "safe", "on request" or "".
	Fixable string `json:"fixable,omitempty"`
	// Fixed says that a fix has been applied, Deed what it did, Unfixed why one
	// could not.
	Fixed   bool   `json:"fixed,omitempty"`
	Deed    string `json:"deed,omitempty"`
	Unfixed string `json:"unfixed,omitempty"`
	// Ignored holds the reason for which somebody has set the finding aside.
	Ignored *Ignore `json:"ignored,omitempty"`
	// Baselined says that the baseline knows the finding.
	Baselined bool `json:"baselined,omitempty"`
	// Fingerprint stays the same while lines move.
	Fingerprint string `json:"fingerprint"`

	object  *manifest.Object
	path    manifest.Path
	targets []*manifest.Object
	rewrite yaml.Filter
}

// Template is a place in a chart's own files.
type Template struct {
	// Path is relative to the chart's folder. Where Archive is set there is no
	// such file: it lies in the archive.
	Path string `json:"path"`
	// Archive is the packed sub chart that holds the template, relative to the
	// chart's folder.
	Archive string `json:"archive,omitempty"`
	// Line and Column count from 1, Column in characters; 0 is unknown.
	Line   int  `json:"line,omitempty"`
	Column int  `json:"column,omitempty"`
	Exact  bool `json:"exact"`
	// Text is the line as it stands in the file, without its end, where Exact.
	Text string `json:"text,omitempty"`
}

// Position is a place in the rendered stream.
type Position struct {
	// Line counts from 1.
	Line int `json:"line"`
}

// Open reports whether the finding asks for something: no fix has mended it,
// and nobody has set it aside.
func (f *Finding) Open() bool { return !f.Fixed && f.Ignored == nil && !f.Baselined }

// Targets are the objects that a fix of the finding rewrites.
func (f *Finding) Targets() []*manifest.Object { return f.targets }

// Filter is the rewrite of one target that mends the finding, given the fix of
// its rule.
func (f *Finding) Filter(fix *Fix, target *manifest.Object, o FixOptions) yaml.Filter {
	if f.rewrite != nil {
		return f.rewrite
	}
	return fix.Filter(target, o)
}

// Rendered is the object as the manifests have it.
func (f *Finding) Rendered() *manifest.Object { return f.object }

// Path is the field's path within Object.
func (f *Finding) Path() manifest.Path { return f.path }

// Detached is the finding without the objects that it was found in, which keep
// a chart's whole rehearsal in memory. It can be reported, not fixed.
func (f Finding) Detached() Finding {
	f.object, f.path, f.targets, f.rewrite = nil, nil, nil, nil
	return f
}

// fingerprint names the finding by rule, chart, object and field; never by
// line, message or values case.
func (f *Finding) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		f.Rule, f.Chart, f.Object.APIVersion, f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Field,
	}, "\x00")))
	return hex.EncodeToString(sum[:8])
}
