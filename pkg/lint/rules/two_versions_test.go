package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// An upgradeCase is an old template, the new one, and what a rule says of the upgrade.
type upgradeCase struct {
	name, old, next string
	want            []string
}

// checkUpgrades runs the cases of a rule about two versions.
func checkUpgrades(t *testing.T, rule *lint.Rule, cases []upgradeCase) {
	t.Helper()
	silent, speaks := false, false
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range compare(t, rule, c.old, c.next) {
				got = append(got, strings.TrimSpace(f.Severity.String()+" "+f.Object.String()+" "+f.Field))
			}
			assert.Equal(t, c.want, got)
		})
		silent = silent || len(c.want) == 0
		speaks = speaks || len(c.want) > 0
	}
	assert.True(t, silent && speaks, "a rule is proved by a case it catches and a near-miss it leaves alone")
}
