package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// database is a StatefulSet with a Job beside it, whose pods carry some labels.
const database = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db, role: server}}
  template:
    metadata: {labels: {app: db, role: server}}
    spec: {containers: [{name: db, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: HOOK}
spec:
  template:
    metadata: {labels: {app: db, role: ROLE}}
    spec: {restartPolicy: Never, containers: [{name: migrate}]}
---
`

func TestSelectorsThatTakeInJobs(t *testing.T) {
	const (
		service  = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}, ports: [{port: 5432}]}\n"
		headless = "---\napiVersion: v1\nkind: Service\nmetadata: {name: db-peers}\nspec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432, targetPort: sql}]}\n"
		budget   = "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: db}\nspec: {minAvailable: 1, selector: {matchLabels: {app: db}}}\n"
	)
	upgrade, test := withWords(database, "HOOK", "post-upgrade", "ROLE", "job"), withWords(database, "HOOK", "test", "ROLE", "job")
	check(t, rules.ForeignAffinity, []scenario{
		{name: "one finding for both Services, one for the budget", template: upgrade + service + headless + budget, want: []string{
			"warning PodDisruptionBudget/db spec.selector", "warning Service/db spec.selector",
		}},
		{name: "headless: the name of the port does not matter", template: upgrade + headless, want: []string{"warning Service/db-peers spec.selector"}},
		{name: "a port by a name that the Job's pods do not declare", template: upgrade + withWords(service, "port: 5432", "port: 5432, targetPort: sql")},
		{name: "a port by a name that the Job's pods declare", template: withWords(upgrade, "[{name: migrate}]", "[{name: migrate, ports: [{name: sql, containerPort: 1}]}]") + withWords(service, "port: 5432", "port: 5432, targetPort: sql"), want: []string{"warning Service/db spec.selector"}},
		{name: "a selector that leaves the Job out", template: upgrade + withWords(service, "{app: db}", "{app: db, role: server}")},
		{name: "a test runs when it is asked to", template: test + service + headless},
		{name: "a Service of Jobs alone", template: upgrade + withWords(service, "{app: db}", "{role: job}")},
		{name: "a Service without a selector", template: upgrade + withWords(service, "selector: {app: db}, ", "")},
	})
}

func TestSelectorsOfOperatedPods(t *testing.T) {
	const (
		resource = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: main}\nspec: {podMetadata: {labels: {team: a}}, AFFINITY}\n---\n"
		service  = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {SELECTOR}, ports: [{port: 9090}]}\n"
		operator = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: operator}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: o, image: 'quay.io/prometheus-operator/prometheus-operator:VERSION'}]}}}\n"
	)
	plain := withWords(resource, "AFFINITY", "")
	selecting := func(labels string) string { return plain + withWords(service, "SELECTOR", labels) }
	apart := func(labels string) string {
		return withWords(resource, "AFFINITY", "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["+onHost("labelSelector: {matchLabels: {"+labels+"}}")+"]}}")
	}
	current, old := withWords(operator, "VERSION", "v0.79.2"), withWords(operator, "VERSION", "v0.38.1")
	check(t, rules.ForeignAffinity, []scenario{
		{name: "the label app, since the operator dropped it", template: selecting("app: prometheus, prometheus: main") + current, want: []string{"warning Service/web spec.selector"}},
		{name: "with an operator that sets it", template: selecting("app: prometheus, prometheus: main") + old},
		{name: "with an operator nobody knows", template: selecting("app: prometheus, prometheus: main")},
		{name: "the labels that it sets, and the chart's own", template: selecting("app.kubernetes.io/name: prometheus, operator.prometheus.io/name: main, team: a") + current},
		{name: "somebody else's pods", template: selecting("app: other") + current},
		{name: "anti-affinity that misses", template: apart("app: prometheus") + current, want: []string{"warning Prometheus/main spec.affinity.podAntiAffinity" + requiredTerm}},
		{name: "anti-affinity on the release's name, which the operator overrides", template: apart("app.kubernetes.io/name: prometheus, app.kubernetes.io/instance: {{ .Release.Name }}") + current,
			want: []string{"warning Prometheus/main spec.affinity.podAntiAffinity" + requiredTerm}},
		{name: "Alertmanager", template: withWords(selecting("app.kubernetes.io/name: alertmanager, alertmanager: main"), "kind: Prometheus", "kind: Alertmanager") + current},
		{name: "ThanosRuler", template: withWords(selecting("app.kubernetes.io/name: thanos-ruler, thanos-ruler: main"), "kind: Prometheus", "kind: ThanosRuler") + current},
		{name: "PrometheusAgent", template: withWords(selecting("app.kubernetes.io/name: prometheus-agent, operator.prometheus.io/name: main"), "kind: Prometheus", "kind: PrometheusAgent") + current},
		{name: "the wrong one of them", template: withWords(selecting("app.kubernetes.io/name: prometheus, alertmanager: main"), "kind: Prometheus", "kind: Alertmanager") + current, want: []string{"warning Service/web spec.selector"}},
		{name: "another's label on ThanosRuler's", template: withWords(selecting("app.kubernetes.io/name: prometheus, thanos-ruler: main"), "kind: Prometheus", "kind: ThanosRuler") + current, want: []string{"warning Service/web spec.selector"}},
		{name: "another's label on PrometheusAgent's", template: withWords(selecting("app.kubernetes.io/name: prometheus, operator.prometheus.io/name: main"), "kind: Prometheus", "kind: PrometheusAgent") + current, want: []string{"warning Service/web spec.selector"}},
		{name: "a kind of which no pods are made", template: withWords(selecting("app.kubernetes.io/name: prometheus, alertmanager: main"), "kind: Prometheus", "kind: PodMonitor") + current},
		{name: "an image of another name", template: selecting("app: prometheus, prometheus: main") + withWords(current, "prometheus-operator:v", "prometheus-operator-bundle:v")},
		{name: "an image whose version says nothing", template: selecting("app: prometheus, prometheus: main") + withWords(operator, "VERSION", "latest")},
		{name: "anti-affinity that hits", template: apart("prometheus: main, team: a") + current},
	})
}
