package fix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

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
	judge := judge{before: stream, rules: o.Rules}
	w := apply(stream, chosen, o, nil)
	if err := nothingLost(stream, w.stream); err != nil {
		return nil, nil, err
	}
	if fixed := fixedOf(chosen); len(fixed) > 0 && judge.objection(w.stream, fixed) != "" {
		w = apply(stream, chosen, o, judge.objection) // one does harm: which?
	}
	return w.stream, out, nil
}

// apply fixes one finding after the other. With an objection, each fix is shown
// to it and taken back where it objects.
func apply(stream *manifest.Stream, chosen []*lint.Finding, o Options, objection func(*manifest.Stream, []*lint.Finding) string) *work {
	w := &work{stream: stream, current: map[*manifest.Document]*manifest.Document{}}
	for _, f := range chosen {
		f.Fixed, f.Unfixed = false, ""
		before := *w
		if objection != nil {
			before.current = maps.Clone(w.current)
		}
		if err := w.fix(f, ruleOf(o.Rules, f.Rule).Fix, o.FixOptions); err != nil {
			f.Unfixed = err.Error()
			continue
		}
		if objection != nil {
			if f.Unfixed = objection(w.stream, []*lint.Finding{f}); f.Unfixed != "" {
				*w = before
				continue
			}
		}
		f.Fixed = true
	}
	return w
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
	stream *manifest.Stream
	// current leads from a document of the first stream to the one in its place.
	current map[*manifest.Document]*manifest.Document
}

// fix rewrites all objects of a finding, or none.
func (w *work) fix(f *lint.Finding, fix *lint.Fix, o lint.FixOptions) error {
	stream, moved := w.stream, map[*manifest.Document]*manifest.Document{}
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
		next, err := stream.Replaced(document, body)
		if err != nil {
			return fmt.Errorf("%s: the fixed document cannot be read: %w", object, err)
		}
		moved[original] = next.Documents[slices.Index(stream.Documents, document)]
		stream = next
	}
	w.stream = stream
	for original, document := range moved {
		w.current[original] = document
	}
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
