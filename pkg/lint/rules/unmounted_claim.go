package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// unmountedClaims are the claims of the release that no pod mounts and that no
// other object names as a claim, as a pod template in a ConfigMap does.
func unmountedClaims(p *lint.Pass) []*inventory.Claim {
	var out []*inventory.Claim
	var named claimWords
	for _, c := range p.Claims {
		if c.Template || c.Object.Hook != nil || len(p.MountedBy(c)) > 0 {
			continue
		}
		if named == nil {
			named = claimWordsOf(p.Objects)
		}
		if !named.besides(c) {
			out = append(out, c)
		}
	}
	return out
}

// runsSomething reports whether the chart, or sub chart, that an object comes
// from runs pods. Some charts leave them out until values are complete.
func runsSomething(p *lint.Pass, o *manifest.Object) bool {
	chart := chartOf(o.Source)
	return slices.ContainsFunc(p.Workloads, func(w *inventory.Workload) bool {
		return w.RunsForever() && strings.HasPrefix(w.Object.Source, chart+"/templates/")
	})
}

// claimWords are the words in texts that speak of claims, each with the first
// object that has it and, where there is one, another.
type claimWords map[string][]*manifest.Object

func claimWordsOf(objects []*manifest.Object) claimWords {
	words := claimWords{}
	for _, o := range objects {
		anyString(o.Fields, "", func(key, value string) bool {
			if !speaksOfClaims(key) && !speaksOfClaims(value) {
				return false
			}
			for _, word := range strings.FieldsFunc(value, func(r rune) bool { return !partOfName(r) }) {
				if by := words[word]; len(by) == 0 || len(by) == 1 && by[0] != o {
					words[word] = append(by, o)
				}
			}
			return false
		})
	}
	return words
}

// besides reports whether an object other than the claim names it.
func (words claimWords) besides(c *inventory.Claim) bool {
	by := words[c.Name]
	return len(by) > 1 || len(by) == 1 && by[0] != c.Object
}

// partOfName reports whether names of objects hold a character, or names within
// longer names.
func partOfName(r rune) bool {
	return r == '-' || r == '.' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}
