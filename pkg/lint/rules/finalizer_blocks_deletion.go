package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// FinalizerBlocksDeletion finds finalizers whose controller helm uninstall
// deletes along with the object that waits for it.
var FinalizerBlocksDeletion = &lint.Rule{
	Name:     "finalizer-blocks-deletion",
	Step:     lint.StepUninstall,
	Severity: lint.Warning,
	Title:    "an object is written with a finalizer that only a controller of the same release removes",
	Check:    checkFinalizerBlocksDeletion,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "drop the finalizer",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUninstall, What: "it succeeds, and objects, or their whole namespace, stay `Terminating` for ever"},
		},
		Why: "After `helm uninstall` the object stays \"deleting\" for ever, because the controller that should have let it go was deleted first. Helm has reported " +
			"success; the object keeps its namespace in `Terminating` and its definition from being removed. An install of the same name takes the dying object " +
			"for its own, and loses it as soon as the new controller lets it go.\n\n" +
			"A finalizer is a mark on an object that says: not before my controller has cleaned up. The API server then only notes the deletion, and waits until " +
			"the controller takes the mark off. But `helm uninstall` deletes by kind, Deployments and roles long before ConfigMaps and custom resources, and waits " +
			"for nobody.\n\n" +
			"What it takes then is `kubectl patch … --type=merge -p '{\"metadata\":{\"finalizers\":null}}'` for each object, and what the finalizer was for is left " +
			"undone.",
		Before: `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-zones
  finalizers: [dns.example.com/remove-records]
data:
  zone: example.org
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-dns-controller
spec:
  selector:
    matchLabels: {app: dns-controller}
  template:
    metadata:
      labels: {app: dns-controller}
    spec:
      serviceAccountName: dns-controller
      containers:
      - name: controller
        image: dns.example.com/controller:1.8
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .Release.Name }}-dns-controller
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .Release.Name }}-dns-controller
subjects:
- kind: ServiceAccount
  name: dns-controller
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .Release.Name }}-dns-controller
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, update]
`,
		After: `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-zones
data:
  zone: example.org
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-dns-controller
spec:
  selector:
    matchLabels: {app: dns-controller}
  template:
    metadata:
      labels: {app: dns-controller}
    spec:
      serviceAccountName: dns-controller
      containers:
      - name: controller
        image: dns.example.com/controller:1.8
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .Release.Name }}-dns-controller
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .Release.Name }}-dns-controller
subjects:
- kind: ServiceAccount
  name: dns-controller
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ .Release.Name }}-dns-controller
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch, update]
`,
		Remedy: "The manifest leaves the finalizer to the controller, which sets it when there is something to clean up. Other ways: install the controller as a " +
			"release of its own, or delete the objects in a `pre-delete` hook and wait there until they are gone.",
		Blind: "Finalizers that a controller sets at run time (`operator-removed-before-instances` looks for those). A finalizer is tied to a workload of the release by its roles, which must let it change the object, and by the " +
			"finalizer's domain, which its roles, its image or its command must share. Finalizers of Kubernetes itself, and those that nothing in the release serves, such as Argo CD's on an Application, are left alone. " +
			"Where Helm deletes the object before the controller, which then has a moment, it is only noted. A `pre-delete` hook that speaks of deleting is taken at its word.",
		FixSafety: "Safe when nothing outside of the cluster is left behind without the finalizer, or when its controller adds it by itself (in that case the fix alone " +
			"does not help). Finalizers may change at any time, in every apply mode.",
		Incidents: []lint.Incident{
			{Ref: "VictoriaMetrics/helm-charts#2726", What: "29 objects hang on the operator's finalizer once Helm has deleted the operator"},
			{Ref: "pixie-io/pixie#1917", What: "a namespace stays Terminating: its finalizer's controller went with the release"},
			{Ref: "Altinity/clickhouse-operator#1775", What: "the operator is uninstalled before the installation that waits for it"},
		},
	},
}

func checkFinalizerBlocksDeletion(p *lint.Pass) {
	type cause struct {
		finalizer  string
		controller *inventory.Workload
	}
	var order []cause
	held, ops := map[cause][]*manifest.Object{}, newOperators(p)
	for _, o := range p.Objects {
		for _, f := range finalizersOf(o) {
			w := ops.finalizerController(o, f)
			if w == nil {
				continue
			}
			c := cause{f, w}
			if held[c] == nil {
				order = append(order, c)
			}
			held[c] = append(held[c], o)
		}
	}
	for _, c := range order {
		p.Report(finalizerReport(c.finalizer, c.controller, held[c]))
	}
}

// finalizersOf are the finalizers that a manifest writes and that Kubernetes
// does not itself take off.
func finalizersOf(o *manifest.Object) []string {
	if o.Hook != nil {
		return nil
	}
	var out []string
	for _, f := range manifest.StringsAt(o.Fields, "metadata", "finalizers") {
		if domain := finalizerDomain(f); strings.Contains(domain, ".") && domain != "kubernetes.io" && !strings.HasSuffix(domain, ".kubernetes.io") && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// finalizerDomain is what stands before a finalizer's slash, or all of it.
func finalizerDomain(finalizer string) string {
	domain, _, _ := strings.Cut(finalizer, "/")
	return domain
}

// ownerOf is the part of a domain that its owner has registered, as most are:
// its last two labels.
func ownerOf(domain string) string {
	labels := strings.Split(domain, ".")
	return strings.Join(labels[max(len(labels)-2, 0):], ".")
}

func finalizerReport(finalizer string, controller *inventory.Workload, held []*manifest.Object) lint.Report {
	r := lint.Report{
		Object:     held[0],
		Path:       manifest.Path{"metadata", "finalizers"},
		Related:    held[1:],
		FixRelated: true,
		NotFixable: slices.ContainsFunc(held, inList),
		Rewrite:    dropFinalizer(finalizer),
	}
	stay, them := "the object stays", "it"
	if len(held) > 1 {
		stay, them = "the objects stay", "them"
	}
	if deletedBefore(controller.Object.Kind, held[0].Kind) {
		r.Message = fmt.Sprintf("only %s takes the finalizer %s off %s, and helm uninstall deletes that first: %s \"deleting\" for ever",
			controller.Object, finalizer, enumerateObjects(held), stay)
		return r
	}
	r.Severity = lint.Info
	r.Message = fmt.Sprintf("only %s takes the finalizer %s off %s, and helm uninstall deletes that right after %s: unless it is quick, %s \"deleting\" for ever",
		controller.Object, finalizer, enumerateObjects(held), them, stay)
	return r
}

// dropFinalizer removes one finalizer, and the list with the last of them.
func dropFinalizer(finalizer string) yaml.Filter {
	drop := yaml.FilterFunc(func(list *yaml.RNode) (*yaml.RNode, error) {
		list.YNode().Content = slices.DeleteFunc(list.YNode().Content, func(item *yaml.Node) bool { return item.Value == finalizer })
		return list, nil
	})
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n, n.PipeE(yaml.Tee(yaml.Lookup("metadata", "finalizers"), drop), yaml.Lookup("metadata"), yaml.FieldClearer{Name: "finalizers", IfEmpty: true})
	})
}
