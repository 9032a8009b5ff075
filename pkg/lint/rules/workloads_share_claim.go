package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkWorkloadsShareClaim finds workloads that each run one pod, and whose
// pods all need a volume that one node, or one pod, can have.
func checkWorkloadsShareClaim(p *lint.Pass) {
	for _, c := range p.Claims {
		oneNode, onePod := c.Exclusive()
		if c.Template || !oneNode || onSharedStorage(p, c) {
			continue
		}
		var holders []*inventory.Workload
		for _, w := range p.MountedBy(c) {
			if w.RunsForever() && w.Replicas() > 0 {
				holders = append(holders, w)
			}
		}
		if apart := farFromOthers(holders, onePod); apart != nil {
			p.Report(sharedByWorkloads(c, apart, holders, onePod))
		}
	}
}

// farFromOthers returns the first workload that nothing brings to the node of
// one before it, or nil.
func farFromOthers(holders []*inventory.Workload, onePod bool) *inventory.Workload {
	for i, w := range holders {
		for _, other := range holders[:i] {
			if onePod || !(w.KeptNear(other) || other.KeptNear(w) || w.PinnedToNode() && other.PinnedToNode()) {
				return w
			}
		}
	}
	return nil
}

func sharedByWorkloads(c *inventory.Claim, apart *inventory.Workload, holders []*inventory.Workload, onePod bool) lint.Report {
	r := lint.Report{Severity: lint.Warning, Object: apart.Object, Related: []*manifest.Object{c.Object}}
	for _, v := range apart.Volumes {
		if v.Claim != "" && c.Provides(v.Claim) {
			r.Path = v.Path.Append("persistentVolumeClaim", "claimName")
		}
	}
	var others []*manifest.Object
	for _, w := range holders {
		if w != apart {
			others = append(others, w.Object)
		}
	}
	r.Related = append(r.Related, others...)
	if onePod {
		r.Severity = lint.Error
		r.Message = fmt.Sprintf("%s and this %s mount claim %q (ReadWriteOncePod): only one of them can ever run", enumerateObjects(others), apart.Object.Kind, c.Name)
		r.Breaks = []string{"every pod but the first stays Pending"}
		return r
	}
	r.Message = fmt.Sprintf("%s and this %s mount claim %q (ReadWriteOnce): pods on another node than the first wait for the volume in vain, and nothing brings them to the same one",
		enumerateObjects(others), apart.Object.Kind, c.Name)
	return r
}
