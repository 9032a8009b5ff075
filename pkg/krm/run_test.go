package krm_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/krm"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const list = `# a comment that stays
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name:   data   # odd
    annotations:
      internal.config.kubernetes.io/path: db/pvc.yaml
      internal.config.kubernetes.io/index: '1'
  spec:
    accessModes: [ "ReadWriteOnce" ]
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: odd}
  data:
    folded: >
      a
        more

      b
`

const config = `functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: options}
  data:
`

func run(t *testing.T, in string) (out string, failed bool) {
	t.Helper()
	got, err := krm.Run([]byte(in), rules.All(), cluster.New())
	require.NoError(t, err)
	return string(got.List), got.Failed
}

// resultsOf reads the results as kyaml's framework declares them, and takes no
// key that it does not know.
func resultsOf(t *testing.T, text string) framework.Results {
	t.Helper()
	var list struct {
		Items          []any             `yaml:"items"`
		Kind           string            `yaml:"kind"`
		APIVersion     string            `yaml:"apiVersion"`
		FunctionConfig any               `yaml:"functionConfig"`
		Results        framework.Results `yaml:"results"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&list), text)
	return list.Results
}

func TestRunFixesAndReports(t *testing.T) {
	out, failed := run(t, list)
	assert.False(t, failed)
	before, _, found := strings.Cut(out, "results:\n")
	require.True(t, found, out)
	assert.Equal(t, strings.Replace(list, "      internal.config.kubernetes.io/index: '1'\n", "      internal.config.kubernetes.io/index: '1'\n      helm.sh/resource-policy: keep\n", 1), before, "the rest keeps its bytes")
	got := resultsOf(t, out)
	require.Len(t, got, 1)
	assert.Equal(t, framework.Info, got[0].Severity)
	assert.True(t, strings.HasPrefix(got[0].Message, "fixed (keep the claim): "), got[0].Message)
	assert.Equal(t, "data", got[0].ResourceRef.Name)
	assert.Equal(t, &framework.File{Path: "db/pvc.yaml", Index: 1}, got[0].File)
	assert.Equal(t, "claim-deleted-with-release", got[0].Tags["rule"])

	again, _ := run(t, before)
	assert.Equal(t, before, again, "nothing to say, nothing changed")
	again, _ = run(t, out)
	assert.Empty(t, resultsOf(t, again), "results of before do not stay")
}

func TestRunReportsWhatIsNotFixed(t *testing.T) {
	for name, test := range map[string]struct {
		config string
		failed bool
	}{
		"not failing":  {"    fix: none\n", false},
		"failing":      {"    fix: none\n    failOn: warning\n", true},
		"failing high": {"    fix: none\n    failOn: error\n", false},
		"fixed":        {"    failOn: info\n", false},
		"skipped":      {"    fix: none\n    failOn: info\n    skip: claim-deleted-with-release\n", false},
		"ruled off":    {"    fix: none\n    failOn: info\n    rules: '{claim-deleted-with-release: off}'\n", false},
		"milder":       {"    fix: none\n    failOn: warning\n    rules: |\n      claim-deleted-with-release: info\n", false},
		"worse":        {"    fix: none\n    failOn: error\n    rules: '{claim-deleted-with-release: error}'\n", true},
		"not chosen":   {"    fix: none\n    failOn: info\n    only: claim-not-found, shared-name\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, failed := run(t, list+config+test.config)
			assert.Equal(t, test.failed, failed)
		})
	}
	out, _ := run(t, list+config+"    fix: none\n")
	got := resultsOf(t, out)
	require.Len(t, got, 1)
	assert.Equal(t, framework.Warning, got[0].Severity)
	assert.Equal(t, "safe", got[0].Tags["fixable"])
}

func TestRunTakesASpec(t *testing.T) {
	out, failed := run(t, list+"functionConfig:\n  apiVersion: helm-stateful.io/v1\n  kind: HelmStateful\n  spec:\n    retention: delete\n    only: [claim-deleted-with-release, shared-name]\n")
	assert.False(t, failed)
	assert.Contains(t, out, "helm-stateful.io/on-uninstall: delete")
	assert.Contains(t, out, "fixed (say that the claim may go with the release): helm uninstall deletes this claim")
}

func TestRunTakesIgnores(t *testing.T) {
	spec := func(entry string) string {
		return list + "functionConfig:\n  apiVersion: helm-stateful.io/v1\n  kind: HelmStateful\n  spec:\n    ignore:\n    - rule: claim-deleted-with-release\n      reason: a cache\n" + entry
	}
	out, _ := run(t, spec("      name: da*\n"))
	got := resultsOf(t, out)
	require.Len(t, got, 1)
	assert.Equal(t, "a cache", got[0].Tags["ignored"])
	assert.NotContains(t, out, "helm.sh/resource-policy", "what is ignored is not fixed")

	out, _ = run(t, spec("    rules:\n      claim-deleted-with-release: off\n"))
	assert.Empty(t, resultsOf(t, out))
	out, _ = run(t, spec("      name: other\n"))
	assert.Contains(t, out, "helm.sh/resource-policy: keep")
	out, _ = run(t, spec("      until: 2001-01-01\n"))
	assert.Contains(t, out, "helm.sh/resource-policy: keep", "an entry that has expired ignores nothing")
}

func TestRunTakesOtherForms(t *testing.T) {
	const asJSON = `{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}}]}`
	out, _ := run(t, asJSON)
	assert.Len(t, resultsOf(t, out), 1)
	out, _ = run(t, strings.TrimSuffix(list, "\n"))
	assert.Len(t, resultsOf(t, out), 1)
	const empty = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n"
	out, _ = run(t, empty)
	assert.Equal(t, empty, out)
}

func TestRunHonoursAnnotations(t *testing.T) {
	in := strings.Replace(list, "/index: '1'\n", "/index: '1'\n      helm-stateful.io/ignore.claim-deleted-with-release: a cache\n", 1)
	out, _ := run(t, in)
	assert.Contains(t, out, in)
	got := resultsOf(t, out)
	require.Len(t, got, 1)
	assert.Equal(t, "a cache", got[0].Tags["ignored"])
}

func TestRunRefuses(t *testing.T) {
	for name, test := range map[string]struct{ in, want string }{
		"manifests":     {"apiVersion: v1\nkind: ConfigMap\n", "is no ResourceList"},
		"nothing":       {"", "is no ResourceList"},
		"two documents": {list + "---\n" + list, "more than one YAML document"},
		"no YAML":       {"a: [\n", "ResourceList on standard input: "},
		"key":           {list + config + "    fixx: safe\n", "there is no key data.fixx; is fix meant"},
		"rule":          {list + config + "    only: none\n", `only: there is no rule "none"`},
		"fix":           {list + config + "    fix: some\n", "fix: "},
		"retention":     {list + config + "    retention: shred\n", "must be keep or delete"},
		"failOn":        {list + config + "    failOn: often\n", "must be error, warning, info or none"},
		"ignore":        {list + config + "    ignore: '[{rule: shared-name}]'\n", "functionConfig: ignore[0]: reason is missing"},
		"rules":         {list + config + "    rules: '{shared-nam: off}'\n", `functionConfig: rules: there is no rule "shared-nam"; is shared-name meant?`},
		"a number":      {list + config + "    fix: 3\n", "must be a string"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := krm.Run([]byte(test.in), rules.All(), cluster.New())
			require.ErrorContains(t, err, test.want)
			assert.Nil(t, out.List)
		})
	}
}

// TestFixesAreShownToTheCluster: one that makes an object refused is taken back.
func TestFixesAreShownToTheCluster(t *testing.T) {
	bad := &lint.Rule{Name: "bad", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for _, o := range p.Objects {
			if o.Has("spec", "accessModes") {
				p.Report(lint.Report{Object: o})
			}
		}
	}, Fix: &lint.Fix{Safety: lint.Safe, Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
		return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
			return n, n.PipeE(yaml.Lookup("spec"), yaml.Clear("accessModes"))
		})
	}}}
	const in = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata: {name: a}\n" +
		"  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"
	for name, test := range map[string]struct {
		cluster lifecycle.Cluster
		fixed   bool
	}{"with one": {cluster.New(), false}, "without": {nil, true}} {
		t.Run(name, func(t *testing.T) {
			out, err := krm.Run([]byte(in), []*lint.Rule{bad}, test.cluster)
			require.NoError(t, err)
			require.NotEmpty(t, out.Findings)
			assert.Equal(t, test.fixed, out.Findings[0].Fixed, out.Findings[0].Unfixed)
		})
	}
}

func FuzzRun(f *testing.F) {
	f.Add(list)
	f.Add(list + config + "    fix: all\n")
	f.Fuzz(func(t *testing.T, in string) {
		out, err := krm.Run([]byte(in), rules.All(), cluster.New())
		if err != nil {
			return
		}
		if _, err := krm.Run(out.List, rules.All(), cluster.New()); err != nil {
			t.Fatalf("what it wrote, it cannot read: %v\n%s", err, out.List)
		}
	})
}
