package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func parsed(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("f", []byte(text), someRules)
	require.NoError(t, err)
	return c
}

func TestWeigh(t *testing.T) {
	rules := []*lint.Rule{{Name: "claim-not-found", Severity: lint.Error}, {Name: "shared-name", Severity: lint.Warning}, {Name: "size-shrinks", Severity: lint.Error}}
	findings := []lint.Finding{
		{Rule: "claim-not-found", Severity: lint.Error},
		{Rule: "claim-not-found", Severity: lint.Info},
		{Rule: "shared-name", Severity: lint.Warning},
		{Rule: "shared-name", Severity: lint.Info},
		{Rule: "size-shrinks", Severity: lint.Error},
	}
	parsed(t, "rules: {claim-not-found: warning, shared-name: error}\n").Weigh(findings, rules)
	var got []lint.Severity
	for _, f := range findings {
		got = append(got, f.Severity)
	}
	assert.Equal(t, []lint.Severity{lint.Warning, lint.Info, lint.Error, lint.Info, lint.Error}, got)
}

func TestDirectives(t *testing.T) {
	finding := lint.Finding{Rule: "shared-name", Object: manifest.ID{Kind: "Secret", Name: "db-password"}}
	now := time.Date(2027, 1, 31, 23, 59, 0, 0, time.UTC)
	tests := map[string]struct {
		entry   string
		ignored bool
	}{
		"rule":         {"", true},
		"kind":         {"kind: Secret", true},
		"other kind":   {"kind: ConfigMap", false},
		"name":         {"name: db-*", true},
		"other name":   {"name: web-*", false},
		"chart":        {"chart: db", true},
		"chart folder": {"chart: charts/*", true},
		"other chart":  {"chart: web", false},
		"other folder": {"chart: more/*", false},
		"last day":     {"until: 2027-01-31", true},
		"past":         {"until: 2027-01-30", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := parsed(t, "ignore: [{rule: shared-name, reason: known, "+test.entry+"}]\n")
			findings := []lint.Finding{finding, {Rule: "size-shrinks", Object: finding.Object}}
			lint.SetAside(findings, c.Directives("charts/db", "db", now))
			assert.Equal(t, test.ignored, findings[0].Ignored != nil)
			assert.Nil(t, findings[1].Ignored)
			if test.ignored {
				assert.Equal(t, &lint.Ignore{Reason: "known", Source: lint.IgnoredByConfig, Place: "f:1"}, findings[0].Ignored)
			}
		})
	}
}

func TestFlagsWin(t *testing.T) {
	no := false
	c := Flags{FailOn: "none", Probe: &no, KubeVersion: "1.30", Only: []string{"claim-not-found", "shared-name"}, Skip: []string{"shared-name"}, Baseline: "here"}.
		over(parsed(t, "rules: {claim-not-found: off}\nfailOn: info\nprobe: true\nhelm: [3]\n"), someRules)
	assert.Equal(t, FailOn("none"), c.FailOn)
	assert.False(t, *c.Probe)
	assert.Equal(t, Version("1.30"), c.KubeVersion)
	assert.Equal(t, map[string]Level{"claim-not-found": Own, "shared-name": Off, "size-shrinks": Off}, c.Rules)
	assert.Equal(t, "here", c.BaselineFile())
	for key, want := range map[string]string{"failOn": "--fail-on", "probe": "--probe", "helm": "f:4", "rules.claim-not-found": "--only", "rules.shared-name": "--skip", "rules.size-shrinks": "--only", "values": "default"} {
		assert.Equal(t, want, c.Place(key), key)
	}
}

func TestCases(t *testing.T) {
	c, err := Parse("charts/f", []byte("values: [{name: a, files: [x.yaml, /y.yaml]}, {name: b, charts: web, files: [z.yaml]}]\n"), someRules)
	require.NoError(t, err)
	assert.Equal(t, []ValuesCase{{Name: "a", Files: []Text{"charts/x.yaml", "/y.yaml"}}}, c.Cases("charts/db", "db"))
	assert.Len(t, c.Cases("charts/x", "web"), 2)
}

func TestMatter(t *testing.T) {
	findings := []lint.Finding{
		{Rule: "a", Breaks: []string{"rollback (Helm 3; Helm 4 with --server-side=false)"}},
		{Rule: "b", Breaks: []string{"upgrade (Helm 4)"}},
		{Rule: "c", Breaks: []string{"upgrade (Helm 3 and 4)"}},
		{Rule: "d", Breaks: []string{"upgrade (Helm 4)", "pods never start"}},
		{Rule: "e"},
	}
	for text, want := range map[string]string{"": "abcde", "helm: [3]\n": "acde", "helm: [4]\n": "bcde", "helm: [3, 4]\n": "abcde"} {
		got := ""
		for _, f := range parsed(t, text).Matter(findings) {
			got += f.Rule
		}
		assert.Equal(t, want, got, text)
	}
	assert.Equal(t, []string{"pods never start"}, parsed(t, "helm: [3]\n").Matter(findings)[2].Breaks)
}
