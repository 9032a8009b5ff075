package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// TestRelatedAreBounded: a finding that concerns thousands of objects names the
// first of them.
func TestRelatedAreBounded(t *testing.T) {
	const objects = 3 * lint.MostRelated
	var text strings.Builder
	for i := range objects {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: n%d}\n", i)
	}
	stream, err := manifest.Parse([]byte(text.String()))
	require.NoError(t, err)
	rule := &lint.Rule{Name: "all-concern-one-another", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for _, related := range [][]*manifest.Object{p.Objects[1:], p.Objects[1:3]} {
			p.Report(lint.Report{Object: p.Objects[0], Message: "m", Related: related})
		}
	}}
	findings := lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rule})
	require.Len(t, findings, 2)
	for _, f := range findings {
		assert.Equal(t, "n1", f.Related[0].Name)
	}
	assert.ElementsMatch(t, []int{lint.MostRelated, 2}, []int{len(findings[0].Related), len(findings[1].Related)})
}
