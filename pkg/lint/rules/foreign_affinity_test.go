package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

const (
	// mysqlPods are the pod labels that Helm's own starter chart would set.
	mysqlPods = "{app.kubernetes.io/name: mysql, app.kubernetes.io/instance: {{ .Release.Name }}}"

	requiredTerm  = ".requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector"
	preferredTerm = ".preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector"
	antiField     = "spec.template.spec.affinity.podAntiAffinity"
)

// scheduled is a workload with pod labels and the scheduling part of a pod spec.
func scheduled(kind, name, labels, scheduling string) string {
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: %s
metadata:
  name: %s
spec:
  template:
    metadata:
      labels: %s
    spec: %s
`, kind, name, labels, scheduling)
}

// requires is a pod spec with one required term of a kind.
func requires(kind, term string) string {
	return "{affinity: {" + kind + ": {requiredDuringSchedulingIgnoredDuringExecution: [" + onHost(term) + "]}}}"
}

func prefers(kind, term string) string {
	return "{affinity: {" + kind + ": {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: " + onHost(term) + "}]}}}"
}

func onHost(term string) string { return "{topologyKey: kubernetes.io/hostname, " + term + "}" }

// databaseCluster is a custom resource that hands a scheduling policy to its operator.
func databaseCluster(name, labels, scheduling string) string {
	return fmt.Sprintf(`
---
apiVersion: apps.kubeblocks.io/v1
kind: Cluster
metadata: {name: %s, labels: %s}
spec:
  componentSpecs:
  - name: mysql
    schedulingPolicy: %s
`, name, labels, scheduling)
}

// backup keeps a JSON copy of the cluster my1 in an annotation.
func backup(t *testing.T, annotation, name string) string {
	t.Helper()
	return fmt.Sprintf(`
---
apiVersion: dataprotection.kubeblocks.io/v1alpha1
kind: Backup
metadata:
  name: %s
  labels: {app.kubernetes.io/instance: my1}
  annotations:
    %s: %s
`, name, annotation, snapshot(t))
}

// snapshot is the cluster my1 as JSON, quoted for YAML.
func snapshot(t *testing.T) string {
	t.Helper()
	terms := []any{map[string]any{
		"topologyKey":   "kubernetes.io/hostname",
		"labelSelector": map[string]any{"matchLabels": map[string]any{"app.kubernetes.io/instance": "my1"}},
	}}
	text, err := json.Marshal(map[string]any{
		"kind":     "Cluster",
		"metadata": map[string]any{"name": "my1", "labels": map[string]any{"app.kubernetes.io/instance": "my1"}},
		"spec": map[string]any{"componentSpecs": []any{map[string]any{"schedulingPolicy": map[string]any{
			"affinity": map[string]any{"podAntiAffinity": map[string]any{"requiredDuringSchedulingIgnoredDuringExecution": terms}},
		}}}},
	})
	require.NoError(t, err)
	quoted, err := json.Marshal(string(text))
	require.NoError(t, err)
	return string(quoted)
}

const (
	foreignInstance = "labelSelector: {matchLabels: {app.kubernetes.io/instance: my1}}"
	ownInstance     = "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}}}"
	clusterField    = "spec.componentSpecs[0].schedulingPolicy.affinity.podAntiAffinity"
	snapshotField   = `metadata.annotations["kubeblocks.io/cluster-snapshot"]`
)

func TestForeignAffinityToAnotherInstance(t *testing.T) {
	const prometheus = `
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: {{ .Release.Name }}-prometheus}
spec: `
	nested, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]any{"old": json.RawMessage(snapshot(t))}}})
	require.NoError(t, err)
	check(t, rules.ForeignAffinity, []scenario{
		{
			name:     "a workload",
			template: scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", foreignInstance)),
			want:     []string{"error StatefulSet/db " + antiField + requiredTerm},
		},
		{
			name:     "by matchExpressions and the old label, merely preferred",
			template: scheduled("Deployment", "web", "{app: web, release: {{ .Release.Name }}}", prefers("podAntiAffinity", "labelSelector: {matchExpressions: [{key: release, operator: In, values: [one, two]}]}")),
			want:     []string{"error Deployment/web " + antiField + preferredTerm},
		},
		{
			name:     "topology spread",
			template: scheduled("Deployment", "web", mysqlPods, "{topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, topologyKey: zone, "+foreignInstance+"}]}"),
			want:     []string{"error Deployment/web spec.template.spec.topologySpreadConstraints[0].labelSelector"},
		},
		{
			name: "a custom resource, its preferred and its required term once",
			template: databaseCluster("carrot67", "{app.kubernetes.io/instance: carrot67}",
				"{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["+onHost(foreignInstance)+"], preferredDuringSchedulingIgnoredDuringExecution: [{podAffinityTerm: "+onHost(foreignInstance)+"}]}}}"),
			want: []string{"error Cluster/carrot67 " + clusterField + requiredTerm},
		},
		{
			name:     "JSON in an annotation, whatever the annotated object's labels and its twin's",
			template: backup(t, "kubeblocks.io/cluster-snapshot", "monday") + backup(t, "kubeblocks.io/cluster-snapshot", "tuesday"),
			want:     []string{"error Backup/monday " + snapshotField, "error Backup/tuesday " + snapshotField},
		},
		{
			name:     "a backup does not make its instance the release's own",
			template: backup(t, "kubeblocks.io/cluster-snapshot", "monday") + databaseCluster("carrot67", "{app.kubernetes.io/instance: carrot67}", requires("podAntiAffinity", foreignInstance)),
			want:     []string{"error Backup/monday " + snapshotField, "error Cluster/carrot67 " + clusterField + requiredTerm},
		},
		{
			name:     "JSON in JSON",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations: {state: '" + string(nested) + "'}\n",
			want:     []string{"error ConfigMap/c metadata.annotations.state"},
		},
		{
			name:     "a CronJob",
			template: "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: dump}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: " + mysqlPods + "}, spec: " + requires("podAntiAffinity", foreignInstance) + "}}}}\n",
			want:     []string{"error CronJob/dump spec.jobTemplate.spec.template.spec.affinity.podAntiAffinity" + requiredTerm},
		},
		{
			name: "a copy of another cluster's, beside terms of its own",
			template: "\n---\napiVersion: apps.kubeblocks.io/v1\nkind: Cluster\nmetadata:\n  name: carrot67\n  labels: {app.kubernetes.io/instance: red}\n  annotations:\n    kubeblocks.io/cluster-snapshot: " + snapshot(t) + "\n" +
				"spec: " + requires("podAntiAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: red}}") + "\n",
			want: []string{"error Cluster/carrot67 " + snapshotField},
		},
		{
			name:     "the own instance",
			template: scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", ownInstance)),
		},
		{
			name:     "an instance that the release's own pods name",
			template: scheduled("StatefulSet", "db", "{app.kubernetes.io/instance: my1}", requires("podAntiAffinity", foreignInstance)),
		},
		{
			name:     "an instance that another object of the release names",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", foreignInstance)) + databaseCluster("y", "{app.kubernetes.io/instance: my1}", "{}"),
		},
		{
			name:     "a custom resource labels its pods with its own name",
			template: databaseCluster("my1", "{}", requires("podAntiAffinity", foreignInstance)),
		},
		{
			name:     "a custom resource's own label",
			template: databaseCluster("x", "{app.kubernetes.io/instance: my1}", requires("podAntiAffinity", foreignInstance)),
		},
		{
			name:     "the release's name and a component in a custom resource",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}-mysql}}")),
		},
		{
			name:     "one of several values is the release's own",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: app.kubernetes.io/instance, operator: In, values: [my1, {{ .Release.Name }}]}]}")),
		},
		{
			name:     "all but another instance",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: app.kubernetes.io/instance, operator: NotIn, values: [my1]}]}")),
		},
		{
			name:     "attraction to another release's database is meant",
			template: scheduled("Deployment", "web", mysqlPods, requires("podAffinity", foreignInstance)),
		},
		{
			name:     "namespaces given",
			template: scheduled("Deployment", "web", mysqlPods, requires("podAntiAffinity", foreignInstance+", namespaces: [other]")),
		},
		{
			name:     "a namespace selector given",
			template: scheduled("Deployment", "web", mysqlPods, requires("podAntiAffinity", foreignInstance+", namespaceSelector: {}")),
		},
		{
			name:     "release as the name of a channel",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", "labelSelector: {matchLabels: {release: canary}}")),
		},
		{
			name:     "Prometheus, by the labels that its operator sets",
			template: prometheus + requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [prometheus]}, {key: app.kubernetes.io/instance, operator: In, values: [{{ .Release.Name }}-prometheus]}]}") + "\n",
		},
		{
			name:     "kubectl's own copy of an object",
			template: backup(t, "kubectl.kubernetes.io/last-applied-configuration", "monday"),
		},
		{
			name:     "an annotation that is no JSON",
			template: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  annotations: {note: '{topologyKey and labelSelector'}\n",
		},
		{
			name:     "the schema of such terms",
			template: "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\nspec: {default: " + requires("podAntiAffinity", foreignInstance) + "}\n",
		},
	})
}

func TestForeignAffinityThatMissesItsOwnPods(t *testing.T) {
	web := scheduled("Deployment", "web", "{app: web}", "{}")
	check(t, rules.ForeignAffinity, []scenario{
		{
			name:     "the release's name with a component, which the pods do not carry",
			template: scheduled("Deployment", "web", mysqlPods, prefers("podAntiAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}-web}}")),
			want:     []string{"warning Deployment/web " + antiField + preferredTerm},
		},
		{
			name:     "a renamed label",
			template: scheduled("StatefulSet", "db", "{old/addon: db}", requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: new/addon, operator: In, values: [db]}]}")),
			want:     []string{"warning StatefulSet/db " + antiField + requiredTerm},
		},
		{
			name:     "a spread without a selector",
			template: scheduled("Deployment", "web", "{app: web}", "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]}"),
			want:     []string{"warning Deployment/web spec.template.spec.topologySpreadConstraints[0].labelSelector"},
		},
		{
			name:     "another application of another release: meant, or twice wrong",
			template: scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app: kafka, app.kubernetes.io/instance: my1}}")),
			want:     []string{"warning Deployment/web " + antiField + requiredTerm},
		},
		{
			name:     "a required neighbour that this release does not have",
			template: scheduled("Deployment", "web", mysqlPods, requires("podAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}, app.kubernetes.io/name: cache}}")),
			want:     []string{"warning Deployment/web spec.template.spec.affinity.podAffinity" + requiredTerm},
		},
		{
			name:     "a preferred neighbour",
			template: scheduled("Deployment", "web", mysqlPods, prefers("podAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}, app.kubernetes.io/name: cache}}")),
		},
		{
			name: "a required neighbour that an operator may make",
			template: scheduled("Deployment", "web", mysqlPods, requires("podAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: {{ .Release.Name }}, app.kubernetes.io/name: cache}}")) +
				databaseCluster("x", "{}", "{}"),
		},
		{
			name:     "keeps away from another component of the release",
			template: scheduled("Deployment", "batch", "{app: batch}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app: web}}")) + web,
		},
		{
			name:     "keeps away from what an operator makes for a custom resource of the release",
			template: scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {matchLabels: {cluster: carrot67}}")) + databaseCluster("carrot67", "{}", "{}"),
		},
		{
			name: "one term for the own pods, one for a component that is switched off",
			template: scheduled("Deployment", "web", "{app: web}",
				"{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: ["+onHost("labelSelector: {matchLabels: {app: web}}")+","+onHost("labelSelector: {matchLabels: {app: batch}}")+"]}}}"),
		},
		{
			name:     "all pods",
			template: scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {}")),
		},
		{
			name:     "the own revision, by a label that the controller sets",
			template: scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: pod-template-hash, operator: Exists}]}")),
		},
		{
			name:     "matchLabelKeys",
			template: scheduled("Deployment", "web", "{app: web}", "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [pod-template-hash]}]}"),
		},
		{
			name:     "keeps away from what carries the labels of a custom resource",
			template: scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: carrot67, tier: data}}")) + databaseCluster("x", "{app.kubernetes.io/instance: carrot67, tier: data}", "{}"),
		},
		{
			name:     "pods without a label",
			template: scheduled("Deployment", "web", "{app: web, role: x}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app: web}, matchExpressions: [{key: role, operator: DoesNotExist}]}")),
			want:     []string{"warning Deployment/web " + antiField + requiredTerm},
		},
		{
			name:     "a term without a topology, which is refused",
			template: scheduled("Deployment", "web", "{app: web}", "{affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: {matchLabels: {app: other}}}]}}}"),
		},
		{
			name:     "one pod on each node anyway",
			template: scheduled("DaemonSet", "agent", "{app: agent}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app: web}}")),
		},
		{
			name:     "a CronJob has no replicas to keep apart",
			template: "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: dump}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {app: dump}}, spec: " + requires("podAntiAffinity", "labelSelector: {matchLabels: {app: web}}") + "}}}}\n",
		},
		{
			name:     "the labels of a custom resource's pods are unknown",
			template: databaseCluster("x", "{}", requires("podAntiAffinity", "labelSelector: {matchLabels: {app: mysql}}")),
		},
	})
}

// The user may keep away from another release on purpose.
func TestForeignAffinityOfTheUser(t *testing.T) {
	rehearsal := rehearse(t, scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", foreignInstance)), "")
	rehearsal.Values.User = map[string]any{"affinity": []any{map[string]any{"instance": "my1"}}}
	findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.ForeignAffinity})
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Info, findings[0].Severity)
	assert.Empty(t, findings[0].Fixable)
}

// Nor is a label that the user asks for the chart's mistake.
func TestMissedPodsOfTheUser(t *testing.T) {
	rehearsal := rehearse(t, scheduled("Deployment", "web", "{app: web}", requires("podAntiAffinity", "labelSelector: {matchLabels: {team: shop}}")), "")
	run := func() lint.Severity {
		findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.ForeignAffinity})
		require.Len(t, findings, 1)
		return findings[0].Severity
	}
	assert.Equal(t, lint.Warning, run())
	rehearsal.Values.User = map[string]any{"affinity": map[string]any{"team": "shop"}}
	assert.Equal(t, lint.Info, run())
}

// Without a release name, the other objects tell what is the release's own.
func TestForeignAffinityOnABareStream(t *testing.T) {
	const labelled = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: {app.kubernetes.io/instance: %s}}\n"
	const ownMysql = "labelSelector: {matchLabels: {app.kubernetes.io/instance: my-mysql}}"
	term := databaseCluster("x", "{}", requires("podAntiAffinity", foreignInstance))
	for text, want := range map[string]int{
		term:                                  0,
		term + fmt.Sprintf(labelled, "my1"):   0,
		term + fmt.Sprintf(labelled, "my"):    1,
		term + fmt.Sprintf(labelled, "other"): 1,
		term + scheduled("Deployment", "web", "{app.kubernetes.io/instance: other}", "{}"):                                                       1,
		databaseCluster("x", "{}", requires("podAntiAffinity", ownMysql)) + fmt.Sprintf(labelled, "my"):                                          0,
		databaseCluster("x", "{app.kubernetes.io/instance: my1}", requires("podAntiAffinity", foreignInstance)) + fmt.Sprintf(labelled, "other"): 0,
		backup(t, "snapshot", "monday"):                                     0,
		backup(t, "snapshot", "monday") + term:                              0,
		backup(t, "snapshot", "monday") + fmt.Sprintf(labelled, "carrot67"): 1,
	} {
		stream, err := manifest.Parse([]byte(text))
		require.NoError(t, err)
		assert.Len(t, lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.ForeignAffinity}), want, text)
	}
}

// A fix is offered only where it makes the term select the pods it is for.
func TestForeignAffinityFixable(t *testing.T) {
	for template, want := range map[string]string{
		scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", foreignInstance)):                                                                                       "on request",
		scheduled("StatefulSet", "db", "{app: db}", requires("podAntiAffinity", foreignInstance)):                                                                                     "",
		scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", "labelSelector: {matchLabels: {app.kubernetes.io/instance: my1, tier: db}}")):                           "",
		scheduled("StatefulSet", "db", mysqlPods, requires("podAntiAffinity", "labelSelector: {matchExpressions: [{key: app.kubernetes.io/instance, operator: In, values: [my1]}]}")): "",
		databaseCluster("carrot67", "{app.kubernetes.io/instance: carrot67}", requires("podAntiAffinity", foreignInstance)):                                                           "on request",
		databaseCluster("carrot67", "{}", requires("podAntiAffinity", foreignInstance)):                                                                                               "",
		backup(t, "snapshot", "monday"): "",
	} {
		findings := found(t, rules.ForeignAffinity, template, "")
		require.Len(t, findings, 1, template)
		assert.Equal(t, want, findings[0].Fixable, template)
	}
}

// TestSpreadThatTheUserWrote: whoever writes a constraint without a selector is
// told, and the chart is not blamed.
func TestSpreadThatTheUserWrote(t *testing.T) {
	template := scheduled("Deployment", "web", "{app: web}", "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]}")
	for topology, want := range map[string]lint.Severity{"zone": lint.Info, "rack": lint.Warning} {
		rehearsal := rehearse(t, template, "")
		rehearsal.Values = lifecycle.Values{User: map[string]any{"spread": []any{map[string]any{"topologyKey": topology}}}}
		findings := lint.Run(lint.Subject{Rehearsal: rehearsal}, []*lint.Rule{rules.ForeignAffinity})
		require.Len(t, findings, 1)
		assert.Equal(t, want, findings[0].Severity)
	}
}
