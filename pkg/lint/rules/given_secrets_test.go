package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func TestGivenSecrets(t *testing.T) {
	const (
		values  = "auth: {password: \"\", existingSecret: \"\"}\nmetrics: {enabled: false}\n"
		own     = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: own}\nstringData: {password: '{{ .Values.auth.password | default \"x\" }}'}\n"
		unless  = "{{- if not .Values.auth.existingSecret }}\n" + own + "{{- end }}\n"
		given   = "{{ .Values.auth.existingSecret | default \"own\" }}"
		missing = "the chart then does not make Secret/own, which these pods still read"
		ignored = "nothing reads the Secret that it names; the chart makes Secret/own all the same"
	)
	pods := func(kind, name, secret string) string {
		return "---\napiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a, envFrom: [{secretRef: {name: '" + secret + "'}}]}]}}}\n"
	}
	tests := []struct {
		name, template string
		want, says     string // the object, or nothing
	}{
		{"the Secret is left out, and read all the same", unless + pods("StatefulSet", "db", "own"), "StatefulSet/db", missing},
		{"one of two workloads reads it", unless + pods("StatefulSet", "db", given) + pods("Deployment", "web", "own"), "Deployment/web", missing},
		{"one of a hook", unless + pods("StatefulSet", "db", given) + jobNeeding("hook: post-install", strings.ReplaceAll(secretRef, "name: s}", "name: own}")), "Job/j", missing},
		{"the value is forgotten", own + pods("StatefulSet", "db", "own"), "StatefulSet/db", ignored},
		{"it is read, and no other is made", unless + pods("StatefulSet", "db", given), "", ""},
		{"it is read, and the chart's own is made beside it", own + pods("StatefulSet", "db", given), "", ""},
		{"the chart's own is for something else", strings.ReplaceAll(own, ".Values.auth.password", ".Values.other") + pods("StatefulSet", "db", "own"), "", ""},
		{"the chart's own is made, and nobody reads it", own + pods("StatefulSet", "db", "other"), "", ""},
		{"optional", unless + strings.ReplaceAll(pods("StatefulSet", "db", "own"), "{name: 'own'}", "{name: own, optional: true}"), "", ""},
		{"a test", unless + pods("StatefulSet", "db", given) + jobNeeding("hook: test", strings.ReplaceAll(secretRef, "name: s}", "name: own}")), "", ""},
		{"one that somebody else makes", unless + pods("StatefulSet", "db", "theirs"), "", ""},
		{"one that a Job of the chart makes, unless a password is given", "{{- if .Values.auth.password }}\n" + own + "{{- end }}\n" + pods("StatefulSet", "db", "own"), "", ""},
		{"in another namespace", strings.ReplaceAll(unless, "{name: own}", "{name: own, namespace: far}") + pods("StatefulSet", "db", "own"), "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			findings := probed(t, rules.ExistingClaimIgnored, test.template, values)
			if test.want == "" {
				assert.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			assert.Equal(t, test.want, findings[0].Object.String())
			assert.Equal(t, lint.Error, findings[0].Severity)
			assert.Contains(t, findings[0].Message, "auth.existingSecret is accepted")
			assert.Contains(t, findings[0].Message, test.says)
			assert.Equal(t, "--set auth.existingSecret=secret-1-of-yours", findings[0].Case)
		})
	}
	findings := probed(t, rules.ExistingClaimIgnored, unless+pods("StatefulSet", "db", "own")+pods("Deployment", "web", "own"), values)
	require.Len(t, findings, 1, "one cause, one finding")
	assert.Contains(t, findings[0].Message, "and so do those of StatefulSet/db")

	user := map[string]any{"auth": map[string]any{"existingSecret": "mine"}}
	r, err := stateful.Lint(t.Context(), []string{chartOf(t, own+pods("StatefulSet", "db", "own"), values)}, stateful.LintOptions{Rules: []*lint.Rule{rules.ExistingClaimIgnored}, Values: user})
	require.NoError(t, err)
	require.Len(t, r.Findings, 1, "the user's own Secret needs no probe")
	assert.Equal(t, "flags", r.Findings[0].Case)
}
