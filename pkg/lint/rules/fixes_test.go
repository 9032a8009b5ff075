package rules_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// fixable are the rules that have a fix.
func fixable() []*lint.Rule {
	return slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool { return r.Fix == nil })
}

// everyExample is the examples of all rules that have a fix as an upgrade renders
// them, in one stream. Each is told apart from the others by its namespace.
func everyExample(t *testing.T) []byte {
	t.Helper()
	var text strings.Builder
	for _, rule := range fixable() {
		rehearsal := rehearse(t, rule.Doc.Before, rule.Doc.Values)
		stream := rehearsal.Install.Stream
		if rehearsal.Upgrade != nil {
			stream = rehearsal.Upgrade.Stream
		}
		for _, d := range stream.Documents {
			for _, o := range d.Objects() {
				if o.Item <= 0 {
					inNamespace := strings.Replace(string(d.Body()), "\nmetadata:\n", "\nmetadata:\n  namespace: "+rule.Name+"\n", 1)
					text.WriteString("---\n" + strings.TrimRight(inNamespace, "\n") + "\n")
				}
			}
		}
	}
	return []byte(text.String())
}

// TestFixesComposeInAnyOrder: whatever order the findings come in, the text is
// the same; whatever order rules are fixed in, one call each, the objects are.
func TestFixesComposeInAnyOrder(t *testing.T) {
	text := everyExample(t)
	stream, err := manifest.Parse(text)
	require.NoError(t, err)
	all := fix.Options{Rules: rules.All(), Select: fix.All()}
	findings := lint.Run(lint.Subject{Stream: stream}, all.Rules)
	want, results, err := fix.Apply(stream, findings, all)
	require.NoError(t, err)
	mended := map[string]bool{}
	for _, f := range results {
		assert.Empty(t, f.Unfixed, "%s of %s", f.Rule, f.Object)
		if f.Fixed {
			mended[f.Rule] = true
		}
	}
	for _, rule := range fixable() {
		assert.Equal(t, !rule.NeedsRehearsal, mended[rule.Name], "%s shows on a bare stream", rule.Name)
	}

	chance := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		chance.Shuffle(len(findings), func(i, j int) { findings[i], findings[j] = findings[j], findings[i] })
		got, _, err := fix.Apply(stream, findings, all)
		require.NoError(t, err)
		require.Equal(t, string(want.Bytes()), string(got.Bytes()))
	}

	again, _, err := fix.PostRender(want.Bytes(), all)
	require.NoError(t, err)
	assert.Equal(t, string(want.Bytes()), string(again), "fixing twice is not fixing once")

	for range 5 {
		order := fixable()
		chance.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		got := text
		for _, rule := range order {
			one, err := fix.ParseSelection(rule.Name, all.Rules)
			require.NoError(t, err)
			got, _, err = fix.PostRender(got, fix.Options{Rules: all.Rules, Select: one})
			require.NoError(t, err)
		}
		assertSameObjects(t, want.Bytes(), got)
	}
}

func assertSameObjects(t *testing.T, want, got []byte) {
	t.Helper()
	a, err := manifest.Parse(want)
	require.NoError(t, err)
	b, err := manifest.Parse(got)
	require.NoError(t, err)
	require.Len(t, b.Objects(), len(a.Objects()))
	for i, o := range a.Objects() {
		assert.Equal(t, o.Fields, b.Objects()[i].Fields, o.String())
	}
}

// TestPairsOfFixesCompose fixes every example for two rules, in both orders.
func TestPairsOfFixesCompose(t *testing.T) {
	text := everyExample(t)
	for i, first := range fixable() {
		for _, second := range fixable()[i+1:] {
			both := func(names ...string) []byte {
				out := text
				for _, name := range names {
					one, err := fix.ParseSelection(name, rules.All())
					require.NoError(t, err)
					out, _, err = fix.PostRender(out, fix.Options{Rules: []*lint.Rule{first, second}, Select: one})
					require.NoError(t, err)
				}
				return out
			}
			assertSameObjects(t, both(first.Name, second.Name), both(second.Name, first.Name))
		}
	}
}

// TestFixedExamplesAreAccepted gives what a fix makes of its rule's example to
// the API server's own validation, as a new object and, where the fix is safe,
// as an update of the live one.
func TestFixedExamplesAreAccepted(t *testing.T) {
	judge := apiserver.New()
	for _, rule := range fixable() {
		t.Run(rule.Name, func(t *testing.T) {
			before := rehearse(t, rule.Doc.Before, rule.Doc.Values)
			findings := lint.Run(lint.Subject{Rehearsal: before}, []*lint.Rule{rule})
			fixed, _, err := fix.Apply(before.Install.Stream, findings, fix.Options{Rules: []*lint.Rule{rule}, Select: fix.All()})
			require.NoError(t, err)
			for i, o := range before.Install.Stream.Objects() {
				next := fixed.Objects()[i]
				if !judge.Known(o.APIVersion, o.Kind) {
					continue
				}
				live, verdict := judge.Create(o.Fields)
				require.Empty(t, verdict.Message, "the example itself is refused")
				_, verdict = judge.Create(next.Fields)
				assert.Empty(t, verdict.Message)
				if rule.Fix.Safety == lint.Safe {
					_, verdict = judge.Update(live, merged(t, judge, o.Fields, next.Fields, live))
					assert.Empty(t, verdict.Message, "a safe fix is refused on a live object")
				}
			}
		})
	}
}

// merged is what a client-side apply sends.
func merged(t *testing.T, judge *apiserver.Judge, previous, next, live map[string]any) map[string]any {
	t.Helper()
	patched, _, err := judge.Merge(previous, next, live)
	require.NoError(t, err)
	return patched
}

// TestRulesSeeEachOther: neither the fix of a rule nor what it advises by hand
// brings about an error of another rule.
func TestRulesSeeEachOther(t *testing.T) {
	for _, rule := range rules.All() {
		t.Run(rule.Name, func(t *testing.T) {
			before := rehearse(t, rule.Doc.Before, rule.Doc.Values)
			old := errorsOf(lint.Run(lint.Subject{Rehearsal: before}, rules.All()))
			after := rehearse(t, rule.Doc.After, rule.Doc.Values)
			assert.Subset(t, old, errorsOf(lint.Run(lint.Subject{Rehearsal: after}, rules.All())), "After has an error that Before has not")
			if rule.Fix != nil {
				own := lint.Run(lint.Subject{Rehearsal: before}, []*lint.Rule{rule})
				mended, _, err := fix.Apply(before.Install.Stream, own, fix.Options{Rules: []*lint.Rule{rule}, Select: fix.All()})
				require.NoError(t, err)
				unmended := errorsOf(lint.Run(lint.Subject{Stream: before.Install.Stream}, rules.All()))
				assert.Subset(t, unmended, errorsOf(lint.Run(lint.Subject{Stream: mended}, rules.All())), "the rule's own fix brings about an error")
			}
			bare := lint.Run(lint.Subject{Stream: before.Install.Stream}, rules.All())
			fixed, _, err := fix.Apply(before.Install.Stream, bare, fix.Options{Rules: rules.All(), Select: fix.All()})
			require.NoError(t, err)
			assert.Subset(t, errorsOf(bare), errorsOf(lint.Run(lint.Subject{Stream: fixed}, rules.All())), "the fixes bring about an error")
		})
	}
}

func errorsOf(findings []lint.Finding) []string {
	out := []string{}
	for _, f := range findings {
		if f.Severity == lint.Error {
			out = append(out, f.Rule+" "+f.Object.String())
		}
	}
	return out
}

// TestFixOfWhatIsNoMapping: a manifest that the API server would not read is
// passed on as it is.
func TestFixOfWhatIsNoMapping(t *testing.T) {
	text := mounted("[ReadWriteOnce]", "strategy: text", "")
	out, findings, err := fix.PostRender([]byte(text), fix.Options{Rules: []*lint.Rule{rules.RollingUpdateOnExclusiveClaim}, Select: fix.All()})
	require.NoError(t, err)
	require.Len(t, findings, 1)
	assert.False(t, findings[0].Fixed)
	assert.Contains(t, findings[0].Unfixed, "edit Deployment/web: wrong node kind")
	assert.Equal(t, text, string(out))
}
