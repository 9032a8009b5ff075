package cluster_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// TestCreates sends what the judge is tested with to a real API server.
func TestCreates(t *testing.T) {
	for _, c := range apicases.Creates() {
		for _, mode := range lifecycle.Modes() {
			t.Run(c.Base+"/"+c.Name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				o := withoutNulls(overlay(t, withoutUID(object(t, apicases.Bases[c.Base])), c.Change))
				if identify(o).Name == "" {
					t.Skip("Helm sends no object without a name")
				}
				newPair(t, mode).create(placed(o, newNamespace(t)))
			})
		}
	}
}

// given is what the cluster gives to objects, not a manifest.
var given = regexp.MustCompile(`(?m)10\.96\.|nodePort|uid:|status|deletionTimestamp`)

// TestUpdates changes every frozen field, and what comes near to being one, and
// takes the change back: once as a chart that drops what is null, once as one
// that writes null.
func TestUpdates(t *testing.T) {
	for _, c := range apicases.Updates() {
		for _, mode := range lifecycle.Modes() {
			for _, nulls := range []bool{false, true} {
				if nulls && !strings.Contains(c.Change, "null") {
					continue
				}
				name := c.Base + "/" + c.Name + "/" + string(mode)
				if nulls {
					name += "/with null"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					testUpdate(t, c, mode, nulls)
				})
			}
		}
	}
}

func testUpdate(t *testing.T, c apicases.Update, mode lifecycle.Mode, nulls bool) {
	namespace := newNamespace(t)
	base := withoutUID(object(t, apicases.Bases[c.Base]))
	if c.Live != "" && !given.MatchString(c.Live) {
		base = withoutNulls(overlay(t, base, c.Live))
	}
	next := overlay(t, base, c.Change)
	if !nulls {
		next = withoutNulls(next)
	}
	if identify(base) != identify(next) {
		t.Skip("Helm takes it for another object")
	}
	placed(base, namespace)
	placed(next, namespace)
	p := newPair(t, mode)
	require.False(t, p.create(base).refused)
	p.update(base, base)
	if p.update(base, next).refused {
		p.update(base, base)
	} else {
		p.update(next, next)
		p.update(next, base)
	}
}

func withoutUID(o map[string]any) map[string]any {
	delete(o["metadata"].(map[string]any), "uid")
	return o
}
