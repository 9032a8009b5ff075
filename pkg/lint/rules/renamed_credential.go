package rules

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkRenamedCredentials finds credentials that the pods with the data read
// from elsewhere in the new version, where another value stands. What stands
// under its old name is for regenerated-secret.
func checkRenamedCredentials(p *lint.Pass, next *inventory.Inventory) {
	olds, news := whole(p.Inventory), whole(next)
	moved := map[*manifest.Object][]movedCredential{}
	for _, w := range p.Workloads {
		if !w.RunsForever() || !keepsData(w) {
			continue
		}
		heir, claim := heirOf(p, next, w)
		if heir == nil {
			continue
		}
		for _, m := range movedCredentials(p, w, heir, olds, news) {
			if holders := holdersOf(p, m.old.object, m.renewal()); len(holders) > 0 && holders[0] == w {
				m.claim = claim
				moved[m.old.object] = append(moved[m.old.object], m)
			}
		}
	}
	for _, o := range p.Objects {
		if list := moved[o]; len(list) > 0 {
			slices.SortStableFunc(list, func(a, b movedCredential) int { return int(b.severity() - a.severity()) })
			p.Report(movedReport(p, list))
		}
	}
}

// heirOf returns the workload of the new version that goes on with the data of
// an old one, and a claim that both mount, or nil.
func heirOf(p *lint.Pass, next *inventory.Inventory, w *inventory.Workload) (heir *inventory.Workload, claim string) {
	for _, n := range next.Workloads {
		if !n.RunsForever() || next.Namespace(n.Object) != p.Namespace(w.Object) || heir != nil && n.Object.ID != w.Object.ID ||
			!servesSame([]*inventory.Workload{w}, n) {
			continue
		}
		for _, v := range w.Volumes {
			if v.Claim != "" && !v.ReadOnly && !leavingsVolume().MatchString(v.Name) &&
				slices.ContainsFunc(n.Volumes, func(other *inventory.Volume) bool { return other.Claim == v.Claim }) {
				heir, claim = n, v.Claim
				break
			}
		}
	}
	return heir, claim
}

// movedCredential is a credential that a pod finds in the same place in both
// versions, and that another key holds in the new one.
type movedCredential struct {
	// place is the variable, or the file.
	place     string
	old, next source
	heir      *inventory.Workload
	claim     string
}

// movedCredentials compares what the pods of two workloads of one namespace
// read, in the order of the places.
func movedCredentials(p *lint.Pass, w, heir *inventory.Workload, olds, news scene) []movedCredential {
	before, after := sourcesOf(olds, p.Namespace(w.Object), w), sourcesOf(news, p.Namespace(w.Object), heir)
	var out []movedCredential
	for _, place := range slices.Sorted(maps.Keys(before)) {
		m := movedCredential{place: place, old: before[place], next: after[place], heir: heir}
		if m.next.object == nil || m.old.String() == m.next.String() || !anotherSecret(m.old.value, m.next.value) {
			continue
		}
		g := m.renewal()
		random := isSecret(m.old.object) && p.Rehearsal.Random(m.old.object, keyPath(m.old.object, m.old.key))
		if (random || g.isCredential()) && !g.calls(markName()) && !g.calls(sessionName()) {
			out = append(out, m)
		}
	}
	return out
}

// anotherSecret reports whether two values are different secrets: one line
// each, and in addresses different passwords.
func anotherSecret(before, after string) bool {
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	if before == "" || after == "" || strings.Contains(before, "\n") || strings.Contains(after, "\n") {
		return false
	}
	if strings.Contains(before, "://") || strings.Contains(after, "://") {
		a, err := url.Parse(before)
		b, errAfter := url.Parse(after)
		if err != nil || errAfter != nil || a.User == nil || b.User == nil {
			return false
		}
		before, _ = a.User.Password()
		after, _ = b.User.Password()
	}
	return !alike(before, after)
}

// renewal is the old value under the names that it has.
func (m movedCredential) renewal() renewal {
	return renewal{key: m.old.key, labels: []string{m.place[strings.LastIndex(m.place, "/")+1:]}, value: m.old.value}
}

func (m movedCredential) severity() lint.Severity {
	switch {
	case m.renewal().isLoose():
		return lint.Info // whoever it is shown to has the new one as well
	case keptByHelm(m.old.object):
		return lint.Warning // it can still be read there
	}
	return lint.Error
}

func movedReport(p *lint.Pass, list []movedCredential) lint.Report {
	m := list[0]
	effect := "which the data does not accept"
	switch {
	case m.severity() == lint.Info:
		effect = "which may not fit the data"
	case m.renewal().calls(encryptionName()):
		effect = "which cannot read what the old one has encrypted"
	}
	also := ""
	if len(list) > 1 {
		also = fmt.Sprintf(" (and %d more like it)", len(list)-1)
	}
	return lint.Report{
		Severity: m.severity(),
		Object:   m.old.object,
		Path:     keyPath(m.old.object, m.old.key),
		Related:  []*manifest.Object{m.next.object, m.heir.Object},
		Message: fmt.Sprintf("the new version has %s read %s as %s instead of %s%s: it goes on with the old data (PersistentVolumeClaim/%s) and another value, %s",
			m.heir.Object, m.next, m.place, m.old, also, m.claim, effect),
		Breaks:   []string{upgradeAnyHelm},
		Commands: readByHand(p, m.old),
	}
}

// readByHand reads the old value before it is gone.
func readByHand(p *lint.Pass, s source) []string {
	template := fmt.Sprintf(`{{index .data %q}}`, s.key)
	if isSecret(s.object) {
		template = fmt.Sprintf(`{{index .data %q | base64decode}}`, s.key)
	}
	return []string{
		"# before the upgrade, which deletes the old one: give the new version this value for its own",
		kubectl(p, "get", s.object, "--output", "go-template="+word(template)),
	}
}
