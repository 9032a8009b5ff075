package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkCleanupKinds reports clean-up hooks that delete the instances of some of an
// operator's kinds and leave out others that have pods of their own.
func checkCleanupKinds(p *lint.Pass) {
	for _, w := range cleaningHooks(p) {
		text := commandsOf(p, w)
		if !containsAny(text, "delete") || containsAny(text, "api-resources") || deletesDefinitions().MatchString(text) {
			continue
		}
		var named, leftOut []*manifest.Object
		spoken := wordsOf(text)
		for _, o := range p.Objects {
			switch {
			case !isDefinition(o) || !ownFinalizers(p, o):
			case namesKind(spoken, o):
				named = append(named, o)
			case runsPods(o):
				leftOut = append(leftOut, o)
			}
		}
		leftOut = slices.DeleteFunc(leftOut, func(o *manifest.Object) bool {
			return !slices.ContainsFunc(named, func(n *manifest.Object) bool { return group(n) == group(o) })
		})
		if len(leftOut) > 0 {
			p.Report(leftOutReport(w, named, leftOut))
		}
	}
}

func leftOutReport(w *inventory.Workload, named, leftOut []*manifest.Object) lint.Report {
	names := func(definitions []*manifest.Object) string {
		var out []string
		for _, o := range definitions {
			out = append(out, o.StringAt("spec", "names", "plural"))
		}
		slices.Sort(out)
		return enumerate(slices.Compact(out))
	}
	return lint.Report{
		Severity: lint.Warning,
		Object:   w.Object,
		Related:  leftOut,
		Message: fmt.Sprintf("this hook deletes the %s while the operator still runs, but no %s, which have pods and finalizers too: "+
			"they stay behind, and once the operator is gone nothing can finish their deletion", names(named), names(leftOut)),
	}
}

func group(definition *manifest.Object) string { return definition.StringAt("spec", "group") }

// namesKind reports whether a command names a kind in one of the ways that kubectl
// takes.
func namesKind(spoken map[string]bool, definition *manifest.Object) bool {
	names := manifest.MapAt(definition.Fields, "spec", "names")
	words := append(manifest.StringsAt(names, "shortNames"),
		manifest.StringAt(names, "plural"), manifest.StringAt(names, "singular"), manifest.StringAt(names, "kind"))
	return slices.ContainsFunc(words, func(word string) bool { return spoken[strings.ToLower(word)] })
}

func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') }) {
		words[word] = true
	}
	return words
}

// runsPods reports whether objects of a kind say how many pods they want.
func runsPods(definition *manifest.Object) bool {
	for _, version := range manifest.ListAt(definition.Fields, "spec", "versions") {
		spec := manifest.MapAt(version, "schema", "openAPIV3Schema", "properties", "spec", "properties")
		if spec["replicas"] != nil || spec["replicaCount"] != nil || manifest.MapAt(version, "subresources", "scale") != nil {
			return true
		}
	}
	return false
}

// ownFinalizers reports whether a role of the release is for setting the finalizers
// of a kind.
func ownFinalizers(p *lint.Pass, definition *manifest.Object) bool {
	finalizers := definition.StringAt("spec", "names", "plural") + "/finalizers"
	return slices.ContainsFunc(p.Roles(), func(o *manifest.Object) bool {
		return slices.ContainsFunc(manifest.ListAt(o.Fields, "rules"), func(rule any) bool {
			return slices.Contains(manifest.StringsAt(rule, "apiGroups"), group(definition)) && slices.Contains(manifest.StringsAt(rule, "resources"), finalizers)
		})
	})
}
