package render

import (
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

// valuesReadFiles tells whether what tpl may render among the user's values reads
// .Files. A template that prints the whole of what it is given would show them too;
// no chart has a use for that.
func valuesReadFiles(user any) bool {
	return anyString(user, func(s string) bool { return strings.Contains(s, "Files") })
}

// withoutFiles returns a copy of a chart that has no files beside its templates.
// Charts that begin with deepCopy of all that they are given copy them byte by
// byte: two thirds of the rendering of one well-known chart.
func withoutFiles(c *chart.Chart) *chart.Chart {
	out := *c
	out.Files = nil
	var dependencies []*chart.Chart
	for _, d := range c.Dependencies() {
		dependencies = append(dependencies, withoutFiles(d))
	}
	out.SetDependencies(dependencies...)
	return &out
}

// anyString reports whether a string among values meets a condition.
func anyString(value any, meets func(string) bool) bool {
	switch v := value.(type) {
	case string:
		return meets(v)
	case map[string]any:
		for _, item := range v {
			if anyString(item, meets) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return anyString(item, meets) })
	}
	return false
}
