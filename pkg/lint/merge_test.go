package lint_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// TestMergeTellsACauseOnce merges what two values cases find, "name severity
// case…" for each finding.
func TestMergeTellsACauseOnce(t *testing.T) {
	claim := func(name string) manifest.ID {
		return manifest.ID{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: "default", Name: name}
	}
	finding := func(values, name string, related ...string) lint.Finding {
		f := lint.Finding{
			Rule: "shared-name", Severity: lint.Info, ChartPath: "chart", Case: values, Object: claim(name), Field: "metadata.name",
			Template: &lint.Template{Path: "templates/pvc.yaml"}, Fingerprint: name, Message: name + "-0 is shared",
		}
		for _, r := range related {
			f.Related = append(f.Related, claim(r))
		}
		return f
	}
	elsewhere := finding("ci", "own-b")
	elsewhere.Template = &lint.Template{Path: "templates/other.yaml"}
	otherField := finding("ci", "own-b")
	otherField.Field = "spec"
	otherMessage := finding("ci", "own-b")
	otherMessage.Message = "claim x is shared"
	aside := finding("ci", "own-b")
	aside.Ignored = &lint.Ignore{Reason: "known"}
	otherChart := finding("ci", "own-b")
	otherChart.ChartPath = "other"
	refused := func(values, kind, field string) lint.Finding {
		f := finding(values, "own-a")
		f.Object.Kind, f.Field, f.Verdict, f.Fingerprint = kind, field, kind+" is invalid", kind
		return f
	}
	tests := []struct {
		name        string
		first, next []lint.Finding
		want        []string
	}{
		{"the only object of a template has another name", []lint.Finding{finding("default", "own-a")}, []lint.Finding{finding("ci", "own-b")}, []string{"own-a default ci"}},
		{"two objects of a template", []lint.Finding{finding("default", "own-a")}, []lint.Finding{finding("ci", "own-a"), finding("ci", "own-b")}, []string{"own-a default ci", "own-b ci"}},
		{"a workload of another kind is refused", []lint.Finding{refused("default", "Deployment", "spec.a")}, []lint.Finding{refused("ci", "StatefulSet", "spec.a")}, []string{"own-a default ci"}},
		{"for another field", []lint.Finding{refused("default", "Deployment", "spec.a")}, []lint.Finding{refused("ci", "StatefulSet", "spec.b")}, []string{"own-a default", "own-a ci"}},
		{"two of one case", []lint.Finding{finding("default", "own-a"), finding("default", "own-b")}, nil, []string{"own-a default", "own-b default"}},
		{"another template", []lint.Finding{finding("default", "own-a")}, []lint.Finding{elsewhere}, []string{"own-a default", "own-b ci"}},
		{"something else is said", []lint.Finding{finding("default", "own-a")}, []lint.Finding{otherMessage}, []string{"own-a default", "own-b ci"}},
		{"another field", []lint.Finding{finding("default", "own-a")}, []lint.Finding{otherField}, []string{"own-a default", "own-b ci"}},
		{"another chart", []lint.Finding{finding("default", "own-a")}, []lint.Finding{otherChart}, []string{"own-a default", "own-b ci"}},
		{"one is set aside", []lint.Finding{finding("default", "own-a")}, []lint.Finding{aside}, []string{"own-a default", "own-b ci"}},
		{"one is related to the other", []lint.Finding{finding("default", "own-a", "own-b"), finding("default", "own-c")}, []lint.Finding{elsewhere}, []string{"own-a default ci", "own-c default"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, f := range lint.Merge(test.first, test.next) {
				text := f.Object.Name
				for _, values := range f.Cases {
					text += " " + values
				}
				got = append(got, text)
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
	worse := finding("ci", "own-b")
	worse.Severity = lint.Error
	merged := lint.Merge([]lint.Finding{finding("default", "own-a")}, []lint.Finding{worse})
	if assert.Len(t, merged, 1) {
		assert.Equal(t, lint.Error, merged[0].Severity)
		assert.Equal(t, []string{"default", "ci"}, merged[0].Cases)
	}
}
