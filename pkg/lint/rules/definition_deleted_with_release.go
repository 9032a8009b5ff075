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
		Safety: lint.Safe,
		Title:  "keep it (or, with --retention delete, say that it may go)",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return keepFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Why: "A CustomResourceDefinition under `templates/` is an ordinary object of the release, unlike one in the chart's `crds/` folder. " +
			"`helm uninstall` deletes it, and the API server then deletes every object of that kind in the whole cluster: those of other teams, " +
			"of other releases, and, where an operator answers to it, the databases that they describe. So does an upgrade to values that no longer render it. " +
			"A Namespace takes along everything in it, whoever put it there. `helm.sh/resource-policy: keep` keeps the object, " +
			"`helm-stateful.io/on-uninstall: delete` says that all of it may go.",
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
		Blind: "Which objects of the kind there are in a cluster. Of hooks that delete definitions it sees those whose command says so in plain text.",
		FixSafety: "Always: the annotation is metadata and never frozen. A kept object is found again by the next install under the same release name " +
			"and namespace; another release cannot take it over without `--take-ownership`.",
		Incidents: []lint.Incident{
			{Ref: "argoproj/argo-helm#922", What: "the chart of Argo Rollouts keeps its definitions: an uninstall took them away"},
		},
	},
}

func checkDefinitionDeletedWithRelease(p *lint.Pass) {
	reportCleanup(p, deletesDefinitions, "a %s hook deletes CustomResourceDefinitions (%s), and with them every object of their kinds in the whole cluster, other releases' too")
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
