package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// NamespaceHardCoded finds objects that go to one namespace wherever their
// release is installed.
var NamespaceHardCoded = &lint.Rule{
	Name:           "namespace-hard-coded",
	Step:           lint.StepSibling,
	Severity:       lint.Warning,
	Title:          "an object is pinned to a namespace that is not the release's",
	NeedsRehearsal: true,
	Check:          checkNamespaceHardCoded,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtInstall, What: "`namespaces \"…\" not found`"},
			{Where: lint.AtInstall, What: "`exists and cannot be imported into the current release: invalid ownership metadata`"},
			{Where: lint.InPods, What: "`secret \"…\" not found`, though it is there, in another namespace"},
		},
		Why: "An object of the chart names a namespace of its own, so `helm install --namespace staging` puts it into `production`, whoever installs it and " +
			"wherever. The release is torn in two: its pods cannot mount a claim, a Secret or a ConfigMap of another namespace. Where that namespace does not " +
			"exist, the install fails.\n\n" +
			"A second release of the same name, in another namespace, wants the same object and is refused.",
		Before: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-login
  namespace: production
stringData:
  user: admin
`,
		After: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-login
  namespace: {{ .Release.Namespace }}
stringData:
  user: admin
`,
		Remedy: "`{{ .Release.Namespace }}`, or no namespace at all: both mean the one that is installed into.",
		Blind: "Namespaces inside of addresses and of custom resources. Roles and their bindings, what tells a monitoring system what to do, and what belongs in `kube-system` or in an `openshift-` namespace " +
			"often have to stand in another namespace and are left out, as is a namespace that the user's own values name.",
		Incidents: []lint.Incident{
			{Ref: "math-nao/certs#1", What: "three objects stand in the namespace `app`: the install elsewhere fails"},
			{Ref: "netscaler/netscaler-k8s-ingress-controller#9", What: "the service account goes to `default`, and no pod elsewhere is created: `error looking up service account`"},
		},
	},
}

func checkNamespaceHardCoded(p *lint.Pass) {
	pinned := map[string][]*manifest.Object{}
	var namespaces []string
	for _, o := range p.Objects {
		namespace := pinnedNamespace(p, o)
		if namespace == "" || o.Hook != nil || worth(p, o) == 0 || forMonitoring(o) || systemNamespace(namespace) || chosenByUser(p, namespace) || madeOnce(p, o) {
			continue
		}
		if pinned[namespace] == nil {
			namespaces = append(namespaces, namespace)
		}
		pinned[namespace] = append(pinned[namespace], o)
	}
	for _, namespace := range namespaces {
		p.Report(pinnedReport(p, namespace, byWorth(p, pinned[namespace])))
	}
}

func pinnedReport(p *lint.Pass, namespace string, objects []*manifest.Object) lint.Report {
	subject := "this object goes"
	if len(objects) > 1 {
		subject = enumerateObjects(objects) + " go"
	}
	r := lint.Report{
		Object:  objects[0],
		Path:    manifest.Path{"metadata", "namespace"},
		Related: objects[1:],
		Message: fmt.Sprintf("%s to namespace %q wherever the release is installed: the rest of the release cannot use it from elsewhere, and a release of the same name in another namespace fights over it", subject, namespace),
	}
	switch {
	case len(p.Named("", "Namespace", namespace)) > 0:
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("%s to namespace %q, which the release creates: there can only be one such release in a cluster", subject, namespace)
	case anyString(p.Rehearsal.Values.All, "", func(key, value string) bool {
		return value == namespace && strings.Contains(strings.ToLower(key), "namespace")
	}):
		r.Severity = lint.Info
		r.Message += "; a value of the chart says so, and may say something else"
	}
	return r
}

// systemNamespace reports whether a namespace is the cluster's own, so that what
// belongs there can be nowhere else.
func systemNamespace(namespace string) bool {
	return strings.HasPrefix(namespace, "kube-") || strings.HasPrefix(namespace, "openshift-")
}
