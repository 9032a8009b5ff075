package lint

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

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

// Remark says what is wrong with an ignore, and where that stands.
type Remark struct{ Place, Message string }

// Wrong says what is wrong with a directive that covers a number of findings, or
// nothing. whole says that all there is was judged, by its rule too, so that what
// covers nothing never does; known are the names of all rules.
func (d *Directive) Wrong(covered int, whole bool, known []string) string {
	switch {
	case d.Mistake != "":
		return d.Mistake
	case !slices.Contains(known, d.Rule):
		message := fmt.Sprintf("an ignore of %s: there is no such rule", d.Rule)
		if nearest := Nearest(d.Rule, known); nearest != "" {
			message += "; is " + nearest + " meant?"
		}
		return message
	case d.Expired && covered > 0:
		return fmt.Sprintf("the ignore of %s held until %s: what it was about is reported again", d.Rule, d.Until)
	case d.Expired && whole:
		return fmt.Sprintf("the ignore of %s held until %s, and there is nothing left to ignore: take it away", d.Rule, d.Until)
	case covered == 0 && whole:
		return fmt.Sprintf("the ignore of %s (%s) ignores nothing: take it away", d.Rule, d.Reason)
	}
	return ""
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
