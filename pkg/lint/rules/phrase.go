package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// enumerate writes names as people do: "a", "a and b", "a, b and c", and for
// more than four "a, b, c and 2 more".
func enumerate(names []string) string {
	if len(names) > 4 {
		names = append(names[:3:3], fmt.Sprintf("%d more", len(names)-3))
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// enumerateObjects writes the names of objects.
func enumerateObjects(objects []*manifest.Object) string {
	names := make([]string, len(objects))
	for i := range min(len(objects), 4) {
		names[i] = objects[i].ID.String()
	}
	return enumerate(names)
}
