package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// requirement is one condition of a label selector.
type requirement struct {
	key, operator string
	values        []string
	// label says that it is an entry of matchLabels.
	label bool
}

// requirements returns the conditions of a label selector, all of which must
// be met.
func requirements(selector map[string]any) []requirement {
	var out []requirement
	labels := manifest.StringMapAt(selector, "matchLabels")
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, requirement{key: key, operator: "In", values: []string{labels[key]}, label: true})
	}
	for _, e := range manifest.ListAt(selector, "matchExpressions") {
		out = append(out, requirement{
			key:      manifest.StringAt(e, "key"),
			operator: manifest.StringAt(e, "operator"),
			values:   manifest.StringsAt(e, "values"),
		})
	}
	return out
}

func (r requirement) met(labels map[string]string) bool {
	var values []any
	for _, v := range r.values {
		values = append(values, v)
	}
	return inventory.Selects(map[string]any{
		"matchExpressions": []any{map[string]any{"key": r.key, "operator": r.operator, "values": values}},
	}, labels)
}

// String writes the condition as kubectl -l takes it.
func (r requirement) String() string {
	switch {
	case r.operator == "In" && len(r.values) == 1:
		return r.key + "=" + r.values[0]
	case r.operator == "Exists":
		return r.key
	case r.operator == "DoesNotExist":
		return "!" + r.key
	}
	return fmt.Sprintf("%s %s (%s)", r.key, strings.ToLower(r.operator), strings.Join(r.values, ","))
}

// selectorText writes a label selector as kubectl -l takes it.
func selectorText(selector map[string]any) string {
	if selector == nil {
		return "no pod (it has no labelSelector)"
	}
	var out []string
	for _, r := range requirements(selector) {
		out = append(out, r.String())
	}
	if len(out) == 0 {
		return "all pods"
	}
	return strings.Join(out, ",")
}

// setByController reports whether a pod's controller sets the label, so that no
// pod template shows it.
func setByController(key string) bool {
	switch key {
	case "pod-template-hash", "controller-revision-hash", "pod-template-generation", "controller-uid", "job-name",
		"batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/job-completion-index",
		"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index":
		return true
	}
	return false
}
