package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// governedBy is a StatefulSet of a name, two replicas and the pods' label app: db.
func governedBy(name, service, pod string) string {
	return "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: " + name + "}\nspec: {replicas: 2, serviceName: " + service +
		", selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db" + pod + "}]}}}\n"
}

// service is a Service with further fields of its spec.
func service(name, spec string) string {
	return "---\napiVersion: v1\nkind: Service\nmetadata: {name: " + name + "}\nspec: {ports: [{port: 1}], " + spec + "}\n"
}

func TestServiceNotFound(t *testing.T) {
	const field = " spec.serviceName"
	check(t, rules.ServiceNotFound, []scenario{
		{
			name:     "no Service at all",
			template: governedBy("db", "db-hl", ""),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "no Service, and one pod that nobody looks for",
			template: strings.ReplaceAll(governedBy("db", "db-hl", ""), "replicas: 2", "replicas: 1"),
			want:     []string{"info StatefulSet/db" + field},
		},
		{
			name:     "no Service, and one pod that somebody looks for",
			template: strings.ReplaceAll(governedBy("db", "db-hl", `, args: ["http://db-0.db-hl"]`), "replicas: 2", "replicas: 1"),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "a Service of another name",
			template: governedBy("db", "db", "") + service("db-hl", "clusterIP: None, selector: {app: db}"),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "one in another namespace",
			template: governedBy("db", "db", "") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: far}\nspec: {clusterIP: None}\n",
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "one cause, two StatefulSets",
			template: governedBy("a", "db", "") + governedBy("b", "db", "") + governedBy("c", "none", ""),
			want:     []string{"warning StatefulSet/a" + field, "warning StatefulSet/c" + field},
		},
		{
			name:     "not headless, and the pods' names are used",
			template: governedBy("db", "db", `, env: [{name: PEER, value: "db-0.db:5432"}]`) + service("db", "selector: {app: db}"),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "not headless, and nobody uses the names",
			template: governedBy("db", "db", `, env: [{name: PEER, value: "db:5432"}]`) + service("db", "selector: {app: db}"),
			want:     []string{"info StatefulSet/db" + field},
		},
		{
			name:     "headless, and selects other pods, whose names are used",
			template: governedBy("db", "db", `, args: ["--name=$(POD_NAME).db.prod.svc"]`) + service("db", "clusterIP: None, selector: {app: web}"),
			want:     []string{"warning StatefulSet/db" + field},
		},
		{
			name:     "headless, and selects other pods, whose names are used, not these",
			template: governedBy("db", "web", `, args: ["http://web-0.web/"]`) + service("web", "clusterIP: None, selector: {app: web}"),
			want:     []string{"info StatefulSet/db" + field},
		},
		{
			name:     "headless",
			template: governedBy("db", "db", "") + service("db", "clusterIP: None, selector: {app: db}"),
		},
		{
			name:     "headless, as a hook",
			template: governedBy("db", "db", "") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: db, annotations: {helm.sh/hook: pre-install}}\nspec: {clusterIP: None, selector: {app: db}}\n",
		},
		{
			name:     "headless, with endpoints of its own",
			template: governedBy("db", "db", "") + service("db", "clusterIP: None"),
		},
		{
			name:     "headless, for one of its pods",
			template: governedBy("db", "db", "") + service("db", "clusterIP: None, selector: {statefulset.kubernetes.io/pod-name: db-0}"),
		},
		{
			name:     "empty, which is legal",
			template: governedBy("db", `""`, ""),
		},
		{
			name:     "not there",
			template: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {template: {metadata: {labels: {app: db}}, spec: {}}}\n",
		},
		{
			name:     "another kind with such a field",
			template: "apiVersion: example.com/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {serviceName: db, template: {}}\n",
		},
	})
}

func TestServiceNotFoundMessage(t *testing.T) {
	for _, s := range []struct{ name, template, want string }{
		{"missing", governedBy("db", "db", "") + service("db-hl", "clusterIP: None, selector: {app: db}"),
			`no Service of the release is called "db": the pods get no names in DNS; the headless Service that selects them is called "db-hl"`},
		{"missing, and two could be meant", governedBy("db", "db", "") + service("db-hl", "clusterIP: None, selector: {app: db}") + service("db-peers", "clusterIP: None, selector: {app: db}"),
			`no Service of the release is called "db": the pods get no names in DNS`},
		{"missing, and used", governedBy("db", "db", `, args: ["http://db-0.db:80"]`),
			`no Service of the release is called "db": the pods get no names in DNS, and StatefulSet/db speaks of them`},
		{"not headless", governedBy("db", "db", "") + service("db", "selector: {app: db}"),
			"Service/db is not headless (clusterIP is not None): the pods get no names in DNS"},
		{"selects others", governedBy("db", "db", "") + service("db", "clusterIP: None, selector: {app: x}"),
			"Service/db does not select the pods, which get no names in DNS from it"},
	} {
		t.Run(s.name, func(t *testing.T) {
			findings := found(t, rules.ServiceNotFound, s.template, "")
			require.Len(t, findings, 1)
			assert.Equal(t, s.want, findings[0].Message)
		})
	}
}

// TestServiceOfTheUser: a name that the user gives may be another release's.
func TestServiceOfTheUser(t *testing.T) {
	rehearsal := rehearse(t, governedBy("db", "shared", ""), "")
	for _, tt := range []struct {
		values map[string]any
		want   lint.Severity
	}{
		{map[string]any{"serviceName": "shared"}, lint.Info},
		{map[string]any{"headless": map[string]any{"service": "{{ .Values.x }}ared"}}, lint.Info},
		{map[string]any{"serviceName": "other"}, lint.Warning},
		{map[string]any{"image": "shared"}, lint.Warning},
	} {
		rehearsal.Values.User = tt.values
		findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.ServiceNotFound})
		require.Len(t, findings, 1)
		assert.Equal(t, tt.want, findings[0].Severity, tt.values)
	}
}
