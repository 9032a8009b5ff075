package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// labelsForAll are the values that put labels on every object of a chart, or on
// all pods of a part.
var labelsForAll = lazy.Pattern(`(?i)^((common|extra|additional|custom|pod)_?)?labels$`)

// labelsForClaims is where values put labels on claims alone. Whoever gives them
// means the claim template.
var labelsForClaims = lazy.Pattern(`(?i)persist|volume|claim|pvc|storage`)

// checkGivenLabels finds frozen fields that carry a label which the values put
// on every object: those values can then never change.
func checkGivenLabels(p *lint.Pass) {
	given := map[string]string{} // the path of the value by the label it gives
	labelsGiven(p.Rehearsal.Values.User, "", given)
	if len(given) == 0 {
		return
	}
	var first lint.Report
	for _, o := range p.Objects {
		path, value := frozenLabelGiven(o, given)
		switch {
		case path == nil:
		case first.Object != nil:
			first.Related = append(first.Related, o)
		default:
			where := "its selector"
			if slices.Contains(path, any("volumeClaimTemplates")) {
				where = "a claim template"
			}
			first = lint.Report{
				Severity:   lint.Warning,
				Object:     o,
				Path:       path,
				NotFixable: true,
				Message:    fmt.Sprintf("%s puts its labels into %s, which cannot change: once the release is installed, every change of %s is refused", value, where, value),
				Breaks:     []string{"upgrade with other " + value + " (Helm 3 and 4)"},
			}
		}
	}
	if first.Object != nil {
		p.Report(first)
	}
}

// frozenLabelGiven returns the first frozen label of an object that a value
// gives, and the path of that value.
func frozenLabelGiven(o *manifest.Object, given map[string]string) (manifest.Path, string) {
	if o.Hook != nil || o.Group() != "apps" {
		return nil, ""
	}
	for _, place := range frozenLabels(o) {
		labels := manifest.StringMapAt(o.Fields, place...)
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			if value, ok := given[key+"="+labels[key]]; ok {
				return place.Append(key), value
			}
		}
	}
	return nil, ""
}

func labelsGiven(values any, path string, given map[string]string) {
	m := manifest.MapAt(values)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		at := key
		if path != "" {
			at = path + "." + key
		}
		if !labelsForAll().MatchString(key) {
			labelsGiven(m[key], at, given)
			continue
		}
		if labelsForClaims().MatchString(path) {
			continue
		}
		for label, value := range manifest.StringMapAt(m[key]) {
			if _, known := given[label+"="+value]; !known {
				given[label+"="+value] = at
			}
		}
	}
}
