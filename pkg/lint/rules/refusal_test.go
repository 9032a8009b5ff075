package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func TestFieldPath(t *testing.T) {
	for text, want := range map[string]manifest.Path{
		"spec.ports[0].name":                     {"spec", "ports", 0, "name"},
		"metadata.labels[app.kubernetes.io/x]":   {"metadata", "labels", "app.kubernetes.io/x"},
		`spec.selector["a b"]`:                   {"spec", "selector", "a b"},
		`spec.ports[port=80,protocol="TCP"].x`:   {"spec", "ports"},
		"spec.ports[0":                           {"spec", "ports"},
		"data":                                   {"data"},
		"":                                       nil,
		"spec.persistentvolumesource":            {"spec", "persistentvolumesource"},
		"spec.template.spec.volumes[2].hostPath": {"spec", "template", "spec", "volumes", 2, "hostPath"},
	} {
		assert.Equal(t, want, rules.FieldPath(text), text)
	}
}

func FuzzFieldPath(f *testing.F) {
	for _, text := range []string{"spec.ports[0].name", "metadata.labels[a.b/c]", `a["b"]`, "a[", "a[b=c]", "]", "..", "[]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		assert.LessOrEqual(t, len(rules.FieldPath(text)), len(text))
	})
}
