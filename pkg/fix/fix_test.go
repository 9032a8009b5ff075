package fix

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// stream holds much that a YAML library's round trip damages.
const stream = `---
# Source: demo/templates/license.yaml
# A document of comments alone
---
# Source: demo/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
    name:   odd   # four spaces

    annotations: {}
data:
    folded: >
        a
          more

        b
    yes: on
---
# Source: demo/templates/pvc.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ "ReadWriteOnce" ]   # modes
`

func TestPostRenderWithNothingToFix(t *testing.T) {
	for name, options := range map[string]Options{
		"no fix chosen": {Rules: rules.All()},
		"no rule":       {Select: All()},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, err := PostRender([]byte(stream), options)
			require.NoError(t, err)
			assert.Equal(t, stream, string(out))
		})
	}
	for _, text := range []string{"", "\n", "# nothing\n"} { // a chart of hooks alone: Helm 3 sends nothing
		out, findings, err := PostRender([]byte(text), Options{Rules: rules.All(), Select: Safe()})
		require.NoError(t, err)
		assert.Equal(t, text, string(out))
		assert.Empty(t, findings)
	}
}

func TestPostRenderFixesOneDocument(t *testing.T) {
	const annotated = "metadata:\n  name: data\n  annotations:\n    helm.sh/resource-policy: keep\nspec:"
	out, findings, err := PostRender([]byte(stream), Options{Rules: rules.All(), Select: Safe()})
	require.NoError(t, err)
	assert.Equal(t, strings.Replace(stream, "metadata:\n  name: data\nspec:", annotated, 1), string(out))
	require.Len(t, findings, 1)
	assert.True(t, findings[0].Fixed)
	assert.Equal(t, "keep the claim", findings[0].Deed)

	out, findings, err = PostRender([]byte(stream), Options{Rules: rules.All(), Select: Safe(), FixOptions: lint.FixOptions{Retention: lint.RetentionDelete}})
	require.NoError(t, err)
	assert.Contains(t, string(out), "helm-stateful.io/on-uninstall: delete")
	assert.NotContains(t, string(out), "keep")
	require.Len(t, findings, 1)
	assert.Equal(t, "say that the claim may go with the release", findings[0].Deed)
}

func TestPostRenderSeveralFixesInOneDocument(t *testing.T) {
	const text = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  volumeName: pvc-0b9c9a1e-52f6-4a3c-9d5b-7a2f6c1d8e90\n  accessModes: [ReadWriteOnce]\n"
	out, findings, err := PostRender([]byte(text), Options{Rules: rules.All(), Select: All()})
	require.NoError(t, err)
	assert.Equal(t, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations:\n    helm.sh/resource-policy: keep\nspec:\n  accessModes: [ReadWriteOnce]\n", string(out))
	require.Len(t, findings, 2)
}

func TestWhatCannotBeEditedIsLeftAndSaid(t *testing.T) {
	const text = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: first\nmetadata:\n  name: data\n"
	out, findings, err := PostRender([]byte(text), Options{Rules: rules.All(), Select: Safe()})
	require.NoError(t, err)
	assert.Equal(t, text, string(out))
	require.Len(t, findings, 1)
	assert.False(t, findings[0].Fixed)
	assert.Empty(t, findings[0].Deed)
	assert.Contains(t, findings[0].Unfixed, `key "metadata" stands on line 3 and again on line 5`)
}

func TestMalformedInputGivesNoOutput(t *testing.T) {
	out, _, err := PostRender([]byte(stream+"---\n# Source: demo/templates/bad.yaml\na: [\n"), Options{Rules: rules.All(), Select: Safe()})
	require.ErrorContains(t, err, "demo/templates/bad.yaml")
	assert.Nil(t, out)
}

// TestRoguesAreStopped gives Apply fixes that break the contract.
func TestRoguesAreStopped(t *testing.T) {
	rogue := func(path ...string) *lint.Rule {
		return &lint.Rule{
			Name: "rogue", Severity: lint.Error,
			Check: func(p *lint.Pass) { p.Report(lint.Report{Object: p.Objects[0]}) },
			Fix: &lint.Fix{Safety: lint.Safe, Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
				return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
					return n, n.PipeE(yaml.LookupCreate(yaml.MappingNode, path[:len(path)-1]...), yaml.SetField(path[len(path)-1], yaml.NewStringRNode("x")))
				})
			}},
		}
	}
	tests := map[string]struct {
		rule *lint.Rule
		want string
	}{
		"renames":         {rogue("metadata", "name"), "fixing turned Secret/a into Secret/x"},
		"makes a hook":    {rogue("metadata", "annotations", manifest.HookAnnotation), "fixing changed the annotation helm.sh/hook of Secret/a"},
		"loses the place": {rogue("metadata", "annotations", manifest.FilenameAnnotation), "fixing changed the annotation postrenderer.helm.sh/postrender-filename of Secret/a"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, _, err := PostRender([]byte("apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: {postrenderer.helm.sh/postrender-filename: d/a.yaml}}\n"), Options{Rules: []*lint.Rule{test.rule}, Select: All()})
			require.EqualError(t, err, test.want)
			assert.Nil(t, out)
		})
	}
}

// TestFixesThatDoHarmAreTakenBack gives Apply fixes that do not do what they are
// for, or more.
func TestFixesThatDoHarmAreTakenBack(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - volumeMounts: [{name: data, mountPath: /data}]\n  volumes: [{name: data, emptyDir: {}}]\n"
	edited := func(filters ...yaml.Filter) *lint.Fix {
		return &lint.Fix{Safety: lint.Safe, Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
			return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) { return n, n.PipeE(filters...) })
		}}
	}
	mark := func(name string) *lint.Fix { return edited(yaml.SetAnnotation(name, "x")) }
	without := func(name string) func(*lint.Pass) {
		return func(p *lint.Pass) {
			for _, o := range p.Objects {
				if !o.HasAnnotation(name) {
					p.Report(lint.Report{Object: o})
				}
			}
		}
	}
	good := &lint.Rule{Name: "good", Severity: lint.Warning, Check: without("good"), Fix: mark("good")}
	tests := map[string]struct {
		rules []*lint.Rule
		want  string
	}{
		"idle": {
			[]*lint.Rule{{Name: "bad", Severity: lint.Warning, Check: without("bad"), Fix: mark("other")}},
			"the fix is withdrawn: the rule still reports the object",
		},
		"trades one hazard for another": {
			[]*lint.Rule{
				{Name: "bad", Severity: lint.Warning, Check: without("bad"), Fix: mark("bad")},
				{Name: "watch", Severity: lint.Error, Check: func(p *lint.Pass) {
					if o := p.Objects[0]; o.HasAnnotation("bad") {
						p.Report(lint.Report{Object: o})
					}
				}},
			},
			"the fix is withdrawn: it brings about error watch of Pod/a",
		},
		"breaks the pod": {
			[]*lint.Rule{{Name: "bad", Severity: lint.Warning, Check: func(p *lint.Pass) {
				if o := p.Objects[0]; o.Has("spec", "volumes") {
					p.Report(lint.Report{Object: o})
				}
			}, Fix: edited(yaml.Lookup("spec"), yaml.Clear("volumes"))}},
			`the fix is withdrawn: it leaves Pod/a with a mount without its volume "data"`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, findings, err := PostRender([]byte(pod), Options{Rules: append(test.rules, good), Select: All()})
			require.NoError(t, err)
			alone, _, err := PostRender([]byte(pod), Options{Rules: []*lint.Rule{good}, Select: All()})
			require.NoError(t, err)
			assert.Equal(t, string(alone), string(out), "the other fix stands, and nothing else")
			for _, f := range findings {
				assert.Equal(t, f.Rule == "good", f.Fixed)
				if f.Rule == "bad" {
					assert.Equal(t, test.want, f.Unfixed)
				}
			}
		})
	}
}

// TestFixesThatTheAPIServerRefuses are taken back, but not for what was refused
// before.
func TestFixesThatTheAPIServerRefuses(t *testing.T) {
	const claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}\n"
	rule := func(name string, filters ...yaml.Filter) *lint.Rule {
		return &lint.Rule{Name: name, Severity: lint.Warning, Check: func(p *lint.Pass) {
			for _, o := range p.Objects {
				if !o.HasAnnotation(name) {
					p.Report(lint.Report{Object: o})
				}
			}
		}, Fix: &lint.Fix{Safety: lint.Safe, Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
			return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
				if err := n.PipeE(yaml.SetAnnotation(name, "x")); err != nil {
					return nil, err
				}
				return n, n.PipeE(filters...)
			})
		}}}
	}
	good, bad := rule("good"), rule("bad", yaml.Lookup("spec"), yaml.Clear("accessModes"))
	render := func(text string, c lifecycle.Cluster, rules ...*lint.Rule) (string, []lint.Finding) {
		out, findings, err := PostRender([]byte(text), Options{Rules: rules, Select: All(), Cluster: c})
		require.NoError(t, err)
		return string(out), findings
	}
	sound, broken := fmt.Sprintf(claim, "1Gi"), fmt.Sprintf(claim, "lots")
	alone, _ := render(sound, nil, good)

	empty := cluster.New()
	out, findings := render(sound, empty, good, bad)
	assert.Equal(t, alone, out)
	require.Len(t, findings, 2)
	assert.Equal(t, []bool{false, true}, []bool{findings[0].Fixed, findings[1].Fixed}, "%s, %s", findings[0].Rule, findings[1].Rule)
	assert.Contains(t, findings[0].Unfixed, `the fix is withdrawn: the API server would refuse PersistentVolumeClaim/a: PersistentVolumeClaim "a" is invalid: spec.accessModes: Required value`)
	assert.Empty(t, empty.Objects(), "the cluster stays as it was")

	_, findings = render(broken, empty, good)
	assert.True(t, findings[0].Fixed, "a size that nobody understands is not the fix's fault: %s", findings[0].Unfixed)
	out, _ = render(sound, nil, bad)
	assert.NotContains(t, out, "accessModes", "nobody was asked")
}

// TestOneFixDoesHarm among many: it alone is taken back, and the others are not
// judged one by one.
func TestOneFixDoesHarm(t *testing.T) {
	judged := 0
	rules := []*lint.Rule{
		{Name: "bad", Severity: lint.Warning,
			Check: func(p *lint.Pass) {
				judged++
				for _, o := range p.Objects {
					if !o.HasAnnotation("bad") {
						p.Report(lint.Report{Object: o})
					}
				}
			},
			Fix: &lint.Fix{Safety: lint.Safe, Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter { return yaml.SetAnnotation("bad", "x") }}},
		{Name: "watch", Severity: lint.Error, Check: func(p *lint.Pass) {
			for _, o := range p.Objects {
				if o.Name == "m77" && o.HasAnnotation("bad") {
					p.Report(lint.Report{Object: o})
				}
			}
		}},
	}
	var text strings.Builder
	for i := range 200 {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m%d\n", i)
	}
	out, findings, err := PostRender([]byte(text.String()), Options{Rules: rules, Select: All()})
	require.NoError(t, err)
	require.Len(t, findings, 200)
	for _, f := range findings {
		assert.Equal(t, f.Object.Name != "m77", f.Fixed, f.Object.Name)
	}
	assert.Equal(t, 199, strings.Count(string(out), "bad: 'x'"))
	assert.Less(t, judged, 50)
}

// TestClaimWithoutAName: it is in no text by its name.
func TestClaimWithoutAName(t *testing.T) {
	out, _, err := PostRender([]byte(nameless), Options{Rules: rules.All(), Select: Safe()})
	require.NoError(t, err)
	assert.Contains(t, string(out), "helm.sh/resource-policy: keep")
}

const nameless = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  generateName: data-\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: claim}\n"

func TestParseSelection(t *testing.T) {
	all := rules.All()
	for text, want := range map[string]Selection{
		"none": None(), "safe": Safe(), "all": All(),
		"safe, lookup-in-immutable-field": {safe: true, names: []string{"lookup-in-immutable-field"}},
	} {
		got, err := ParseSelection(text, all)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParseSelection("everything", all)
	require.ErrorContains(t, err, `"everything" is none of safe, all, none, nor a rule`)
	_, err = ParseSelection("hook-deletes-claim", all)
	require.ErrorContains(t, err, "has no fix")
}

// FuzzPostRender holds the contract on any input: an error and no text, or a
// text with every object that went in; without fixes, the very input; with them,
// a text that has nothing more to fix.
func FuzzPostRender(f *testing.F) {
	f.Add([]byte(stream))
	f.Add([]byte(nameless))
	for _, r := range rules.All() {
		f.Add([]byte(r.Doc.Before))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		out, _, err := PostRender(text, Options{Rules: rules.All()})
		if err != nil {
			assert.Nil(t, out)
			return
		}
		assert.True(t, bytes.Equal(text, out))
		out, _, err = PostRender(text, Options{Rules: rules.All(), Select: All()})
		if err != nil {
			assert.Nil(t, out)
			return
		}
		before, err := manifest.Parse(text)
		require.NoError(t, err)
		after, err := manifest.Parse(out)
		require.NoError(t, err)
		require.Len(t, after.Objects(), len(before.Objects()))
		for i, o := range before.Objects() {
			require.Equal(t, o.ID, after.Objects()[i].ID)
		}
		again, _, err := PostRender(out, Options{Rules: rules.All(), Select: All()})
		require.NoError(t, err)
		assert.Equal(t, string(out), string(again))
	})
}

// BenchmarkClaims fixes claims that no pod mounts, each of its own name or all of
// one; the time must grow with their number, not with its square.
func BenchmarkClaims(b *testing.B) {
	for _, names := range []int{1, 1 << 20} {
		for _, n := range []int{1000, 4000} {
			b.Run(fmt.Sprintf("%d of %d names", n, min(n, names)), func(b *testing.B) {
				var text strings.Builder
				for i := range n {
					fmt.Fprintf(&text, "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: c%d\n", i%names)
				}
				for b.Loop() {
					_, _, err := PostRender([]byte(text.String()), Options{Rules: rules.All(), Select: Safe()})
					require.NoError(b, err)
				}
			})
		}
	}
}
