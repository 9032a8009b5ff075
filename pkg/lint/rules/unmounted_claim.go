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
	for _, c := range p.Claims {
		if !c.Template && c.Object.Hook == nil && len(p.MountedBy(c)) == 0 && !namedElsewhere(p, c) {
			out = append(out, c)
		}
	}
	return out
}

// runsSomething reports whether the chart, or sub chart, that an object comes
// from runs pods. Some charts leave them out until values are complete.
func runsSomething(p *lint.Pass, o *manifest.Object) bool {
	chart, _, _ := strings.Cut(o.Source, "/templates/")
	return slices.ContainsFunc(p.Workloads, func(w *inventory.Workload) bool {
		return w.RunsForever() && strings.HasPrefix(w.Object.Source, chart+"/templates/")
	})
}

func namedElsewhere(p *lint.Pass, c *inventory.Claim) bool {
	return slices.ContainsFunc(p.Objects, func(o *manifest.Object) bool {
		return o != c.Object && anyString(o.Fields, "", func(key, value string) bool {
			return speaksOfClaims(key+" "+value) && strings.Contains(value, c.Name) && namesClaim(value, c.Name)
		})
	})
}

// namesClaim reports whether a text holds a claim's name as a word of its own:
// not as a part of a longer name.
func namesClaim(text, claim string) bool {
	partOfName := func(b byte) bool {
		return b == '-' || b == '.' || b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
	}
	for start := 0; ; {
		i := strings.Index(text[start:], claim)
		if i < 0 {
			return false
		}
		from, to := start+i, start+i+len(claim)
		if (from == 0 || !partOfName(text[from-1])) && (to == len(text) || !partOfName(text[to])) {
			return true
		}
		start = to
	}
}
