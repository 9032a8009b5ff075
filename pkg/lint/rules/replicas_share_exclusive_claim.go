package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ReplicasShareExclusiveClaim finds workloads whose replicas all need a volume
// that one node, or one pod, can have.
var ReplicasShareExclusiveClaim = &lint.Rule{
	Name:         "replicas-share-exclusive-claim",
	Step:         lint.StepUpgrade,
	Severity:     lint.Error,
	Title:        "several replicas, or workloads, mount one claim that only one node, or one pod, can use",
	InstallAlone: true,
	Check:        checkReplicasShareExclusiveClaim,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "`ContainerCreating`, with an event `Multi-Attach error for volume …`"},
			{Where: lint.InPods, What: "`Pending`, with an event `… ReadWriteOncePod access mode already in-use by another pod`"},
		},
		Why: "Several pods mount one claim that only one node (ReadWriteOnce) or one pod (ReadWriteOncePod) can use. The scheduler spreads them over the nodes, and " +
			"those on another node than the first stay in `ContainerCreating` for ever; with ReadWriteOncePod the second is not even scheduled.\n\n" +
			"All pods of a Deployment mount the same claim. Often one replica is the default, and works. It breaks on the day when `replicaCount` is raised, or " +
			"when the autoscaler adds a pod under load, which is when the pod is needed. Two workloads that share a claim, such as a web server and its worker, " +
			"meet the same end.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-uploads
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 8Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: 3
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
        volumeMounts:
        - {name: uploads, mountPath: /uploads}
      volumes:
      - name: uploads
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-uploads
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-uploads
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 8Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: 3
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
        volumeMounts:
        - {name: uploads, mountPath: /uploads}
      volumes:
      - name: uploads
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-uploads
`,
		Remedy: "The claim is ReadWriteMany, on storage that can do so. Other ways: a StatefulSet with a claim for each replica; one replica and no autoscaler; or a " +
			"required `podAffinity` to the workload's own pods on `kubernetes.io/hostname`, which keeps all on one node. The access mode of a live claim is " +
			"frozen: another mode means another claim, and a copy of the data.",
		Blind: "The access modes of a claim that the release does not create, storage that is not bound to one node although it says so (NFS, drivers without attach), and clusters of one node. " +
			"Where the autoscaler is off by default, and only there under values that helm-stateful tries of its own accord, the finding is a warning.",
		Incidents: []lint.Incident{
			{Ref: "RocketChat/helm-charts#212", What: "three replicas on a ReadWriteOnce claim: the one on another node stays in ContainerCreating"},
			{Ref: "grafana/helm-charts#1820", What: "Loki's rulers cannot be scaled: Multi-Attach error"},
			{Ref: "bitnami/charts#11199", What: "Matomo with replicaCount 2 waits for a claim in use"},
		},
	},
}

func checkReplicasShareExclusiveClaim(p *lint.Pass) {
	checkWorkloadsShareClaim(p)
	for _, w := range p.Workloads {
		if w.Object.Hook != nil || !replicated(w.Object) {
			continue
		}
		many := manyPods(p, w)
		if many == nil {
			continue
		}
		if v, claim := contested(p, w); claim != nil {
			p.Report(contestedReport(p, w, v, claim, many))
		}
	}
}

// replicated reports whether the kind runs a number of like pods.
func replicated(o *manifest.Object) bool {
	switch o.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		return true
	}
	return false
}

// replicas is what makes a workload have several pods.
type replicas struct {
	text       string
	autoscaler *inventory.Autoscaler
}

// manyPods returns nil where the workload is not to have more than one pod.
func manyPods(p *lint.Pass, w *inventory.Workload) *replicas {
	if a := p.AutoscalerOf(w); a != nil {
		if a.Max <= 1 {
			return nil // it holds the replicas down, whatever they are
		}
		return &replicas{fmt.Sprintf("%s may run up to %d pods of this %s", a.Object, a.Max, w.Object.Kind), a}
	}
	if n := w.Replicas(); n > 1 {
		return &replicas{fmt.Sprintf("the %d replicas of this %s", n, w.Object.Kind), nil}
	}
	return nil
}

// contested returns the volume of w whose claim its pods cannot share, the one
// that is for one pod alone first, or nil.
func contested(p *lint.Pass, w *inventory.Workload) (found *inventory.Volume, claim *inventory.Claim) {
	together := w.PinnedToNode() || w.KeptNear(w)
	for _, v := range w.Volumes {
		if v.Claim == "" || v.Template {
			continue
		}
		c := p.FindClaim(w.Object, v.Claim)
		if c == nil {
			continue
		}
		switch oneNode, onePod := c.Exclusive(); {
		case onePod:
			return v, c
		case oneNode && !together && found == nil && !onSharedStorage(p, c):
			found, claim = v, c
		}
	}
	return found, claim
}

func contestedReport(p *lint.Pass, w *inventory.Workload, v *inventory.Volume, claim *inventory.Claim, many *replicas) lint.Report {
	r := lint.Report{
		Object: w.Object,
		Path:   v.Path.Append("persistentVolumeClaim", "claimName"),
	}
	if claim.Object != w.Object {
		r.Related = append(r.Related, claim.Object)
	}
	if p.Probe {
		r.Severity = lint.Warning
	}
	all := " all mount"
	if many.autoscaler != nil {
		r.Related = append(r.Related, many.autoscaler.Object)
		all = ", which all mount"
	}
	r.Message = many.text + all + fmt.Sprintf(" claim %q", v.Claim)
	if _, onePod := claim.Exclusive(); onePod {
		r.Message += " (ReadWriteOncePod): only one of them can ever run"
		r.Breaks = []string{"every pod but the first stays Pending"}
		return r
	}
	r.Message += " (ReadWriteOnce): those on another node than the first wait for the volume in vain, and nothing brings them to the same one"
	r.Breaks = []string{"pods on a second node never start"}
	return r
}
