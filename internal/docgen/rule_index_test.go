package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestIndexLeadsFromSymptoms(t *testing.T) {
	seen := func(where lint.Where, what string) lint.Symptom { return lint.Symptom{Where: where, What: what} }
	all := []*lint.Rule{
		{Name: "a", Step: lint.StepUpgrade, Title: "one", Doc: lint.Doc{Symptoms: []lint.Symptom{seen(lint.InPods, "they wait"), seen(lint.AtUpgrade, "`no`")}}},
		{Name: "b", Step: lint.StepInstall, Title: "two", Doc: lint.Doc{Symptoms: []lint.Symptom{seen(lint.AtUpgrade, "`no`")}}},
	}
	assert.Equal(t, "| where | what you see | look at |\n|---|---|---|\n"+
		"| `helm upgrade` | `no` | [`a`](a.md), [`b`](b.md) |\n"+
		"| the pods | they wait | [`a`](a.md) |\n", symptomTable(all))
	text := index(all)
	assert.Less(t, strings.Index(text, "### install\n\n- [`b`](b.md)"), strings.Index(text, "### upgrade\n\n- [`a`](a.md)"))
}

// TestEveryRuleIsFoundByASymptom: whoever meets a hazard does not know its name.
func TestEveryRuleIsFoundByASymptom(t *testing.T) {
	table := symptomTable(rules.All())
	for _, r := range rules.All() {
		assert.Contains(t, table, ruleLink(r))
		for _, s := range r.Doc.Symptoms {
			assert.Contains(t, lint.Places(), s.Where, r.Name)
			assert.NotEmpty(t, s.What, r.Name)
			assert.NotContains(t, s.What, "|", "%s: the table would break", r.Name)
			assert.False(t, strings.HasSuffix(s.What, "."), "%s: %s ends in a full stop", r.Name, s.What)
		}
	}
}
