package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkHardCodedDelete notes StatefulSets that take their claims along and
// whose values give no say in it: the chart's author decided, and its user may
// not know.
func checkHardCodedDelete(p *lint.Pass) {
	if p.Rehearsal == nil || saysRetention(p.Rehearsal.Values.All) {
		return
	}
	reported := map[*manifest.Object]bool{}
	for _, c := range p.Claims {
		if !c.Template || reported[c.Object] || !deletesClaims(c.Object) || fateStated(c.Object) {
			continue
		}
		reported[c.Object] = true
		p.Report(lint.Report{
			Severity:   lint.Info,
			Object:     c.Object,
			Path:       manifest.Path{"spec", retentionPolicy, "whenDeleted"},
			Message:    fmt.Sprintf("helm uninstall deletes the claims of this StatefulSet (%s) with their data: the chart says so, and no value says otherwise", firstClaim(c)),
			NotFixable: true,
		})
	}
}

func firstClaim(c *inventory.Claim) string { return c.Name + "0" }

// saysRetention reports whether values have a word in what becomes of claims.
func saysRetention(values any) bool {
	m, ok := values.(map[string]any)
	if !ok {
		return false
	}
	for key, value := range m {
		lower := strings.ToLower(key)
		if strings.Contains(lower, "retention") || lower == "whendeleted" || strings.Contains(lower, "autodelete") {
			return true
		}
		if saysRetention(value) {
			return true
		}
	}
	return false
}
