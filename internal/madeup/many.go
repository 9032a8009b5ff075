package madeup

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Release is the name of the release whose copies Many makes, Helm's default.
const Release = "release-name"

// Sameness says what copies of manifests have in common.
type Sameness int

const (
	// Nothing: each copy is another release's, with names, labels and references of
	// its own.
	Nothing Sameness = iota
	// AllButNames: the copies have the same labels and refer to the same.
	AllButNames
)

// String says what it is.
func (s Sameness) String() string {
	if s == AllButNames {
		return "names of their own"
	}
	return "copies of its own"
}

var (
	separator    = regexp.MustCompile(`(?m)^---.*\n`)
	nameOfObject = regexp.MustCompile(`(?m)^(metadata:\n(?:  .*\n)*?  name: "?)([^\s"]+)`)
)

// Documents are the manifests of a stream that have an object.
func Documents(stream string) []string {
	return slices.DeleteFunc(separator.Split(stream, -1), func(d string) bool { return !strings.Contains(d, "kind:") })
}

// Many is a stream of so many copies of a release's manifests, as one release that has
// all of them.
func Many(documents []string, copies int, same Sameness) string {
	var b strings.Builder
	for i := range copies {
		for _, d := range documents {
			b.WriteString("---\n")
			if same == AllButNames {
				b.WriteString(nameOfObject.ReplaceAllString(d, fmt.Sprintf("${1}${2}-%d", i)))
			} else {
				b.WriteString(strings.ReplaceAll(d, Release, fmt.Sprintf("copy%d", i)))
			}
		}
	}
	return b.String()
}

// ChartOf are the files of a chart that renders a stream as it is, by their paths.
func ChartOf(stream string) map[string]string {
	return map[string]string{
		"Chart.yaml":         "apiVersion: v2\nname: many\nversion: 1.0.0\n",
		"templates/all.yaml": strings.ReplaceAll(stream, "{{", `{{ "{{" }}`),
	}
}
