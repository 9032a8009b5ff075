package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var someRules = []string{"claim-not-found", "shared-name", "size-shrinks"}

const whole = `# what a repository may say
rules:
  claim-not-found: off
  shared-name: info
failOn: warning
probe: false
kubeVersion: "1.31"
apiVersions: [monitoring.coreos.com/v1]
helm: [4]
values:
- name: production
  charts: charts/db-*
  files: [values/production.yaml, values/secrets.yaml]
ignore:
- rule: shared-name
  kind: Secret
  name: db-*
  chart: db
  until: 2027-01-31
  reason: one release per namespace
baseline: .helm-stateful-baseline
fix: safe, shared-name
retention: delete
`

func TestParse(t *testing.T) {
	c, err := Parse("dir/.helm-stateful.yaml", []byte(whole), someRules)
	require.NoError(t, err)
	assert.Equal(t, map[string]Level{"claim-not-found": Off, "shared-name": Info}, c.Rules)
	assert.Equal(t, FailOn("warning"), c.FailOn)
	require.NotNil(t, c.Probe)
	assert.False(t, *c.Probe)
	assert.Equal(t, Version("1.31"), c.KubeVersion)
	assert.Equal(t, []string{"monitoring.coreos.com/v1"}, c.APIVersions)
	assert.Equal(t, []HelmVersion{4}, c.Helm)
	assert.Equal(t, []ValuesCase{{Name: "production", Charts: "charts/db-*", Files: []Text{"values/production.yaml", "values/secrets.yaml"}}}, c.Values)
	require.Len(t, c.Ignore, 1)
	assert.Equal(t, Date("2027-01-31"), c.Ignore[0].Until)
	assert.Equal(t, "dir/.helm-stateful-baseline", c.BaselineFile())
	assert.Equal(t, "dir/.helm-stateful.yaml:3", c.Place("rules.claim-not-found"))
	assert.Equal(t, "dir/.helm-stateful.yaml:15", c.Place("ignore[0]"))
	assert.Equal(t, "default", c.Place("timeout"))
}

func TestParseNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing yet\n", "---\n", "{}"} {
		c, err := Parse("f", []byte(text), someRules)
		require.NoError(t, err, "%q", text)
		assert.Empty(t, c.Rules)
	}
}

// mistakes are files that are wrong, and what is said of them.
var mistakes = map[string]struct{ text, want string }{
	"key":              {"probe: true\nfailon: error\n", `f:2: there is no key "failon"; is failOn meant?`},
	"key far off":      {"zzzzzz: 1\n", `f:1: there is no key "zzzzzz"; there are rules, failOn, probe, kubeVersion`},
	"key of an ignore": {"ignore:\n- rule: shared-name\n  resaon: x\n  reason: x\n", `f:3: ignore[0]: there is no key "resaon"; is reason meant?`},
	"rule":             {"rules:\n  claim-not-fond: off\n", `f:2: rules: there is no rule "claim-not-fond"; is claim-not-found meant?`},
	"rule of ignore":   {"ignore: [{rule: shared-names, reason: x}]\n", `f:1: ignore[0].rule: there is no rule "shared-names"; is shared-name meant?`},
	"rule far off":     {"rules:\n  xyz: off\n", `there is no rule "xyz": helm stateful rules lists them`},
	"severity":         {"rules:\n  shared-name: fatal\n", `f:2: rules.shared-name: "fatal" is none of off, info, warning, error`},
	"severity is null": {"rules:\n  shared-name:\n", `f:2: rules.shared-name: has no value`},
	"severity is bool": {"rules:\n  shared-name: false\n", `f:2: rules.shared-name: must be a string`},
	"own":              {"rules:\n  shared-name: own\n", `"own" is none of`},
	"failOn":           {"failOn: often\n", `f:1: failOn: "often" is none of none, info, warning, error`},
	"failOn number":    {"failOn: 3\n", `f:1: failOn: must be a string`},
	"probe":            {"probe: yes\n", `f:1: probe: must be true or false`},
	"kubeVersion":      {"kubeVersion: newest\n", `f:1: kubeVersion: "newest" is no version such as v1.37.0`},
	"kubeVersion 1.31": {"kubeVersion: 1.31\n", `f:1: kubeVersion: must be a string; quote it`},
	"helm":             {"helm: [2]\n", `f:1: helm[0]: must be 3 or 4`},
	"helm string":      {"helm: [\"3\"]\n", `f:1: helm[0]: must be 3 or 4`},
	"helm no list":     {"helm: 3\n", `f:1: helm: must be a list`},
	"empty list":       {"apiVersions: []\n", `f:1: apiVersions: the list is empty`},
	"no reason":        {"ignore:\n- rule: shared-name\n", `f:2: ignore[0]: reason is missing`},
	"blank reason":     {"ignore:\n- rule: shared-name\n  reason: ' '\n", `f:3: ignore[0].reason: must not be empty`},
	"no rule":          {"ignore:\n- reason: x\n", `f:2: ignore[0]: rule is missing`},
	"until":            {"ignore: [{rule: shared-name, reason: x, until: 2027-02-31}]\n", `"2027-02-31" is no date such as 2027-01-31`},
	"until tomorrow":   {"ignore: [{rule: shared-name, reason: x, until: tomorrow}]\n", `"tomorrow" is no date`},
	"no files":         {"values: [{name: x}]\n", `f:1: values[0]: files is missing`},
	"no name":          {"values: [{files: [a]}]\n", `f:1: values[0]: name is missing`},
	"list":             {"- a\n", `f:1: the file must hold keys and values`},
	"rules is a list":  {"rules: [a]\n", `f:1: rules: must hold keys and values`},
}

// onlyHere are mistakes that a JSON schema has no words for.
var onlyHere = map[string]struct{ text, want string }{
	"twice":         {"probe: true\nprobe: false\n", `f:2: probe stands here a second time`},
	"two documents": {"probe: true\n---\nprobe: false\n", `f: holds more than one YAML document`},
	"bracket":       {"values: [{name: x, charts: 'a[', files: [a]}]\n", `"a[" is no glob: a bracket is not closed`},
	"no YAML":       {"probe: true\n  a: [\n", `f:2: `},
}

func TestMistakesAreNamed(t *testing.T) {
	for _, group := range []map[string]struct{ text, want string }{mistakes, onlyHere} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				_, err := Parse("f", []byte(test.text), someRules)
				require.ErrorContains(t, err, test.want)
			})
		}
	}
}

func TestAllMistakesAreSaidAtOnce(t *testing.T) {
	_, err := Parse("f", []byte("a: 1\nb: 2\nprobe: 3\n"), someRules)
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3)
}

func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("a: &x {b: *x}\n")
	for _, test := range mistakes {
		f.Add(test.text)
	}
	for _, test := range onlyHere {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f", []byte(text), someRules)
		if (c == nil) == (err == nil) {
			t.Fatalf("neither a configuration nor an error, or both: %v, %v", c, err)
		}
		if err != nil {
			return
		}
		var once, twice strings.Builder
		if err := Print(&once, c.Settings(Defaults{FailOn: "error", KubeVersion: "v1.37.0"})); err != nil {
			t.Fatal(err)
		}
		again, err := Parse("f", []byte(once.String()), someRules)
		if err != nil {
			t.Fatalf("what is printed cannot be read: %v\n%s", err, once.String())
		}
		if err := Print(&twice, again.Settings(Defaults{})); err != nil {
			t.Fatal(err)
		}
		if a, b := placeless(once.String()), placeless(twice.String()); a != b {
			t.Fatalf("printed:\n%s\nread, and printed again:\n%s", a, b)
		}
	})
}

// placeless is a printed configuration without the comments, which say where
// each line comes from.
func placeless(printed string) string {
	var b strings.Builder
	for line := range strings.Lines(printed) {
		b.WriteString(line[:max(0, strings.LastIndex(line, "  # "))] + "\n")
	}
	return b.String()
}
