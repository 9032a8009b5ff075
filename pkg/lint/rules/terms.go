package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// What a term asks of the scheduler, named after the field it stands in.
const (
	affinityTerm     = "podAffinity"
	antiAffinityTerm = "podAntiAffinity"
	spreadTerm       = "topologySpreadConstraints"
)

// term is an affinity term or a topology spread constraint: it places a pod by
// where other pods are, which it selects by their labels.
type term struct {
	// kind is the field the term belongs to: affinityTerm, antiAffinityTerm or
	// spreadTerm.
	kind     string
	required bool
	fields   map[string]any
	// path is the term's place in its object, or that of the annotation in
	// whose JSON it stands.
	path manifest.Path
	// inner is the term's place within the annotation's JSON, nil outside of
	// annotations.
	inner manifest.Path
}

// selector is nil where the term has none, and then selects no pod.
func (t term) selector() map[string]any { return manifest.MapAt(t.fields, "labelSelector") }

// selectorPath is where the finding of the term points.
func (t term) selectorPath() manifest.Path {
	if t.inner != nil {
		return t.path
	}
	return t.path.Append("labelSelector")
}

// termsOf returns the terms at any depth of an object: those of pod templates,
// of custom resources, and of objects kept as JSON in an annotation.
func termsOf(o *manifest.Object) []term {
	if isDefinition(o) {
		return nil // its schema describes such terms
	}
	f := &termFinder{}
	f.visit(o.Fields)
	return f.found
}

type termFinder struct {
	found []term
	// path leads to the value being visited, from the annotation's JSON on
	// when annotation is set.
	path       manifest.Path
	annotation manifest.Path
}

func (f *termFinder) visit(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			f.enter(key, v[key], func(value any) { f.visitField(key, value) })
		}
	case []any:
		for i, item := range v {
			f.enter(i, item, f.visit)
		}
	}
}

func (f *termFinder) enter(step, value any, visit func(any)) {
	f.path = append(f.path, step)
	visit(value)
	f.path = f.path[:len(f.path)-1]
}

func (f *termFinder) visitField(key string, value any) {
	switch lower := strings.ToLower(key); {
	case key == "annotations":
		f.visitAnnotations(value)
		return
	case strings.HasSuffix(lower, "podantiaffinity"): // also additionalPodAntiAffinity, as CloudNativePG has it
		f.visitAffinity(antiAffinityTerm, value)
	case strings.HasSuffix(lower, "podaffinity"):
		f.visitAffinity(affinityTerm, value)
	case key == spreadTerm:
		for i, item := range manifest.ListAt(value) {
			f.add(term{kind: spreadTerm, required: manifest.StringAt(item, "whenUnsatisfiable") != "ScheduleAnyway"}, item, i)
		}
	}
	f.visit(value)
}

func (f *termFinder) visitAffinity(kind string, value any) {
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	for i, item := range manifest.ListAt(value, required) {
		f.add(term{kind: kind, required: true}, item, required, i)
	}
	for i, item := range manifest.ListAt(value, preferred) {
		weighted, _ := manifest.Lookup(item, "podAffinityTerm")
		f.add(term{kind: kind}, weighted, preferred, i, "podAffinityTerm")
	}
}

// add records a term found at further steps from the current path, unless the
// value is no term.
func (f *termFinder) add(t term, value any, steps ...any) {
	if manifest.StringAt(value, "topologyKey") == "" {
		return
	}
	t.fields = manifest.MapAt(value)
	t.path = f.path.Append(steps...)
	if f.annotation != nil {
		t.path, t.inner = f.annotation, t.path
	}
	f.found = append(f.found, t)
}

// visitAnnotations looks into annotations that hold JSON. kubectl's own is left
// out: it repeats the object.
func (f *termFinder) visitAnnotations(value any) {
	annotations := manifest.StringMapAt(value)
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if key == "kubectl.kubernetes.io/last-applied-configuration" || !strings.Contains(annotations[key], "topologyKey") {
			continue
		}
		if inner := parseJSON(annotations[key]); inner != nil {
			f.visitJSON(key, inner)
		}
	}
}

func (f *termFinder) visitJSON(annotation string, value any) {
	outer := *f
	if f.annotation == nil {
		f.annotation, f.path = f.path.Append(annotation), nil
	} else {
		f.path = f.path.Append(annotation) // JSON within JSON
	}
	f.visit(value)
	f.path, f.annotation = outer.path, outer.annotation
}

// parseJSON returns the object or list that text spells, or nil.
func parseJSON(text string) any {
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return nil
	}
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return nil
	}
	return value
}
