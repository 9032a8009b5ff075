package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ImmutableFieldChanged finds fields that cannot change and that a new version
// of the chart changes.
var ImmutableFieldChanged = &lint.Rule{
	Name:           "immutable-field-changed",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "the new version of the chart changes a field that cannot change",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkImmutableFieldChanged,
	Doc: lint.Doc{
		Why: "Some fields are frozen from the day an object is created: the selector of a Deployment, most of a StatefulSet, the spec of a claim, the class of a volume. " +
			"A new version of a chart that changes one installs well everywhere and cannot be upgraded to anywhere. What has to be done by hand before the upgrade belongs into the release notes; " +
			"the finding says it as a command.",
		Before: versionedSet("OrderedReady", "data"),
		Next:   versionedSet("Parallel", "data"),
		After:  versionedSet("OrderedReady", "data"),
		Blind:  "Values that users have set, unless they are given: the two versions are compared under one set of values.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#2149", What: "an upgrade of a StatefulSet is refused"},
			{Ref: "helm/helm#7998", What: "the same, years later"},
		},
	},
}

// versionedSet is a StatefulSet whose settings the examples of two versions
// change.
func versionedSet(podManagement, template string) string {
	return `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  podManagementPolicy: ` + podManagement + `
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:1.0.0
  volumeClaimTemplates:
  - metadata: {name: ` + template + `}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`
}

func checkImmutableFieldChanged(p *lint.Pass) {
	if !p.Rehearsal.TwoVersions {
		return
	}
	for _, r := range refusals(p) {
		change := r.because(p.Rehearsal)
		if change == nil || keepsRollingUpdate(r.event) {
			continue
		}
		out := r.report(p.Rehearsal, change.Path)
		out.Derives = nil
		out.Message = fmt.Sprintf("the old version has %s here, the new one %s, and the field cannot change%s", show(change.Before), show(change.After), before(r.object))
		p.Report(out)
	}
}

// before says what has to be done by hand for an upgrade to pass.
func before(o *manifest.Object) string {
	remove := fmt.Sprintf("kubectl delete %s %s", kubectlKind(o), o.Name)
	switch o.Group() + "/" + o.Kind {
	case "apps/StatefulSet", "apps/Deployment", "apps/DaemonSet", "apps/ReplicaSet":
		return fmt.Sprintf("; before the upgrade run `%s --cascade=orphan`, which leaves its pods and claims alone", remove)
	case "batch/Job", "storage.k8s.io/StorageClass", "rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding":
		return fmt.Sprintf("; before the upgrade run `%s`", remove)
	}
	return ""
}

func kubectlKind(o *manifest.Object) string {
	kinds := map[string]string{"StatefulSet": "statefulset", "Deployment": "deployment", "DaemonSet": "daemonset", "ReplicaSet": "replicaset", "Job": "job",
		"StorageClass": "storageclass", "RoleBinding": "rolebinding", "ClusterRoleBinding": "clusterrolebinding"}
	return kinds[o.Kind]
}
