package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

func TestRuleList(t *testing.T) {
	list := []*lint.Rule{
		{Name: "one", Step: lint.StepUpgrade, Severity: lint.Error, Title: "a title of some words", Fix: &lint.Fix{Safety: lint.OnRequest}},
		{Name: "number-two", Step: lint.StepRun, Severity: lint.Info, Title: "short"},
	}
	assert.Equal(t, `STEP     RULE        SEVERITY  FIX
upgrade  one         error     on request
         a title of
         some words
run      number-two  info      -
         short
`, RuleList(list, 20))
}
