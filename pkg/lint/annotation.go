package lint

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// IgnoreAnnotation, followed by the name of a rule, is the annotation on an
// object that ignores the rule's findings about it. Its value is the reason.
const IgnoreAnnotation = "helm-stateful.io/ignore."

// bareIgnore is what people write who have seen other linters.
const bareIgnore = "helm-stateful.io/ignore"

// Annotated returns the ignores that stand on objects, each once, in the order
// of the objects.
func Annotated(objects []*manifest.Object) []Directive {
	var out []Directive
	type place struct {
		id  manifest.ID
		key string
	}
	seen := map[place]bool{}
	for _, o := range objects {
		annotations := manifest.MapAt(o.Fields, "metadata", "annotations")
		for _, key := range slices.Sorted(maps.Keys(annotations)) {
			rule, ok := strings.CutPrefix(key, IgnoreAnnotation)
			if (!ok && key != bareIgnore) || seen[place{o.ID, key}] {
				continue
			}
			seen[place{o.ID, key}] = true
			reason, _ := annotations[key].(string)
			id := idOf(o)
			d := Directive{Rule: rule, Object: id, Ignore: Ignore{Reason: strings.TrimSpace(reason), Source: IgnoredByAnnotation, Place: templatePath(o)}}
			if d.Place == "" {
				d.Place = o.String()
			}
			switch {
			case !ok:
				d.Mistake = "the annotation " + bareIgnore + " ignores nothing: write " + IgnoreAnnotation + "RULE: REASON"
			case d.Reason == "":
				d.Mistake = "the annotation " + key + " gives no reason, so it ignores nothing"
			}
			d.Covers = func(f *Finding) bool { return f.Object == id }
			out = append(out, d)
		}
	}
	return out
}
