package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// script renders what print returns for the inputs of each rendering.
type script struct {
	senses  Senses
	queries []Query
	print   func(in Inputs, n int) (string, error)
	n       int
}

func (s *script) Render(_ context.Context, in Inputs) (*Rendering, error) {
	s.n++
	text, err := s.print(in, s.n)
	if err != nil {
		return nil, err
	}
	stream, err := manifest.Parse([]byte(text))
	return &Rendering{Stream: stream, Queries: s.queries}, err
}

func (s *script) Feels() Senses       { return s.senses }
func (s *script) Values() Values      { return Values{} }
func (s *script) KubeVersion() string { return "v1.37.0" }

// memory is a cluster that remembers what was installed.
type memory struct{ installed []*manifest.Object }

func (m *memory) Get(string, string, string, string) map[string]any { return nil }
func (m *memory) List(string, string, string) []map[string]any      { return nil }
func (m *memory) Install(_ Release, objects []*manifest.Object)     { m.installed = objects }
func object(name, field string) string {
	return fmt.Sprintf("kind: A\nmetadata: {name: %s}\nf: %s\n", name, field)
}
func found(in Inputs) bool { return in.Lookup != nil }
func constant(text string) func(in Inputs, n int) (string, error) {
	return func(Inputs, int) (string, error) { return text, nil }
}
func rehearse(t *testing.T, s *script) *Rehearsal {
	t.Helper()
	r, err := Rehearse(t.Context(), Release{Name: "rel"}, s, &memory{})
	require.NoError(t, err)
	return r
}

func TestRendersOnlyWhatAChartCanFeel(t *testing.T) {
	tests := map[string]struct {
		senses  Senses
		queries []Query
		want    int
	}{
		"nothing":            {want: 1},
		"chance":             {senses: Senses{Chance: true}, want: 2},
		"lookup":             {queries: []Query{{Kind: "Secret"}}, want: 2},
		"upgrade":            {senses: Senses{Upgrade: true}, want: 2},
		"lookup and upgrade": {senses: Senses{Upgrade: true}, queries: []Query{{Kind: "Secret"}}, want: 3},
		"everything":         {senses: Senses{Chance: true, Upgrade: true}, queries: []Query{{Kind: "Secret"}}, want: 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &script{senses: test.senses, queries: test.queries, print: constant(object("a", "b"))}
			rehearse(t, s)
			assert.Equal(t, test.want, s.n)
		})
	}
}

func TestFromLookup(t *testing.T) {
	s := &script{
		senses:  Senses{Chance: true, Upgrade: true},
		queries: []Query{{Kind: "Secret"}},
		print: func(in Inputs, n int) (string, error) {
			return fmt.Sprintf("kind: A\nmetadata: {name: a}\nlooked: %t\nupgrade: %t\nrandom: %d\nsame: 1\n", found(in), in.Upgrade, n), nil
		},
	}
	r := rehearse(t, s)
	o := r.Install.Stream.Objects()[0]
	assert.Equal(t, []Difference{{Path: manifest.Path{"looked"}, Before: false, After: true}}, r.FromLookup(o))
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
