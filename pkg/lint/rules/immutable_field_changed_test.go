package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestImmutableFieldChanged(t *testing.T) {
	base := claimSet("db", "a: b")
	job := migration("", "1")
	nullClass := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: db}\nspec: {accessModes: [ReadWriteOnce], storageClassName: null, resources: {requests: {storage: 1Gi}}}\n"
	checkUpgrades(t, rules.ImmutableFieldChanged, []upgradeCase{
		{"label of a claim template", base, claimSet("db", "a: c"), []string{"error StatefulSet/db spec.volumeClaimTemplates[0].metadata.labels.a"}},
		{"absent to not the default", base, strings.Replace(base, "spec:\n  selector", "spec:\n  podManagementPolicy: Parallel\n  selector", 1), []string{"error StatefulSet/db spec.podManagementPolicy"}},
		{"to a headless Service", "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: \"\", ports: [{port: 80}]}\n", "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: None, ports: [{port: 80}]}\n", []string{"error Service/db spec.clusterIP"}},
		{"null is dropped", nullClass, strings.Replace(nullClass, "storageClassName: null, ", "", 1), []string{"error PersistentVolumeClaim/db spec.storageClassName"}},
		{"an empty volumeName is dropped", strings.Replace(nullClass, "storageClassName: null", `volumeName: ""`, 1), strings.Replace(nullClass, "storageClassName: null, ", "", 1), []string{"error PersistentVolumeClaim/db spec.volumeName"}},
		// The upgrade passes, and a rollback would take the class away.
		{"nothing becomes the default class", strings.Replace(nullClass, "storageClassName: null, ", "", 1), strings.Replace(nullClass, "null", "standard", 1), []string{"warning PersistentVolumeClaim/db spec.storageClassName"}},
		{"a Job", job, migration("", "2"), []string{"error Job/migrate spec.template.spec.containers[0].image"}},
		{"selector", deployment("app: web", "", ""), strings.ReplaceAll(deployment("app: web", "", ""), "app: web", "app: site"), []string{"error Deployment/web spec.selector.matchLabels.app"}},
		{"absent to the default", base, strings.Replace(base, "spec:\n  selector", "spec:\n  podManagementPolicy: OrderedReady\n  selector", 1), nil},
		{"what may change", base, strings.Replace(base, "image: db", "image: other", 1), nil},
		{"random in both", claimSet("db", "a: x{{ randAlpha 5 }}"), claimSet("db", "a: x{{ randAlpha 5 }}"), nil},
		{"a list of another length is shown in part", base, strings.Replace(base, "    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n", "    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n  - metadata: {name: log}\n    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n", 1), []string{"error StatefulSet/db spec.volumeClaimTemplates"}},
		{"a Job under another name", job, strings.Replace(migration("", "2"), "name: migrate,", "name: migrate2,", 1), nil},
		{"the same", base, base, nil},
	})
}

func TestImmutableFieldChangedSaysWhatToDo(t *testing.T) {
	set := claimSet("db", "a: b")
	service := "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {ports: [{port: 80}]}\n"
	headless := strings.Replace(service, "spec: {", "spec: {clusterIP: None, ", 1)
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nimmutable: true\nstringData: {a: b}\n"
	claim := "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: db}\nspec: {accessModes: [ReadWriteOnce], storageClassName: a, resources: {requests: {storage: 1Gi}}}\n"
	const upgrade = "helm upgrade release-name CHART --namespace default"
	old := strings.Replace(strings.Replace(deployment("app: web", "", ""), "apps/v1", "extensions/v1beta1", 1), "  selector: {matchLabels: {app: web}}\n", "", 1)
	orphan := "kubectl delete statefulset db --namespace default --cascade=orphan"
	tests := []struct {
		name, old, next string
		want            []string
	}{
		{"a StatefulSet keeps its pods", set, strings.Replace(set, "spec:\n  selector", "spec:\n  podManagementPolicy: Parallel\n  selector", 1),
			[]string{"# the pods and their claims stay, and the new StatefulSet takes them over", orphan, upgrade}},
		{"claim template", set, claimSet("db", "a: c"),
			[]string{"# the pods and their claims stay, and the new StatefulSet takes them over", orphan, "# claims that exist stay as they are: only those that are made later follow the new template", upgrade}},
		{"selector of a StatefulSet", set, strings.ReplaceAll(set, "app: db", "app: store"),
			[]string{"# the claims stay; the pods do not match the new selector and would be in the way of the new ones", orphan, "kubectl delete pod db-0 --namespace default", upgrade}},
		{"selector of a Deployment", deployment("app: web", "", ""), strings.ReplaceAll(deployment("app: web", "", ""), "app: web", "app: site"),
			[]string{"# the pods stop until the upgrade makes new ones; the claims that they mount stay", "kubectl delete deployment web --namespace default", upgrade}},
		{"labels that an old API version selects by", strings.Replace(old, "app: web", "app: web, v: a", 1), strings.Replace(old, "app: web", "app: web, v: b", 1),
			[]string{"# the pods stop until the upgrade makes new ones; the claims that they mount stay", "kubectl delete deployment web --namespace default", upgrade}},
		{"Job", migration("", "1"), migration("", "2"),
			[]string{"# if the Job is still running, it stops; after the upgrade it runs once more", "kubectl delete job migrate --namespace default", upgrade}},
		{"address of a Service", service, headless,
			[]string{"# clients lose the Service until the upgrade, and its addresses change, a load balancer's too", "kubectl delete service db --namespace default", upgrade}},
		{"Secret", secret, strings.Replace(secret, "a: b", "a: c", 1),
			[]string{"# what the chart has generated is lost with the Secret: keep a copy", "kubectl get secret db --namespace default --output yaml > db.yaml", "kubectl delete secret db --namespace default", upgrade}},
		{"ConfigMap", object("v1", "ConfigMap", "immutable: true\ndata: {a: b}"), object("v1", "ConfigMap", "immutable: true\ndata: {a: c}"),
			[]string{"kubectl delete configmap a --namespace default", upgrade}},
		{"StorageClass", object("storage.k8s.io/v1", "StorageClass", "provisioner: a"), object("storage.k8s.io/v1", "StorageClass", "provisioner: b"),
			[]string{"# volumes that exist stay as they were made", "kubectl delete storageclass a", upgrade}},
		{"RoleBinding", object("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}"), object("rbac.authorization.k8s.io/v1", "RoleBinding", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: b}"),
			[]string{"# its subjects lack these rights until the upgrade", "kubectl delete rolebinding a --namespace default", upgrade}},
		{"a field that the API server calls otherwise", object("storage.k8s.io/v1", "CSIDriver", "spec: {attachRequired: true}"), object("storage.k8s.io/v1", "CSIDriver", "spec: {attachRequired: false}"),
			[]string{"kubectl delete csidriver a", upgrade}},
		{"selector of a StatefulSet without pods", strings.Replace(set, "spec:\n", "spec:\n  replicas: 0\n", 1), strings.ReplaceAll(strings.Replace(set, "spec:\n", "spec:\n  replicas: 0\n", 1), "app: db", "app: store"),
			[]string{"# the claims stay; the pods do not match the new selector and would be in the way of the new ones", orphan, upgrade}},
		{"a claim is never deleted", claim, strings.Replace(claim, "storageClassName: a", "storageClassName: b", 1), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings := compare(t, rules.ImmutableFieldChanged, tt.old, tt.next)
			require.Len(t, findings, 1)
			assert.Equal(t, tt.want, findings[0].Commands)
			assert.Equal(t, "upgrade (Helm 3 and 4)", findings[0].Breaks[0])
			assert.Equal(t, tt.want == nil, strings.Contains(findings[0].Message, "keep the old value"))
		})
	}
}

// object is a thing with a spec or the like.
func object(apiVersion, kind, rest string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: a}\n" + rest + "\n"
}

// TestFieldsOfVolumes: the API server calls them otherwise than manifests do.
func TestFieldsOfVolumes(t *testing.T) {
	volume := func(spec string) string {
		return object("v1", "PersistentVolume", "spec: {accessModes: [ReadWriteOnce], "+spec+"}")
	}
	near := func(node string) string {
		return "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [" + node + "]}]}]}}"
	}
	const small, server, mode = "capacity: {storage: 1Gi}, ", "nfs: {server: a, path: /}", "volumeMode: Block, "
	checkUpgrades(t, rules.ImmutableFieldChanged, []upgradeCase{
		{"the server of the files, and the size, which may change", volume(small + server), volume("capacity: {storage: 2Gi}, nfs: {server: b, path: /}"), []string{"error PersistentVolume/a spec.nfs.server"}},
		{"another source", volume(small + "hostPath: {path: /a}"), volume(small + server), []string{"error PersistentVolume/a spec.hostPath"}},
		{"the mode", volume(small + server), volume(mode + small + server), []string{"error PersistentVolume/a spec.volumeMode"}},
		{"the node", volume(small + near("a") + ", local: {path: /a}"), volume(small + near("b") + ", local: {path: /a}"), []string{"error PersistentVolume/a spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values[0]"}},
		{"the size alone", volume(small + server), volume("capacity: {storage: 2Gi}, " + server), nil},
	})
}

// TestRefusedRollback: what an upgrade may change and a rollback not back.
func TestRefusedRollback(t *testing.T) {
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {a: b}\n"
	findings := compare(t, rules.ImmutableFieldChanged, secret, strings.Replace(secret, "a: b", "a: c", 1)+"immutable: true\n")
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Warning, findings[0].Severity)
	assert.Contains(t, findings[0].Message, "and a rollback cannot change it back")
	assert.Empty(t, findings[0].Commands)
}

// TestStoredVersions: definitions that leave out what objects are stored in are
// one finding, whatever their number.
func TestStoredVersions(t *testing.T) {
	definition := func(plural, versions string) string {
		return "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: " + plural + ".example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n" +
			"  names: {kind: " + plural + ", plural: " + plural + "}\n  versions: [" + versions + "]\n"
	}
	const schema = ", schema: {openAPIV3Schema: {type: object}}}"
	v1, v2 := "{name: v1, served: true, storage: true"+schema, "{name: v2, served: true, storage: true"+schema
	both := "{name: v1, served: true, storage: false" + schema + ", " + v2
	of := func(versions string) string { return definition("as", versions) + definition("bs", versions) }
	for _, s := range []struct {
		name, old, next string
		want            []string
	}{
		{"a rollback does", of(v1), of(both), []string{"warning CustomResourceDefinition/as.example.com spec.versions"}},
		{"the upgrade does", of(v1), of(v2), []string{"error CustomResourceDefinition/as.example.com spec.versions"}},
		{"neither does", of(both), of(both), nil},
	} {
		t.Run(s.name, func(t *testing.T) {
			var got []string
			for _, f := range compare(t, rules.ImmutableFieldChanged, s.old, s.next) {
				got = append(got, f.Severity.String()+" "+f.Object.String()+" "+f.Field)
				assert.Len(t, f.Related, 1)
			}
			assert.Equal(t, s.want, got)
		})
	}
}

// TestNeverInstalled: what the API server has refused to create is no release
// to upgrade from.
func TestNeverInstalled(t *testing.T) {
	misplaced := strings.Replace(claimSet("db", "a: b"), "  volumeClaimTemplates:", "  noSuchField: 1\n  volumeClaimTemplates:", 1)
	assert.Empty(t, compare(t, rules.ImmutableFieldChanged, misplaced, claimSet("db", "a: b")))
}

// TestLookedUpBetweenVersions: what lookup finds is the matter of another rule,
// whichever version begins with it.
func TestLookedUpBetweenVersions(t *testing.T) {
	const head = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources: {requests: {storage: 8Gi}}\n"
	const found = head + "  {{- with lookup \"v1\" \"PersistentVolumeClaim\" .Release.Namespace \"data\" }}\n  volumeName: {{ .spec.volumeName }}\n  {{- end }}\n"
	for _, old := range []string{head, found} {
		assert.Empty(t, compare(t, rules.ImmutableFieldChanged, old, found))
		findings := compare(t, rules.LookupInImmutableField, old, found)
		require.Len(t, findings, 1)
		assert.Equal(t, []string{"lookup"}, findings[0].Derives)
	}
	assert.Empty(t, compare(t, rules.LookupInImmutableField, head, head))
}

// TestInvalidInItself: an object that nobody could create is not a matter of
// the change, and deleting the old one would not help.
func TestInvalidInItself(t *testing.T) {
	old := deployment("app: web", "", "")
	next := strings.ReplaceAll(deployment("app: web", "", "volumeMounts: [{name: d, mountPath: /d}]"), "app: web", "app: site")
	assert.Empty(t, compare(t, rules.ImmutableFieldChanged, old, next))
	findings := compare(t, rules.RefusedByAPIServer, old, next)
	require.Len(t, findings, 1)
	assert.Empty(t, compare(t, rules.RefusedByAPIServer, next, next), "nobody has installed it")
	assert.Empty(t, compare(t, rules.RefusedByAPIServer, next, old))
}

// TestLongValuesAreShownInPart: a message stays readable.
func TestLongValuesAreShownInPart(t *testing.T) {
	base := claimSet("db", "a: b")
	const claim = "    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"
	findings := compare(t, rules.ImmutableFieldChanged, base, strings.Replace(base, claim, claim+"  - metadata: {name: log}\n"+claim, 1))
	require.Len(t, findings, 1)
	assert.Contains(t, findings[0].Message, "…")
	assert.Less(t, len(findings[0].Message), 300)
}
