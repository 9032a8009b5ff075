package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestLookupGatesObject(t *testing.T) {
	gated := func(gate, object string) string { return "{{- if " + gate + " }}\n" + object + "{{- end }}\n" }
	const unlessFound = `not (lookup "v1" "Secret" .Release.Namespace "s")`
	object := func(kind, annotations string) string {
		return "apiVersion: v1\nkind: " + kind + "\nmetadata:\n  name: s\n  annotations: {a: b" + annotations + "}\n"
	}
	check(t, rules.LookupGatesObject, []scenario{
		{name: "a Secret unless it is found", template: gated(unlessFound, object("Secret", "")), want: []string{"error Secret/s"}},
		{name: "any kind unless it is found", template: gated(`not (lookup "v1" "ConfigMap" .Release.Namespace "s")`, object("ConfigMap", "")), want: []string{"error ConfigMap/s"}},
		{name: "a Secret of the install alone", template: gated(".Release.IsInstall", object("Secret", "")), want: []string{"error Secret/s"}},
		{name: "at an upgrade it is looked for", template: gated("or .Release.IsInstall ("+unlessFound+")", object("Secret", "")), want: []string{"error Secret/s"}},
		{name: "a name of its own each time", template: gated(".Release.IsInstall", strings.Replace(object("Secret", ""), "name: s", "name: s-{{ randAlphaNum 5 | lower }}", 1))},
		{name: "kept", template: gated(unlessFound, object("Secret", ", helm.sh/resource-policy: keep"))},
		{name: "a hook", template: gated(unlessFound, object("Secret", ", helm.sh/hook: pre-install"))},
		{name: "a ConfigMap of the install alone", template: gated(".Release.IsInstall", object("ConfigMap", ""))},
		{name: "a Job of the install alone", template: "{{ if .Release.IsInstall }}\n" + migration("", "1") + "{{ end }}\n"},
		{name: "rendered either way", template: object("Secret", "") + "data: {p: {{ dig \"data\" \"p\" \"eA==\" (lookup \"v1\" \"Secret\" .Release.Namespace \"s\") }}}\n"},
		{name: "a lookup of somebody else's", template: gated(`not (lookup "v1" "Secret" "other" "theirs")`, object("Secret", ""))},
	})
}
