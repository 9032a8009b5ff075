package fix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Options choose what is fixed and how.
type Options struct {
	// Rules are those the findings come from.
	Rules []*lint.Rule
	// Select says which of their fixes are applied.
	Select Selection
	// Settle weighs findings and sets them aside before anything is fixed; nil
	// does so as annotations on objects say.
	Settle func([]lint.Finding, []*manifest.Object) []lint.Finding
	// Cluster, if set, is asked whether it takes what was fixed. It must be empty,
	// and stays so. Without one, fixes are judged by what the stream tells.
	Cluster lifecycle.Cluster
	lint.FixOptions
}

// Apply fixes what findings report in stream, which must be the one they were
// found in. It returns the fixed stream and the findings, each marked as fixed
// or with the reason why not; neither argument is changed. The order of the
// findings makes no difference to the stream. A fix after which its rule still
// speaks, another speaks up with an error, or the API server would refuse the
// object, is taken back. An error means that the result would lose something,
// and that it must not be used.
func Apply(stream *manifest.Stream, findings []lint.Finding, o Options) (*manifest.Stream, []lint.Finding, error) {
	out := slices.Clone(findings)
	var chosen []*lint.Finding
	for i := range out {
		f := &out[i]
		if rule := ruleOf(o.Rules, f.Rule); f.Fixable != "" && f.Ignored == nil && rule != nil && o.Select.includes(rule) {
			chosen = append(chosen, f)
		}
	}
	slices.SortStableFunc(chosen, byPlace)
	w := &work{first: stream, current: map[*manifest.Document]*manifest.Document{}, options: o}
	w.apply(chosen)
	if err := nothingLost(stream, w.stream()); err != nil {
		return nil, nil, err
	}
	judge := judge{before: stream, rules: o.Rules, cluster: o.Cluster}
	if fixed := fixedOf(chosen); len(fixed) > 0 {
		if _, why := judge.objection(w.stream(), fixed); why != "" {
			w.current = map[*manifest.Document]*manifest.Document{}
			w.settle(chosen, judge) // some do harm: which?
		}
	}
	return w.stream(), out, nil
}

func fixedOf(findings []*lint.Finding) []*lint.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f *lint.Finding) bool { return !f.Fixed })
}

// byPlace orders fixes by where they are made, so that new keys stand in one
// order whatever order the findings come in.
func byPlace(a, b *lint.Finding) int {
	return cmp.Or(
		cmp.Compare(a.Manifest.Line, b.Manifest.Line),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Field, b.Field),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

func ruleOf(rules []*lint.Rule, name string) *lint.Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// work is a stream on its way from fix to fix.
type work struct {
	first *manifest.Stream
	// current leads from a document of the first stream to the one in its place.
	current map[*manifest.Document]*manifest.Document
	options Options
}

func (w *work) stream() *manifest.Stream { return w.first.With(w.current) }

// apply fixes one finding after the other.
func (w *work) apply(chosen []*lint.Finding) {
	for _, f := range chosen {
		fix := ruleOf(w.options.Rules, f.Rule).Fix
		f.Fixed, f.Deed, f.Unfixed = true, fix.Deed(w.options.FixOptions), ""
		if err := w.fix(f, fix, w.options.FixOptions); err != nil {
			f.Fixed, f.Deed, f.Unfixed = false, "", err.Error()
		}
	}
}

// settle applies those fixes that the judge does not object to. A fix that is
// to blame is known at once, or is found by halves: the stream is judged a few
// times for each, not once for every fix.
func (w *work) settle(chosen []*lint.Finding, judge judge) {
	before := maps.Clone(w.current)
	w.apply(chosen)
	fixed := fixedOf(chosen)
	if len(fixed) == 0 {
		return
	}
	blamed, why := judge.objection(w.stream(), fixed)
	if why == "" {
		return
	}
	w.current = before
	if len(fixed) == 1 {
		blamed = fixed
	}
	if len(blamed) == 0 {
		w.settle(fixed[:len(fixed)/2], judge)
		w.settle(fixed[len(fixed)/2:], judge)
		return
	}
	for _, f := range blamed {
		f.Fixed, f.Deed, f.Unfixed = false, "", why
	}
	w.settle(slices.DeleteFunc(fixed, func(f *lint.Finding) bool { return !f.Fixed }), judge)
}

// fix rewrites all objects of a finding, or none.
func (w *work) fix(f *lint.Finding, fix *lint.Fix, o lint.FixOptions) error {
	moved := map[*manifest.Document]*manifest.Document{}
	for _, target := range f.Targets() {
		original := target.Document
		document := original
		for _, places := range []map[*manifest.Document]*manifest.Document{w.current, moved} {
			if d, ok := places[original]; ok {
				document = d
			}
		}
		object := document.Objects()[slices.Index(original.Objects(), target)]
		body, err := object.Edited(f.Filter(fix, object, o))
		if err != nil {
			return err
		}
		if moved[original], err = document.Replaced(body); err != nil {
			return fmt.Errorf("%s: the fixed document cannot be read: %w", object, err)
		}
	}
	maps.Copy(w.current, moved)
	return nil
}

// nothingLost checks that after holds every object of before, in order, with
// the same hooks and the annotation that Helm 4 finds its template by.
func nothingLost(before, after *manifest.Stream) error {
	a, b := after.Objects(), before.Objects()
	if len(a) != len(b) {
		return fmt.Errorf("fixing turned %d objects into %d", len(b), len(a))
	}
	for i := range b {
		if a[i].ID != b[i].ID {
			return fmt.Errorf("fixing turned %s into %s", b[i], a[i])
		}
		for _, annotation := range []string{manifest.HookAnnotation, manifest.FilenameAnnotation} {
			if a[i].HasAnnotation(annotation) != b[i].HasAnnotation(annotation) || a[i].Annotation(annotation) != b[i].Annotation(annotation) {
				return fmt.Errorf("fixing changed the annotation %s of %s", annotation, b[i])
			}
		}
	}
	return nil
}
