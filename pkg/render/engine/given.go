package engine

import (
	"maps"
	"reflect"

	"helm.sh/helm/v3/pkg/chartutil"
)

// given is what the templates of each chart are given in common: .Values, .Chart
// and the like.
type given []common

type common struct{ now, before chartutil.Values }

// ofEach is set anew for each template.
const ofEach = "Template"

// givenTo notes what templates are given, before any is executed.
func givenTo(files map[string]renderable) (g given) {
	seen := map[uintptr]bool{}
	for _, f := range files { // in no order, since nothing but "unchanged" is asked
		if at := reflect.ValueOf(f.values).Pointer(); !seen[at] {
			seen[at] = true
			before := maps.Clone(f.values)
			delete(before, ofEach)
			for key, value := range before {
				if m, ok := value.(map[string]any); ok { // .Release, .Subcharts
					before[key] = maps.Clone(m)
				}
			}
			g = append(g, common{now: f.values, before: before})
		}
	}
	return g
}

// unchanged reports whether the same things are still there. What .Values hold is
// not looked at.
func (g given) unchanged() bool {
	for _, c := range g {
		for key, value := range c.now {
			before, ok := c.before[key]
			if key != ofEach && (!ok || !reflect.DeepEqual(value, before)) {
				return false
			}
		}
		for key := range c.before {
			if _, ok := c.now[key]; !ok {
				return false
			}
		}
	}
	return true
}
