package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// script renders what print returns for the inputs of each rendering.
type script struct {
	senses  Senses
	queries []Query
	print   func(in Inputs, n int) (string, error)
	mu      sync.Mutex
	n       int
}

func (s *script) Render(_ context.Context, in Inputs) (*Rendering, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	text, err := s.print(in, s.n)
	if err != nil {
		return nil, err
	}
	stream, err := manifest.Parse([]byte(text))
	return &Rendering{Stream: stream, Queries: s.queries}, err
}

func (s *script) Feels() Senses             { return s.senses }
func (s *script) Definitions() []Definition { return nil }
func (s *script) Values() Values            { return Values{} }
func (s *script) KubeVersion() string       { return "v1.37.0" }

// memory is a cluster that stores what it is sent and refuses objects with the
// field refuse.
type memory struct{ objects map[string]map[string]any }

func newMemory() *memory { return &memory{objects: map[string]map[string]any{}} }

func id(kind, namespace, name string) string { return kind + "/" + namespace + "/" + name }

func idOf(o map[string]any) string {
	return id(manifest.StringAt(o, "kind"), manifest.StringAt(o, "metadata", "namespace"), manifest.StringAt(o, "metadata", "name"))
}

func (m *memory) Get(_, kind, namespace, name string) map[string]any {
	return m.objects[id(kind, namespace, name)]
}

func (m *memory) Has(apiVersion, kind, namespace, name string) bool {
	return m.Get(apiVersion, kind, namespace, name) != nil
}

func (m *memory) List(_, kind, namespace string) []map[string]any {
	var out []map[string]any
	for _, o := range m.Objects() {
		if manifest.StringAt(o, "kind") == kind && manifest.StringAt(o, "metadata", "namespace") == namespace {
			out = append(out, o)
		}
	}
	return out
}

func (m *memory) Create(_ Mode, o map[string]any) Verdict {
	if message := manifest.StringAt(o, "refuse"); message != "" {
		return Verdict{Refused: true, Message: message}
	}
	m.objects[idOf(o)] = o
	return Verdict{}
}

func (m *memory) Update(mode Mode, previous, next map[string]any) (bool, Verdict) {
	changed := len(Differences(m.objects[idOf(next)], next)) > 0
	return changed, m.Create(mode, next)
}

func (m *memory) Delete(_, kind, namespace, name string) {
	delete(m.objects, id(kind, namespace, name))
}
func (m *memory) Define([]Definition)               {}
func (m *memory) Diverged() bool                    { return true }
func (m *memory) Settle()                           {}
func (m *memory) Clone() Cluster                    { return &memory{objects: maps.Clone(m.objects)} }
func (m *memory) ClusterScoped(_, kind string) bool { return kind == "Namespace" }

func (m *memory) Objects() []map[string]any {
	var out []map[string]any
	for _, k := range slices.Sorted(maps.Keys(m.objects)) {
		out = append(out, m.objects[k])
	}
	return out
}

func object(name, field string) string {
	return fmt.Sprintf("kind: A\nmetadata: {name: %s}\nf: %s\n", name, field)
}
func found(in Inputs) bool { return in.Lookup != nil }
func constant(text string) func(in Inputs, n int) (string, error) {
	return func(Inputs, int) (string, error) { return text, nil }
}
func rehearse(t *testing.T, s *script) *Rehearsal {
	t.Helper()
	r, err := Rehearse(t.Context(), s, newMemory(), Options{Release: Release{Name: "rel"}})
	require.NoError(t, err)
	return r
}

func TestRendersOnlyWhatAChartCanFeel(t *testing.T) {
	tests := map[string]struct {
		senses  Senses
		queries []Query
		want    int
	}{
		// Each has the install, the sibling and the next version.
		"nothing":            {want: 3},
		"chance":             {senses: Senses{Chance: true}, want: 4},
		"lookup":             {queries: []Query{{Kind: "Secret"}}, want: 4},
		"upgrade":            {senses: Senses{Upgrade: true}, want: 4},
		"lookup and upgrade": {senses: Senses{Upgrade: true}, queries: []Query{{Kind: "Secret"}}, want: 4}, // which are the same
		"everything":         {senses: Senses{Chance: true, Upgrade: true}, queries: []Query{{Kind: "Secret"}}, want: 5},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &script{senses: test.senses, queries: test.queries, print: constant(object("a", "b"))}
			rehearse(t, s)
			assert.Equal(t, test.want, s.n)
		})
	}
}

func TestDerives(t *testing.T) {
	s := &script{
		senses:  Senses{Chance: true, Upgrade: true},
		queries: []Query{{Kind: "Secret"}},
		print: func(in Inputs, n int) (string, error) {
			return fmt.Sprintf("kind: A\nmetadata: {name: a}\nlooked: %t\nupgrade: %t\nrandom: %d\nsame: 1\n", found(in), in.Upgrade, n), nil
		},
	}
	r := rehearse(t, s)
	o := r.Install.Stream.Objects()[0]
	assert.Equal(t, []Derivation{FromLookup}, r.Derives(o, manifest.Path{"looked"}))
	assert.Equal(t, []Derivation{FromRevision}, r.Derives(o, manifest.Path{"upgrade"}))
	assert.Equal(t, []Derivation{FromChance}, r.Derives(o, manifest.Path{"random"}))
	assert.Empty(t, r.Derives(o, manifest.Path{"same"}))
	assert.True(t, r.Random(o, manifest.Path{"random"}))
	assert.True(t, r.Random(o, nil), "a field below is random")
	assert.False(t, r.Random(o, manifest.Path{"same"}))
}

func TestObjectsAreMatchedByPlaceWhereNamesDiffer(t *testing.T) {
	s := &script{
		senses: Senses{Chance: true},
		print: func(_ Inputs, n int) (string, error) {
			return fmt.Sprintf("# Source: d/t/x.yaml\nkind: A\nmetadata: {name: same}\n---\n# Source: d/t/x.yaml\nkind: A\nmetadata: {name: r%d}\nf: x\n", n), nil
		},
	}
	r := rehearse(t, s)
	objects := r.Install.Stream.Objects()
	assert.False(t, r.Random(objects[0], nil))
	assert.True(t, r.Random(objects[1], manifest.Path{"metadata", "name"}))
	assert.False(t, r.Random(objects[1], manifest.Path{"f"}))
}

func TestObjectLeftOutOfTheUpgrade(t *testing.T) {
	s := &script{senses: Senses{Upgrade: true}, print: func(in Inputs, _ int) (string, error) {
		if in.Upgrade {
			return "", nil
		}
		return object("a", "b"), nil
	}}
	r := rehearse(t, s)
	assert.Nil(t, r.Upgraded(r.Install.Stream.Objects()[0]))
}

func TestUpgradeThatDoesNotRender(t *testing.T) {
	s := &script{senses: Senses{Upgrade: true}, print: func(in Inputs, _ int) (string, error) {
		if in.Upgrade {
			return "", errors.New("give the passwords")
		}
		return object("a", "b"), nil
	}}
	r := rehearse(t, s)
	require.EqualError(t, r.UpgradeError, "give the passwords")
	o := r.Install.Stream.Objects()[0]
	assert.Same(t, o, r.Upgraded(o))
}

func TestDifferences(t *testing.T) {
	a := map[string]any{"same": "x", "list": []any{"a", "b"}, "short": []any{"a"}, "gone": "x", "kind": "s"}
	b := map[string]any{"same": "x", "list": []any{"a", "c"}, "short": []any{}, "new": map[string]any{"k": "v"}, "kind": []any{}}
	var got []string
	for _, d := range Differences(a, b) {
		got = append(got, d.Path.String())
	}
	assert.Equal(t, []string{"gone", "kind", "list[1]", "new", "short"}, got)
}

// TestTimePasses: what is rendered later is rendered at a later time, and what is
// compared with the install for another reason at the same.
func TestTimePasses(t *testing.T) {
	const claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nv: %d\n"
	seen := map[string]time.Duration{}
	s := &script{
		senses:  Senses{Chance: true, Upgrade: true, UpgradeLookup: true},
		queries: []Query{{APIVersion: "v1", Kind: "PersistentVolumeClaim"}},
	}
	s.print = func(in Inputs, _ int) (string, error) {
		key := fmt.Sprintf("revision %d upgrade %v lookup %v next %v sibling %v", in.Revision, in.Upgrade, in.Lookup != nil, in.NextVersion, in.Release.Name == siblingName)
		seen[key] = max(seen[key], in.Elapsed)
		return fmt.Sprintf(claim, in.Revision), nil
	}
	release := Release{Name: "r", Namespace: "n"}
	rehearsed, err := Rehearse(t.Context(), s, newMemory(), Options{Release: release})
	require.NoError(t, err)
	require.NotNil(t, rehearsed.Repeat)
	assert.Equal(t, map[string]time.Duration{
		"revision 1 upgrade false lookup false next false sibling false": later, // the repetition
		"revision 1 upgrade false lookup false next false sibling true":  0,
		"revision 2 upgrade true lookup true next false sibling false":   later,
		"revision 2 upgrade true lookup false next false sibling false":  later,
		"revision 3 upgrade true lookup true next true sibling false":    2 * later,
	}, seen)

	clear(seen)
	_, err = Compare(t.Context(), s, s, newMemory(), release)
	require.NoError(t, err)
	assert.Equal(t, map[string]time.Duration{
		"revision 1 upgrade false lookup false next false sibling false": later,
		"revision 2 upgrade true lookup true next false sibling false":   later,
		"revision 2 upgrade true lookup false next false sibling false":  later,
	}, seen)
}
