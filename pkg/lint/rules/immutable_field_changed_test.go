package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestImmutableFieldChanged(t *testing.T) {
	base := claimSet("db", "a: b")
	job := migration("", "1")
	checkUpgrades(t, rules.ImmutableFieldChanged, []upgradeCase{
		{"label of a claim template", base, claimSet("db", "a: c"), []string{"error StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.a"}},
		{"absent to not the default", base, strings.Replace(base, "spec:\n  selector", "spec:\n  podManagementPolicy: Parallel\n  selector", 1), []string{"error StatefulSet/db spec.podManagementPolicy"}},
		{"a Job", job, migration("", "2"), []string{"error Job/migrate spec.template.spec.containers[0].image"}},
		{"selector", deployment("app: web", "", ""), strings.ReplaceAll(deployment("app: web", "", ""), "app: web", "app: site"), []string{"error Deployment/web spec.selector.matchLabels.app"}},
		{"absent to the default", base, strings.Replace(base, "spec:\n  selector", "spec:\n  podManagementPolicy: OrderedReady\n  selector", 1), nil},
		{"what may change", base, strings.Replace(base, "image: db", "image: other", 1), nil},
		{"random in both", claimSet("db", "a: x{{ randAlpha 5 }}"), claimSet("db", "a: x{{ randAlpha 5 }}"), nil},
		{"a Job under another name", job, strings.Replace(migration("", "2"), "name: migrate,", "name: migrate2,", 1), nil},
		{"the same", base, base, nil},
	})
}

func TestImmutableFieldChangedSaysWhatToDo(t *testing.T) {
	findings := compare(t, rules.ImmutableFieldChanged, claimSet("db", "a: b"), claimSet("db", "a: c"))
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Message, "`kubectl delete statefulset db --cascade=orphan`")
	assert.Equal(t, []string{"upgrade (Helm 3 and 4)"}, findings[0].Breaks)
	assert.Contains(t, findings[0].Verdict, "field is immutable")
}
