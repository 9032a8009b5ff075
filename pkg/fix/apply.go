package fix

import (
	"fmt"
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
	lint.FixOptions
}

// Apply fixes what findings report in stream, which must be the one they were
// found in; what is ignored is left as it is. It returns the fixed stream and the findings, each marked as fixed
// or with the reason why not; neither argument is changed. An error means that
// the result would lose something, and that it must not be used.
func Apply(stream *manifest.Stream, findings []lint.Finding, o Options) (*manifest.Stream, []lint.Finding, error) {
	w := &work{stream: stream, current: map[*manifest.Document]*manifest.Document{}}
	out := slices.Clone(findings)
	for i := range out {
		f := &out[i]
		rule := ruleOf(o.Rules, f.Rule)
		if rule == nil || !o.Select.includes(rule) || f.Fixable == "" || f.Ignored != nil {
			continue
		}
		if err := w.fix(f, rule.Fix, o.FixOptions); err != nil {
			f.Unfixed = err.Error()
			continue
		}
		f.Fixed = true
	}
	if err := nothingLost(stream, w.stream); err != nil {
		return nil, nil, err
	}
	return w.stream, out, nil
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
