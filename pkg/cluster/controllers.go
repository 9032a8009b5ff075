package cluster

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// controllers know what the controllers have to look at: a release may have
// thousands of hooks, and between two of them next to nothing changes.
type controllers struct {
	// sets are the StatefulSets, claims the claims that have changed.
	sets, claims map[key]bool
	// makers are the StatefulSets of claims.
	makers map[key]key
	// owned counts the objects that an object owns, by its uid. lost says that one may
	// have lost its owner.
	owned map[string]int
	lost  bool
}

func newControllers() controllers {
	return controllers{sets: map[key]bool{}, claims: map[key]bool{}, makers: map[key]key{}, owned: map[string]int{}}
}

func (c controllers) clone() controllers {
	return controllers{sets: maps.Clone(c.sets), claims: maps.Clone(c.claims), makers: maps.Clone(c.makers), owned: maps.Clone(c.owned), lost: c.lost}
}

// see notes that an object becomes another; either is nil where it is not there.
func (c *controllers) see(k key, before, after *resident) {
	switch {
	case k.group == "apps" && k.kind == "StatefulSet":
		c.sets[k] = true
	case k.group == "" && k.kind == "PersistentVolumeClaim":
		c.claims[k] = true
		if set, made := c.makers[k]; made {
			c.sets[set] = true
		}
	}
	if before != nil {
		for _, uid := range ownersOf(before) {
			c.owned[uid]--
		}
	}
	if after != nil {
		for _, uid := range ownersOf(after) {
			c.owned[uid]++
			c.lost = true
		}
	} else if before != nil && c.owned[manifest.StringAt(before.fields, "metadata", "uid")] > 0 {
		c.lost = true
	}
}

// ownersOf are the uids of an object's owners that are of the rehearsal.
func ownersOf(r *resident) []string {
	var out []string
	for _, owner := range manifest.ListAt(r.fields, "metadata", "ownerReferences") {
		if uid := manifest.StringAt(owner, "uid"); strings.HasPrefix(uid, uidPrefix) {
			out = append(out, uid)
		}
	}
	return out
}

// taken empties a list and returns what was in it, sorted.
func taken(keys *map[key]bool) []key {
	out := slices.SortedFunc(maps.Keys(*keys), compareKeys)
	*keys = map[key]bool{}
	return out
}
