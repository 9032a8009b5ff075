package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestVendorRetention(t *testing.T) {
	resource := func(apiVersion, kind, metadata, spec string) string {
		return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: db" + metadata + "}\nspec: {" + spec + "}\n"
	}
	check(t, rules.ClaimDeletedWithRelease, []scenario{
		{name: "a switch", template: resource("db.orange.com/v1alpha1", "CassandraCluster", "", "deletePVC: true"), want: []string{"warning CassandraCluster/db spec.deletePVC"}},
		{name: "a switch that is off", template: resource("db.orange.com/v1alpha1", "CassandraCluster", "", "deletePVC: false")},
		{name: "at any depth", template: resource("kafka.strimzi.io/v1beta2", "Kafka", "", "kafka: {storage: {volumes: [{id: 0, deleteClaim: true}]}}"),
			want: []string{"warning Kafka/db spec.kafka.storage.volumes[0].deleteClaim"}},
		{name: "a finalizer", template: resource("pxc.percona.com/v1", "PerconaXtraDBCluster", ", finalizers: [percona.com/delete-pxc-pods-in-order, percona.com/delete-pxc-pvc]", ""),
			want: []string{"warning PerconaXtraDBCluster/db metadata.finalizers[1]"}},
		{name: "a finalizer whose operator is gone by then", template: operator("o") + may("o", `{apiGroups: [pxc.percona.com], resources: [perconaxtradbclusters], verbs: ["*"]}`) + "---\n" + resource("pxc.percona.com/v1", "PerconaXtraDBCluster", ", finalizers: [percona.com/delete-pxc-pvc]", "")},
		{name: "a finalizer for something else", template: resource("pxc.percona.com/v1", "PerconaXtraDBCluster", ", finalizers: [percona.com/delete-ssl]", "")},
		{name: "a policy", template: resource("apps.kubeblocks.io/v1", "Cluster", "", "terminationPolicy: WipeOut"), want: []string{"warning Cluster/db spec.terminationPolicy"}},
		{name: "a policy that keeps", template: resource("apps.kubeblocks.io/v1", "Cluster", "", "terminationPolicy: DoNotTerminate")},
		{name: "an operator's default", template: resource("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "", "version: 9.1.0"), want: []string{"warning Elasticsearch/db"}},
		{name: "an operator's default in words", template: resource("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "", "volumeClaimDeletePolicy: DeleteOnScaledownAndClusterDeletion"), want: []string{"warning Elasticsearch/db spec.volumeClaimDeletePolicy"}},
		{name: "told otherwise", template: resource("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "", "volumeClaimDeletePolicy: DeleteOnScaledownOnly")},
		{name: "an operator that owns the claims", template: resource("postgresql.cnpg.io/v1", "Cluster", "", "instances: 3"), want: []string{"warning Cluster/db"}},
		{name: "kept", template: resource("postgresql.cnpg.io/v1", "Cluster", ", annotations: {helm.sh/resource-policy: keep}", "instances: 3")},
		{name: "meant to go", template: resource("postgresql.cnpg.io/v1", "Cluster", ", annotations: {helm-stateful.io/on-uninstall: delete}", "instances: 3")},
		{name: "another group's Cluster", template: resource("cluster.x-k8s.io/v1beta1", "Cluster", "", "terminationPolicy: WipeOut")},
	})
}

func TestHardCodedDelete(t *testing.T) {
	const set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: POLICY}\n  volumeClaimTemplates: [{metadata: {name: data}}, {metadata: {name: log}}]\n"
	check(t, rules.ClaimDeletedWithRelease, []scenario{
		{name: "the chart's own word", template: withWords(set, "POLICY", "Delete"), want: []string{"info StatefulSet/db spec.persistentVolumeClaimRetentionPolicy.whenDeleted"}},
		{name: "the chart keeps", template: withWords(set, "POLICY", "Retain")},
		{name: "the values have a say", values: "persistence: {retentionPolicy: {whenDeleted: Delete}}\n", template: withWords(set, "POLICY", "{{ .Values.persistence.retentionPolicy.whenDeleted }}")},
	})
}
