package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

func TestJUnitIsReadBack(t *testing.T) {
	text := written(t, JUnit{FailOn: lint.Error, Rules: someRules}, everything())
	var got junitSuites
	require.NoError(t, xml.Unmarshal([]byte(text), &got))
	require.Len(t, got.Suites, len(everything().Charts)+1, "each chart, and the bare stream")

	var sum junitCounts
	for _, suite := range got.Suites {
		var counted junitCounts
		for _, c := range suite.Cases {
			counted.add(c.counts())
		}
		assert.Equal(t, counted, suite.junitCounts, suite.Name)
		assert.NotZero(t, suite.Tests, suite.Name)
		sum.add(counted)
	}
	assert.Equal(t, sum, got.junitCounts)
	assert.Equal(t, junitCounts{Tests: 12, Failures: 2, Errors: 2, Skipped: 6}, got.junitCounts)

	names := []string{}
	for _, c := range got.Suites[4].Cases {
		names = append(names, c.Name)
	}
	assert.Contains(t, names[1], "<script>alert('x')</script> ]]>", "what a chart wrote comes through as text")
}

func TestJUnitFailsWhereTheRunDoes(t *testing.T) {
	for at, failures := range map[lint.Severity]int{0: 0, lint.Error: 2, lint.Warning: 4, lint.Info: 6} {
		var got junitSuites
		require.NoError(t, xml.Unmarshal([]byte(written(t, JUnit{FailOn: at}, everything())), &got))
		assert.Equal(t, failures, got.Failures, "--fail-on %s", at)
	}
	assert.True(t, strings.HasPrefix(written(t, JUnit{}, New(nil, nil)), xml.Header))
}
