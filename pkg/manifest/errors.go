package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// SyntaxError says which document of a stream cannot be read, and why.
type SyntaxError struct {
	// Line is the line of the stream, from 1.
	Line int
	// Source is the template that printed the document, or "".
	Source string
	Reason string
}

func (e *SyntaxError) Error() string {
	if e.Source == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("line %d (%s): %s", e.Line, e.Source, e.Reason)
}

var errorLine = lazy.Pattern(`\bline (\d+): `)

// syntaxError turns a YAML library's error, whose lines count from the
// document's start, into one whose line counts from the stream's start.
func (d *Document) syntaxError(err error) *SyntaxError {
	reason := err.Error()
	for _, prefix := range []string{"error converting YAML to JSON: ", "yaml: "} {
		reason = strings.TrimPrefix(reason, prefix)
	}
	line := d.Line
	if m := errorLine().FindStringSubmatchIndex(reason); m != nil {
		if n, convErr := strconv.Atoi(reason[m[2]:m[3]]); convErr == nil {
			line += n - 1
		}
		reason = reason[:m[0]] + reason[m[1]:]
	}
	return &SyntaxError{Line: line, Source: d.Source, Reason: reason}
}
