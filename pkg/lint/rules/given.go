package rules

import (
	"regexp"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// givenByValues reports whether a claim's name is the word of whoever gave the
// values, not the chart's own: it stands verbatim in the user's values, or in
// the chart's under a key that speaks of claims. A value that is a template
// itself matches whatever it may become.
func givenByValues(p *lint.Pass, name string) bool {
	if p.Rehearsal == nil {
		return false
	}
	return anyString(p.Rehearsal.Values.User, "", func(_, value string) bool { return spells(value, name) }) ||
		anyString(p.Rehearsal.Values.All, "", func(key, value string) bool { return speaksOfClaims(key) && spells(value, name) })
}

func speaksOfClaims(key string) bool {
	key = strings.ToLower(key)
	return strings.Contains(key, "claim") || strings.Contains(key, "pvc")
}

// anyString visits the strings of values with the nearest map key above each.
func anyString(value any, key string, visit func(key, value string) bool) bool {
	switch v := value.(type) {
	case map[string]any:
		for k, item := range v {
			if anyString(item, k, visit) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if anyString(item, key, visit) {
				return true
			}
		}
	case string:
		return visit(key, v)
	}
	return false
}

var templateAction = lazy.Pattern(`\{\{.*?\}\}`)

// spells reports whether a value stands for name: it is name, or a template
// that can print it.
func spells(value, name string) bool {
	if !strings.Contains(value, "{{") {
		return value == name
	}
	var pattern strings.Builder
	rest := value
	for _, at := range templateAction().FindAllStringIndex(value, -1) {
		pattern.WriteString(regexp.QuoteMeta(value[len(value)-len(rest):at[0]]) + ".*")
		rest = value[at[1]:]
	}
	pattern.WriteString(regexp.QuoteMeta(rest))
	matched, err := regexp.MatchString("^(?s:"+pattern.String()+")$", name)
	return err == nil && matched
}
