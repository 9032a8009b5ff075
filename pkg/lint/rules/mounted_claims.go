package rules

import (
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
)

// mountedClaims are the claims that pods mount and that there are, or that the
// values name, by the paths where containers see them.
type mountedClaims map[string][]mountedClaim

type mountedClaim struct {
	claim string
	by    *inventory.Workload
}

func mountedClaimsOf(p *lint.Pass) mountedClaims {
	type use struct{ path, namespace, claim string }
	uses := map[use][]*inventory.Workload{}
	out := mountedClaims{}
	for _, w := range p.Workloads {
		for _, v := range w.Volumes {
			if v.Claim == "" || v.Template || p.FindClaim(w.Object, v.Claim) == nil && !givenByValues(p, v.Claim) {
				continue
			}
			for _, path := range v.MountPaths {
				u := use{path, w.Object.Namespace, v.Claim}
				if by := uses[u]; len(by) == 0 || len(by) == 1 && by[0] != w { // whoever asks is but one of two
					uses[u] = append(by, w)
					out[path] = append(out[path], mountedClaim{v.Claim, w})
				}
			}
		}
	}
	return out
}

// atPathOf returns the one claim that other pods of the release mount where w
// mounts v, or "".
func (m mountedClaims) atPathOf(p *lint.Pass, w *inventory.Workload, v *inventory.Volume) string {
	found := ""
	for _, path := range v.MountPaths {
		for _, other := range m[path] {
			if other.by == w || other.claim == v.Claim || !p.SameNamespace(other.by.Object, w.Object) {
				continue
			}
			if found != "" && found != other.claim {
				return ""
			}
			found = other.claim
		}
	}
	return found
}
