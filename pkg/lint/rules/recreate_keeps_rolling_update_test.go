package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestRecreateKeepsRollingUpdate(t *testing.T) {
	later := func(strategy string) string {
		return deployment("app: web", "{{ if .Release.IsUpgrade }}strategy: "+strategy+"{{ end }}", "")
	}
	check(t, rules.RecreateKeepsRollingUpdate, []scenario{
		{name: "becomes Recreate", template: later("{type: Recreate}"), want: []string{"error Deployment/web spec.strategy"}},
		{name: "the null does not help", template: later("{type: Recreate, rollingUpdate: null}"), want: []string{"error Deployment/web spec.strategy"}},
		{name: "Recreate from the start", template: deployment("app: web", "strategy: {type: Recreate}", "")},
		{name: "no surge", template: later("{rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}")},
	})
}

func TestRecreateIsRefusedToServerSideApplyAlone(t *testing.T) {
	findings := found(t, rules.RecreateKeepsRollingUpdate, rules.RecreateKeepsRollingUpdate.Doc.Before, "")
	require.Len(t, findings, 1)
	for _, step := range findings[0].Breaks {
		assert.Contains(t, step, "(Helm 4)")
	}
	assert.Contains(t, findings[0].Verdict, "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")
}

// TestRollbackToRecreate: what the upgrade has filled in is in the way back.
func TestRollbackToRecreate(t *testing.T) {
	findings := compare(t, rules.RecreateKeepsRollingUpdate, deployment("app: web", "strategy: {type: Recreate}", ""), deployment("app: web", "strategy: {type: RollingUpdate}", ""))
	require.Len(t, findings, 1)
	assert.Equal(t, []string{"rollback (Helm 4)"}, findings[0].Breaks)
	assert.Equal(t, "helm rollback release-name --namespace default", findings[0].Commands[1])
}
