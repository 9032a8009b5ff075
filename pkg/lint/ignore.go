package lint

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
