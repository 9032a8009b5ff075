package lint

import "github.com/helm-stateful/helm-stateful/pkg/manifest"

// Ignore is somebody's word that a finding is no matter, and why.
type Ignore struct {
	Reason string `json:"reason"`
	// Source says what kind of place the word stands in.
	Source IgnoreSource `json:"source"`
	// Place is where it stands: a file, with ":" and a line where one is known.
	Place string `json:"place,omitempty"`
}

// IgnoreSource is a kind of place that an ignore stands in.
type IgnoreSource string

// The kinds of places that an ignore stands in.
const (
	IgnoredByAnnotation IgnoreSource = "annotation" // on the object
	IgnoredByComment    IgnoreSource = "comment"    // in the template
	IgnoredByConfig     IgnoreSource = "config"     // in .helm-stateful.yaml
)

// Directive is an ignore as somebody has written it down.
type Directive struct {
	Ignore
	// Rule is what it says, and may be the name of no rule.
	Rule string
	// Until is its last day, "" for none; Expired says that the day is past, so
	// that it ignores nothing any more.
	Until   string
	Expired bool
	// Mistake says why it cannot ignore anything, "" when it can.
	Mistake string
	// Object is the one that it stands on, nothing where it stands elsewhere.
	Object manifest.ID
	// Covers reports whether it is about a finding of its rule.
	Covers func(f *Finding) bool
}

// SetAside marks the findings that directives cover; of several the first one
// counts. It returns for each directive how many findings it covers, those that
// it may not ignore included.
func SetAside(findings []Finding, directives []Directive) []int {
	covered := make([]int, len(directives))
	for i := range findings {
		f := &findings[i]
		for j := range directives {
			d := &directives[j]
			if d.Rule != f.Rule || d.Covers == nil || !d.Covers(f) {
				continue
			}
			covered[j]++
			if f.Ignored == nil && !d.Expired && d.Mistake == "" {
				ignore := d.Ignore
				f.Ignored = &ignore
			}
		}
	}
	return covered
}
