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
			Template: &lint.Template{Path: "templates/pvc.yaml"}, Fingerprint: name,
		}
		for _, r := range related {
			f.Related = append(f.Related, claim(r))
		}
		return f
	}
	elsewhere := finding("ci", "b")
	elsewhere.Template = &lint.Template{Path: "templates/other.yaml"}
	otherField := finding("ci", "b")
	otherField.Field = "spec"
	aside := finding("ci", "b")
	aside.Ignored = &lint.Ignore{Reason: "known"}
	otherChart := finding("ci", "b")
	otherChart.ChartPath = "other"
	tests := []struct {
		name        string
		first, next []lint.Finding
		want        []string
	}{
		{"the only object of a template has another name", []lint.Finding{finding("default", "a")}, []lint.Finding{finding("ci", "b")}, []string{"a default ci"}},
		{"two objects of a template", []lint.Finding{finding("default", "a")}, []lint.Finding{finding("ci", "a"), finding("ci", "b")}, []string{"a default ci", "b ci"}},
		{"two of one case", []lint.Finding{finding("default", "a"), finding("default", "b")}, nil, []string{"a default", "b default"}},
		{"another template", []lint.Finding{finding("default", "a")}, []lint.Finding{elsewhere}, []string{"a default", "b ci"}},
		{"another field", []lint.Finding{finding("default", "a")}, []lint.Finding{otherField}, []string{"a default", "b ci"}},
		{"another chart", []lint.Finding{finding("default", "a")}, []lint.Finding{otherChart}, []string{"a default", "b ci"}},
		{"one is set aside", []lint.Finding{finding("default", "a")}, []lint.Finding{aside}, []string{"a default", "b ci"}},
		{"one is related to the other", []lint.Finding{finding("default", "a", "b"), finding("default", "c")}, []lint.Finding{elsewhere}, []string{"a default ci", "c default"}},
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
	worse := finding("ci", "b")
	worse.Severity = lint.Error
	merged := lint.Merge([]lint.Finding{finding("default", "a")}, []lint.Finding{worse})
	if assert.Len(t, merged, 1) {
		assert.Equal(t, lint.Error, merged[0].Severity)
		assert.Equal(t, []string{"default", "ci"}, merged[0].Cases)
	}
}
