package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestDataHolderRenamed(t *testing.T) {
	app := func(claim, annotations string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + claim + ", annotations: {a: b" + annotations + "}}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n" +
			strings.Replace(deployment("app: web", "", ""), "      containers:", "      volumes: [{name: d, persistentVolumeClaim: {claimName: "+claim+"}}]\n      containers:", 1)
	}
	const keep = ", helm.sh/resource-policy: keep"
	set := claimSet("db", "a: b")
	other := func(name, image string) string {
		return strings.ReplaceAll(strings.Replace(claimSet(name, "a: b"), "image: db", "image: '"+image+"'", 1), "app: db", "app: "+name)
	}
	taking := strings.Replace(set, "spec:\n", "spec:\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n", 1)
	checkUpgrades(t, rules.DataHolderRenamed, []upgradeCase{
		{"a claim", app("data", ""), app("storage", ""), []string{"error PersistentVolumeClaim/data metadata.name"}},
		{"a claim that is kept", app("data", keep), app("storage", keep), []string{"warning PersistentVolumeClaim/data metadata.name"}},
		{"a StatefulSet", set, claimSet("database", "a: b"), []string{"error StatefulSet/db metadata.name"}},
		{"moved to another namespace", app("data", ""), strings.Replace(app("data", ""), "name: data, ", "name: data, namespace: other, ", 1), []string{"error PersistentVolumeClaim/data metadata.name"}},
		{"a StatefulSet becomes a Deployment", set, strings.ReplaceAll(strings.ReplaceAll(app("data", ""), "app: web", "app: db"), "name: web", "name: db"), []string{"error StatefulSet/db metadata.name"}},
		{"the claim alone is gone", app("data", ""), strings.SplitAfter(app("data", ""), "---\n")[1], []string{"error PersistentVolumeClaim/data metadata.name"}},
		{"the Deployment does without", app("data", ""), deployment("app: web", "", ""), []string{"error PersistentVolumeClaim/data metadata.name"}},
		{"the claim is kept, the Deployment does without", app("data", keep), deployment("app: web", "", ""), []string{"warning PersistentVolumeClaim/data metadata.name"}},
		{"the StatefulSet becomes a Deployment that does without", set, strings.ReplaceAll(deployment("app: db", "", ""), "{app: web}", "{app: db}"), []string{"warning StatefulSet/db metadata.name"}},
		{"the StatefulSet becomes a Deployment that mounts its claim", set, strings.Replace(strings.ReplaceAll(deployment("app: db", "", ""), "{app: web}", "{app: db}"), "      containers:", "      volumes: [{name: d, persistentVolumeClaim: {claimName: data-db-0}}]\n      containers:", 1), nil},
		{"the application is gone", app("data", ""), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", []string{"info PersistentVolumeClaim/data metadata.name"}},
		{"a Job alone mounts it in the new version", app("data", ""), "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j}], volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}}}\n", []string{"info PersistentVolumeClaim/data metadata.name"}},
		{"the StatefulSet loses its template, which is refused", strings.Replace(set, "spec:\n", "spec:\n  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}\n", 1), strings.Split(set, "  volumeClaimTemplates:")[0], nil},
		{"a StatefulSet is gone", set, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", nil},
		{"a StatefulSet is gone that takes its claims along", taking, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", []string{"info StatefulSet/db metadata.name"}},
		{"another application comes", app("data", ""), app("data", "") + "---\n" + claimSet("new", "a: b"), nil},
		{"one goes and another comes", set + "---\n" + app("data", ""), app("data", "") + "---\n" + other("cache", "cache"), nil},
		{"another label, the same image", set, other("store", "example.com/db:2"), []string{"error StatefulSet/db metadata.name"}},
		{"the same", app("data", ""), app("data", ""), nil},
	})
}

// TestPartsThatDoWithout: each part of an application is named with its own
// successor.
func TestPartsThatDoWithout(t *testing.T) {
	part := func(name string) string {
		return "---\n" + strings.ReplaceAll(claimSet(name, "a: b"), "app: db", "app: shop")
	}
	bare := func(name string) string { return strings.SplitN(part(name), "  volumeClaimTemplates:", 2)[0] }
	findings := compare(t, rules.DataHolderRenamed, part("db-data")+part("db-meta"), bare("shop-data")+bare("shop-meta"))
	require.Len(t, findings, 2)
	for i, name := range []string{"data", "meta"} {
		assert.Contains(t, findings[i].Message, "StatefulSet/shop-"+name+" do without")
		assert.Equal(t, "db-"+name, findings[i].Object.Name)
	}
}

func TestDataHolderRenamedSaysHowToMove(t *testing.T) {
	mounting := func(name, claim string) string {
		return "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + claim + "}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n" +
			strings.Replace(strings.Replace(deployment("app: web", "", ""), "name: web", "name: "+name, 1), "      containers:", "      volumes: [{name: d, persistentVolumeClaim: {claimName: "+claim+"}}]\n      containers:", 1)
	}
	const upgrade = "helm upgrade release-name CHART --namespace default"
	move := func(old, new string) []string {
		return []string{
			"# the volume must outlive its old claim, which is deleted only if it does",
			"VOLUME=$(kubectl get pvc " + old + " --namespace default --output jsonpath='{.spec.volumeName}')",
			`kubectl patch pv "$VOLUME" --type merge --patch '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
			`test "$(kubectl get pv "$VOLUME" --output jsonpath='{.spec.persistentVolumeReclaimPolicy}')" = Retain && kubectl delete pvc ` + old + " --namespace default",
			`kubectl patch pv "$VOLUME" --type merge --patch '{"spec":{"claimRef":{"namespace":"default","name":"` + new + `","uid":null,"resourceVersion":null}}}'`,
		}
	}
	const fits = "# the new claim takes the volume if it asks for no more than that has, in the same access mode"
	stop := []string{"# stop what uses the volume, until the upgrade"}

	findings := compare(t, rules.DataHolderRenamed, mounting("web", "data"), mounting("web", "storage"))
	require.Len(t, findings, 1)
	want := append(slices.Clone(stop), "kubectl delete deployment web --namespace default", "# whatever happens, the upgrade shall not delete the old claim",
		"kubectl annotate persistentvolumeclaim data --namespace default helm.sh/resource-policy=keep")
	want = append(want, move("data", "storage")...)
	assert.Equal(t, append(want, fits, upgrade), findings[0].Commands)

	three := func(name string) string {
		return strings.Replace(claimSet(name, "a: b"), "spec:\n", "spec:\n  replicas: 3\n", 1)
	}
	findings = compare(t, rules.DataHolderRenamed, three("db"), strings.ReplaceAll(three("database"), "app: database", "app: db"))
	require.Len(t, findings, 1)
	want = append(slices.Clone(stop), "kubectl delete statefulset db --namespace default --cascade=orphan", "kubectl delete pod db-0 db-1 db-2 --namespace default")
	want = append(want, move("data-db-0", "data-database-0")...)
	assert.Equal(t, append(want, "# the same for the claims data-db-… of the other 2 replicas, each to data-database…", fits, upgrade), findings[0].Commands)

	part := func(name string) string { return strings.ReplaceAll(claimSet(name, "a: b"), "app: "+name, "app: db") }
	findings = compare(t, rules.DataHolderRenamed, part("first")+"---\n"+part("second"), part("node"))
	require.Len(t, findings, 2)
	for _, f := range findings {
		assert.Empty(t, f.Commands, "one claim cannot take two volumes")
	}

	none := func(name string) string {
		return strings.Replace(claimSet(name, "a: b"), "spec:\n", "spec:\n  replicas: 0\n", 1)
	}
	findings = compare(t, rules.DataHolderRenamed, none("db"), strings.ReplaceAll(none("database"), "app: database", "app: db"))
	require.Len(t, findings, 1)
	assert.Contains(t, strings.Join(findings[0].Commands, "\n"), "kubectl get pvc data-db-0 ", "the claim may be there, though no pod is")

	findings = compare(t, rules.DataHolderRenamed, mounting("web", "data"), deployment("app: web", "", ""))
	require.Len(t, findings, 1)
	assert.Equal(t, "kubectl annotate persistentvolumeclaim data --namespace default helm.sh/resource-policy=keep", findings[0].Commands[1])
}
