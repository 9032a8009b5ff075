package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// Selection says which fixes are applied. The zero value applies none.
type Selection struct {
	safe, onRequest bool
	names           []string
}

// Selections to choose from.
func None() Selection { return Selection{} }                            // no fix
func Safe() Selection { return Selection{safe: true} }                  // fixes that are safe by default
func All() Selection  { return Selection{safe: true, onRequest: true} } // every fix there is

// ParseSelection reads "safe", "all", "none" or the names of rules that have a
// fix, separated by commas. "safe" may stand among the names.
func ParseSelection(text string, rules []*lint.Rule) (Selection, error) {
	var s Selection
	for _, word := range strings.Split(text, ",") {
		switch word = strings.TrimSpace(word); word {
		case "none":
		case "safe":
			s.safe = true
		case "all":
			s.safe, s.onRequest = true, true
		default:
			i := slices.IndexFunc(rules, func(r *lint.Rule) bool { return r.Name == word })
			if i < 0 {
				return Selection{}, fmt.Errorf("%q is none of safe, all, none, nor a rule: see helm stateful rules", word)
			}
			if rules[i].Fix == nil {
				return Selection{}, fmt.Errorf("rule %s has no fix for manifests", word)
			}
			s.names = append(s.names, word)
		}
	}
	return s, nil
}

func (s Selection) includes(r *lint.Rule) bool {
	if r.Fix == nil {
		return false
	}
	return slices.Contains(s.names, r.Name) || (s.safe && r.Fix.Safety == lint.Safe) || (s.onRequest && r.Fix.Safety == lint.OnRequest)
}
