package rules_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// served is a workload with a Service or a budget before it.
func served(kind, name, labels, selecting string) string {
	return "apiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec:\n  selector: {matchLabels: " + labels + "}\n  template: {metadata: {labels: " + labels + "}, spec: {containers: [{name: main, image: a, ports: [{name: http, containerPort: 8080}]}]}}\n---\n" +
		selecting + "\n---\n"
}

// behind is a Service that selects pods and sends what comes to port 80 to their port 8080.
func behind(name, selector string) string {
	return "apiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {selector: " + selector + ", ports: [{port: 80, targetPort: 8080}]}\n---\n"
}

func TestSelectorsThatMatchNothing(t *testing.T) {
	const (
		own      = "{app: db, app.kubernetes.io/instance: '{{ .Release.Name }}', part: index-gateway}"
		resource = "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: x}\n---\n"
	)
	db := "{{ .Release.Name }}-db"
	gateway := func(selector string) string { return served("Deployment", db, own, behind(db, selector)) }
	const reported = "warning Service/rel-db spec.selector"
	mislabelled := gateway("{app: db, part: indexGateway}")
	check(t, rules.ForeignAffinity, []scenario{
		{name: "another spelling", template: mislabelled, want: []string{reported}},
		{name: "a label that no pod has", template: gateway("{app: db, rotation: blue}"), want: []string{reported}},
		{name: "under a name with its role", template: served("StatefulSet", db, own, behind(db+"-headless", "{name: db}")), want: []string{"warning Service/rel-db-headless spec.selector"}},
		{name: "the instance under another key", template: served("StatefulSet", db, own, behind("{{ .Release.Name }}-peers", "{app: db, release: '{{ .Release.Name }}'}")),
			want: []string{"warning Service/rel-peers spec.selector"}},
		{
			name:     "a budget",
			template: served("Deployment", db, own, "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: "+db+"}\nspec: {minAvailable: 1, selector: {matchLabels: {app: db, part: gateway}}}"),
			want:     []string{"warning PodDisruptionBudget/rel-db spec.selector"},
		},
		{name: "a pod by a name that its set does not have", template: served("StatefulSet", db, own, behind(db, "{statefulset.kubernetes.io/pod-name: '{{ .Release.Name }}-server-0'}")), want: []string{reported}},
		{name: "a label that a controller sets", template: served("DaemonSet", db, own, behind(db, "{app: db, controller-revision-hash: a1}"))},
		{name: "a pod by its name", template: served("StatefulSet", db, own, behind(db, "{statefulset.kubernetes.io/pod-name: '{{ .Release.Name }}-db-0'}"))},
		{name: "the pods' labels", template: gateway("{app: db, part: index-gateway, app.kubernetes.io/instance: '{{ .Release.Name }}'}")},
		{name: "a component that is switched off", template: served("Deployment", db, own, behind("{{ .Release.Name }}-proxy", "{app: db, part: proxy, app.kubernetes.io/instance: '{{ .Release.Name }}'}"))},
		{name: "pods that an operator makes", template: mislabelled + resource},
		{
			name:     "a label that the application gives its leader",
			template: gateway("{app: db, role: leader}") + may("default", "{apiGroups: [''], resources: [pods], verbs: [get, patch]}"),
		},
		{
			name:     "a label that an application with all rights may give",
			template: gateway("{app: db, role: leader}") + bound("ClusterRoleBinding", "ClusterRole", "cluster-admin", "default"),
		},
	})
}

// TestSelectorsOfTheUser: whoever gives a selector may label the pods by hand.
func TestSelectorsOfTheUser(t *testing.T) {
	rehearsal := rehearse(t, served("Deployment", "db", "{app: db}", behind("db", "{app: db, rotation: blue}")), "")
	rehearsal.Values.User = map[string]any{"service": map[string]any{"selector": "blue"}}
	findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.ForeignAffinity})
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Info, findings[0].Severity)
}

func TestSelectorsOfAnySuchRelease(t *testing.T) {
	claim := "{{ .Release.Name }}-db"
	labels := "{app: db, release: '{{ .Release.Name }}'}"
	check(t, rules.ForeignAffinity, []scenario{
		{name: "a StatefulSet", template: served("StatefulSet", claim, labels, behind(claim, "{app: db}")), want: []string{"warning Service/rel-db spec.selector"}},
		{name: "a Deployment that keeps nothing", template: served("Deployment", claim, labels, behind(claim, "{app: db}")), want: []string{"info Service/rel-db spec.selector"}},
		{name: "one helper, one finding", template: served("StatefulSet", claim, labels, behind(claim, "{app: db}")+behind(claim+"-peers", "{app: db}")), want: []string{"warning Service/rel-db spec.selector"}},
		{name: "a budget", template: served("StatefulSet", claim, labels, "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: "+claim+"}\nspec: {minAvailable: 1, selector: {matchLabels: {app: db}}}"), want: []string{"warning PodDisruptionBudget/rel-db spec.selector"}},
		{name: "with the release", template: served("StatefulSet", claim, labels, behind(claim, "{app: db, release: '{{ .Release.Name }}'}"))},
		{name: "a name that only one release can have", template: served("StatefulSet", claim, labels, behind("db", "{app: db}"))},
		{name: "pods that only one release can have", template: served("StatefulSet", "db", labels, behind(claim, "{app: db}"))},
	})
}

func TestSelectorsOfTwoWorkloads(t *testing.T) {
	const exporter = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: exporter}\nspec:\n  selector: {matchLabels: {app: db, role: exporter}}\n  template: {metadata: {labels: {app: db, role: exporter}}, spec: {containers: [{name: main, image: b, ports: [PORT]}]}}\n---\n"
	const reported = "warning Service/db spec.selector"
	metrics := withWords(exporter, "PORT", "{name: metrics, containerPort: 9187}")
	db := func(selector string) string {
		return served("StatefulSet", "db", "{app: db, role: server}", behind("db", selector))
	}
	check(t, rules.ForeignAffinity, []scenario{
		{name: "a Service of two, one without the port", template: db("{app: db}") + metrics, want: []string{reported}},
		{name: "a Service of the wrong one", template: db("{role: exporter}") + metrics, want: []string{reported}},
		{name: "a Service of one", template: db("{role: server}") + metrics},
		{name: "both have the port", template: db("{app: db}") + withWords(exporter, "PORT", "{containerPort: 8080}")},
		{name: "one declares no port", template: db("{app: db}") + withWords(exporter, "PORT", "")},
		{name: "a port by its name", template: withWords(db("{app: db}"), "targetPort: 8080", "targetPort: http") + metrics},
		{name: "workloads that select each other's pods", template: withWords(db("{role: server}"), "{matchLabels: {app: db, role: server}}", "{matchLabels: {app: db}}") + metrics,
			want: []string{"info StatefulSet/db spec.selector"}},
		{
			name: "and are scaled by how many there are",
			template: withWords(db("{role: server}"), "{matchLabels: {app: db, role: server}}", "{matchLabels: {app: db}}") + metrics +
				"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: db}\nspec: {maxReplicas: 3, scaleTargetRef: {kind: StatefulSet, name: db}}\n",
			want: []string{"warning StatefulSet/db spec.selector"},
		},
	})
}
