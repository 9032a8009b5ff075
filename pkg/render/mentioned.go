package render

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

var valuePath = lazy.Pattern(`\.Values((?:\.[A-Za-z_]\w*)+)`)

// mentioned are the paths of the values under a key that matches of which only
// the templates know: in values.yaml they are missing, or a comment. They come
// in order, those of a sub chart below its name.
func mentioned(c *chart.Chart, values map[string]any, key *regexp.Regexp, prefix []string) [][]string {
	found := map[string]bool{}
	for _, t := range c.Templates {
		for _, m := range valuePath().FindAllSubmatch(t.Data, -1) {
			path := strings.Split(string(m[1][1:]), ".")
			if path[0] != "global" && key.MatchString(path[len(path)-1]) && !has(values, path) {
				found[strings.Join(path, ".")] = true
			}
		}
	}
	var out [][]string
	for _, path := range slices.Sorted(maps.Keys(found)) {
		out = append(out, append(slices.Clone(prefix), strings.Split(path, ".")...))
	}
	for _, d := range c.Dependencies() {
		if sub, ok := values[d.Name()].(map[string]any); ok && !strings.EqualFold(d.Metadata.Type, "library") {
			out = append(out, mentioned(d, sub, key, append(slices.Clone(prefix), d.Name()))...)
		}
	}
	return out
}

// has reports whether values say anything at path, or stand in its way.
func has(values map[string]any, path []string) bool {
	for i, key := range path {
		value, ok := values[key]
		if !ok {
			return false
		}
		if i == len(path)-1 {
			return true
		}
		if values, ok = value.(map[string]any); !ok {
			return value != nil
		}
	}
	return true
}
