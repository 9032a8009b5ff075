package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// DefinitionDeletedWithRelease finds definitions and namespaces that helm
// uninstall deletes together with all that others keep in them.
var DefinitionDeletedWithRelease = &lint.Rule{
	Name:     "definition-deleted-with-release",
	Step:     lint.StepUninstall,
	Severity: lint.Error,
	Title:    "helm uninstall deletes a CustomResourceDefinition or Namespace, and everything in it",
	Check:    checkDefinitionDeletedWithRelease,
	Fix: &lint.Fix{
		Safety:      lint.Safe,
		Title:       "keep it",
		DeleteTitle: "say that it may go with the release",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return keepFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUninstall, What: "it takes the custom resources of other releases and teams along"},
		},
		Why: "`helm uninstall` deletes a CustomResourceDefinition that stands under `templates/`, and the API server then deletes every object of that kind in the " +
			"whole cluster: those of other teams and releases, and, where an operator answers to it, the databases that they stand for. A Namespace takes " +
			"everything in it along, whoever put it there.\n\n" +
			"An upgrade to values that no longer render the object does the same. Definitions in the chart's `crds/` folder are safe: Helm never deletes those.",
		Before: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: databases.example.com
spec:
  group: example.com
  scope: Namespaced
  names:
    kind: Database
    plural: databases
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
`,
		After: `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: databases.example.com
  annotations:
    helm.sh/resource-policy: keep
spec:
  group: example.com
  scope: Namespaced
  names:
    kind: Database
    plural: databases
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
`,
		Remedy: "`helm.sh/resource-policy: keep` makes Helm leave the object in the cluster. `helm-stateful.io/on-uninstall: delete`, our own annotation, says that " +
			"all of it may go.",
		Blind: "Which objects of the kind there are in a cluster. Of hooks that delete definitions it sees those whose command says so in plain text.",
		FixSafety: "Always safe: the annotation is metadata and never frozen. The next install under the same release name and namespace finds the kept object again; " +
			"another release cannot take it over without `--take-ownership`.",
		Incidents: []lint.Incident{
			{Ref: "argoproj/argo-helm#922", What: "Argo Rollouts: an uninstall deletes every Rollout in the cluster; the chart now keeps its definitions"},
			{Ref: "helm/charts#12630", What: "a pre-delete hook of the Spark operator deletes definitions of the whole cluster"},
		},
	},
}

func checkDefinitionDeletedWithRelease(p *lint.Pass) {
	reportCleanup(p, deletesDefinitions(), "a %s hook deletes CustomResourceDefinitions (%s), and with them every object of their kinds in the whole cluster, other releases' too")
	var definitions []*manifest.Object
	for _, o := range p.Objects {
		if o.Hook != nil || fateStated(o) {
			continue
		}
		switch {
		case isDefinition(o) && !fromDefinitionsFolder(o):
			definitions = append(definitions, o)
		case o.Kind == "Namespace" && o.Group() == "":
			p.Report(lint.Report{Object: o, Message: namespaceMessage(p, o), NotFixable: inList(o)})
		}
	}
	if len(definitions) > 0 {
		p.Report(lint.Report{
			Object:     definitions[0],
			Related:    definitions[1:],
			FixRelated: true,
			Message:    definitionsMessage(definitions),
			NotFixable: slices.ContainsFunc(definitions, inList),
		})
	}
}

func namespaceMessage(p *lint.Pass, o *manifest.Object) string {
	if o.Name != "" && o.Name == p.Release.Namespace {
		return "helm uninstall deletes this Namespace and everything in it, whoever put it there, Helm's own record of the release included"
	}
	return "helm uninstall deletes this Namespace and everything in it, whoever put it there"
}

func definitionsMessage(definitions []*manifest.Object) string {
	if len(definitions) == 1 {
		return "helm uninstall deletes this CustomResourceDefinition, and with it every object of the kind in the whole cluster"
	}
	var names []string
	for _, o := range definitions {
		names = append(names, o.Name)
	}
	return fmt.Sprintf("helm uninstall deletes %d CustomResourceDefinitions (%s), and with them every object of these kinds in the whole cluster",
		len(definitions), enumerate(names))
}

// fromDefinitionsFolder reports whether an object stands in a chart's crds/
// folder, as helm template --include-crds prints it. Helm installs those apart
// from the release and never deletes them (helm v3.22.0, pkg/action/install.go,
// installCRDs).
func fromDefinitionsFolder(o *manifest.Object) bool {
	return strings.Contains(o.Source, "/crds/") && !strings.Contains(o.Source, "/templates/")
}
