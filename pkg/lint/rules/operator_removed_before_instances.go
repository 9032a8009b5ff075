package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// OperatorRemovedBeforeInstances finds operators that helm uninstall deletes
// before the custom resources that only they can take down.
var OperatorRemovedBeforeInstances = &lint.Rule{
	Name:     "operator-removed-before-instances",
	Step:     lint.StepUninstall,
	Severity: lint.Warning,
	Title:    "helm uninstall deletes an operator before the custom resources that it must clean up after",
	Check:    checkOperatorRemovedBeforeInstances,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUninstall, What: "it succeeds, and objects, or their whole namespace, stay `Terminating` for ever"},
			{Where: lint.AtInstall, What: "`failed calling webhook … service \"…\" not found`"},
		},
		Why: "`helm uninstall` deletes the operator first and its custom resources last, so that nobody is left to tear down what belongs to them. They stay " +
			"\"deleting\" for ever and keep their namespace and their definition from going; or, where nothing holds them, what the operator should have taken down " +
			"stays behind.\n\n" +
			"An operator marks each custom resource that it serves with a finalizer: the API server then waits until the operator has cleaned up. But Helm deletes " +
			"by kind: Deployments, then roles and their bindings, then CustomResourceDefinitions, and last the kinds that it does not know, which all custom " +
			"resources are. It waits for nobody in between.\n\n" +
			"The rule also tells of two relatives. An admission webhook that is a hook, or that the operator makes when it runs, is left behind, points at a " +
			"Service that is gone, and may block the whole cluster. And a clean-up hook may delete what the operator still needs, or more than is the release's.",
		Before: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-redis-operator
spec:
  selector:
    matchLabels: {app: redis-operator}
  template:
    metadata:
      labels: {app: redis-operator}
    spec:
      serviceAccountName: redis-operator
      containers:
      - name: operator
        image: redis-operator:1.2
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .Release.Name }}-redis-operator
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .Release.Name }}-redis-operator
subjects:
- kind: ServiceAccount
  name: redis-operator
  namespace: {{ .Release.Namespace }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .Release.Name }}-redis-operator
rules:
- apiGroups: [databases.spotahome.com]
  resources: [redisfailovers]
  verbs: ["*"]
---
apiVersion: databases.spotahome.com/v1
kind: RedisFailover
metadata:
  name: {{ .Release.Name }}-redis
`,
		After: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-redis-operator
spec:
  selector:
    matchLabels: {app: redis-operator}
  template:
    metadata:
      labels: {app: redis-operator}
    spec:
      serviceAccountName: redis-operator
      containers:
      - name: operator
        image: redis-operator:1.2
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ .Release.Name }}-redis-operator
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ .Release.Name }}-redis-operator
subjects:
- kind: ServiceAccount
  name: redis-operator
  namespace: {{ .Release.Namespace }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ .Release.Name }}-redis-operator
rules:
- apiGroups: [databases.spotahome.com]
  resources: [redisfailovers]
  verbs: ["*"]
---
apiVersion: databases.spotahome.com/v1
kind: RedisFailover
metadata:
  name: {{ .Release.Name }}-redis
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-remove-instances
  annotations:
    helm.sh/hook: pre-delete
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  template:
    spec:
      restartPolicy: Never
      serviceAccountName: redis-operator
      containers:
      - name: kubectl
        image: kubectl:1.34
        command:
        - kubectl
        - delete
        - redisfailovers.databases.spotahome.com
        - {{ .Release.Name }}-redis
        - --wait
`,
		Remedy: "A `pre-delete` hook deletes the instances, and waits until they are gone, while the operator still runs. Better still are two releases: one for the " +
			"operator, one for its instances.",
		Blind: "Whether the operator really sets finalizers, which it does at run time; instances that people create beside the release; roles that are bound outside " +
			"of the release. Kinds known to be mere settings, such as monitors, issuers, routes and policies, are left out. A `pre-delete` hook that speaks of " +
			"deleting is taken at its word.",
		Incidents: []lint.Incident{
			{Ref: "erda-project/erda#6345", What: "runtimes stay \"deleting\" once the cluster that ran their operator is gone"},
			{Ref: "Altinity/clickhouse-operator#1775", What: "operator and ClickHouse installation in one release: uninstall hangs on the finalizer"},
			{Ref: "tigera/operator#2031", What: "the chart's Installation outlives its operator and cannot be deleted"},
			{Ref: "kyverno/kyverno#3111", What: "the webhooks that Kyverno makes at run time stay after helm uninstall and block the whole cluster"},
			{Ref: "kyverno/kyverno#11504", What: "a pre-delete hook takes away the ConfigMap of the controllers that are to clean up"},
			{Ref: "VictoriaMetrics/helm-charts#966", What: "the clean-up hook deletes the operator's kinds by name, and lacks VMAuth, which has finalizers"},
			{Ref: "kyma-project/kyma#8751", What: "the Kiali object stays pending after helm uninstall"},
		},
	},
}

func checkOperatorRemovedBeforeInstances(p *lint.Pass) {
	checkWebhooksLeftBehind(p)
	checkWebhooksMadeAtRunTime(p)
	checkCleanupInUse(p)
	checkCleanupKinds(p)
	reportCleanup(p, actsOnAll(), "a %s hook stops or deletes all objects of a kind in the namespace (%s): those of other releases too, and what cleans up after them")
	ops, all := newOperators(p), newOrphans()
	for _, o := range p.CustomResources() {
		if o.Hook == nil && !keptByHelm(o) && !isSetting(o) && !ops.deletedByHook(o) && !ops.heldByFinalizer(o) {
			all.add(o, ops.of(o))
		}
	}
	for _, w := range p.Workloads {
		if instances := all.of(w); len(instances) > 0 {
			p.Report(orphanReport(p, w, instances))
		}
	}
}

// orphans are custom resources by the workloads that run them: where there are
// thousands of both, each may run all.
type orphans struct {
	instances []*manifest.Object
	by        []*runners // of the instances
	seen      map[*runners]bool
	run       map[*inventory.Workload][]int // the numbers of runners that a workload is one of
	known     map[string][]*manifest.Object // by such numbers
}

func newOrphans() *orphans {
	return &orphans{seen: map[*runners]bool{}, run: map[*inventory.Workload][]int{}, known: map[string][]*manifest.Object{}}
}

func (s *orphans) add(instance *manifest.Object, by *runners) {
	s.instances, s.by = append(s.instances, instance), append(s.by, by)
	if s.seen[by] {
		return
	}
	s.seen[by] = true
	for _, w := range by.operators {
		s.run[w] = append(s.run[w], by.number)
	}
}

// of are the instances that a workload runs.
func (s *orphans) of(w *inventory.Workload) []*manifest.Object {
	numbers := s.run[w]
	key := fmt.Sprint(numbers)
	known, ok := s.known[key]
	if !ok {
		for i, o := range s.instances {
			if slices.Contains(numbers, s.by[i].number) {
				known = append(known, o)
			}
		}
		s.known[key] = known
	}
	return known
}

func orphanReport(p *lint.Pass, operator *inventory.Workload, instances []*manifest.Object) lint.Report {
	between := "its roles"
	if slices.ContainsFunc(p.Objects, func(o *manifest.Object) bool { return defines(o, instances[0]) }) {
		between = "its roles, the CustomResourceDefinition"
	}
	return lint.Report{
		Object:  operator.Object,
		Related: instances,
		Message: fmt.Sprintf("helm uninstall deletes %s first, then %s, and only then %s: custom resources go last, "+
			"when nothing is left to run the finalizers that the operator may have put on them", operator.Object, between, enumerateObjects(instances)),
	}
}

func defines(o, instance *manifest.Object) bool {
	return isDefinition(o) && !keptByHelm(o) && o.StringAt("spec", "group") == instance.Group() && o.StringAt("spec", "names", "kind") == instance.Kind
}

func keptByHelm(o *manifest.Object) bool {
	return !inList(o) && honouredByUninstall(o.Annotation(manifest.ResourcePolicyAnnotation))
}

func containsAny(text string, words ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, strings.ToLower(word)) })
}

// containerText joins the strings below some fields of a workload's containers.
func containerText(w *inventory.Workload, fields ...string) string {
	var out []string
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range manifest.ListAt(w.Spec, list) {
			for _, field := range fields {
				value, _ := manifest.Lookup(container, field)
				anyString(value, "", func(_, text string) bool {
					out = append(out, text)
					return false
				})
			}
		}
	}
	return strings.Join(out, " ")
}

// cleaningHooks are the workloads that Helm runs to completion before it
// deletes anything.
func cleaningHooks(p *lint.Pass) []*inventory.Workload {
	var out []*inventory.Workload
	for _, w := range p.Workloads {
		if w.Object.Hook.On("pre-delete") {
			out = append(out, w)
		}
	}
	return out
}
