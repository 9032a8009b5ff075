package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// CronJobSharesExclusiveClaim finds Jobs and CronJobs that need a volume which
// a long-running workload holds on a node of its own choice.
var CronJobSharesExclusiveClaim = &lint.Rule{
	Name:     "cronjob-shares-exclusive-claim",
	Step:     lint.StepRun,
	Severity: lint.Error,
	Title:    "a Job or CronJob mounts a claim that a running workload holds exclusively",
	Check:    checkCronJobSharesExclusiveClaim,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "`ContainerCreating`, with an event `Multi-Attach error for volume …`"},
			{Where: lint.InPods, What: "`Pending`, with an event `… ReadWriteOncePod access mode already in-use by another pod`"},
			{Where: lint.InApplication, What: "its backups, or other work of a CronJob, have never run"},
		},
		Why: "A Job or CronJob mounts a claim that a running workload holds, and only one node (ReadWriteOnce) or one pod (ReadWriteOncePod) can use that claim. " +
			"Where the Job's pod lands on another node it waits for the volume until it is given up, and the backup is missed without a word.\n\n" +
			"The pods of a CronJob are scheduled anew each time. On a cluster of one node that always works, and there charts are tried out. ReadWriteOnce is a " +
			"warning. ReadWriteOncePod is an error: the Job can never run beside the workload.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOncePod]
  resources: {requests: {storage: 8Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
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
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: {{ .Release.Name }}-data}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-archive
spec:
  schedule: "@daily"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: archive
            image: registry.example.com/archive:1.0.0
            volumeMounts:
            - {name: data, mountPath: /data}
          volumes:
          - name: data
            persistentVolumeClaim: {claimName: {{ .Release.Name }}-data}
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
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
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: {{ .Release.Name }}-data}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-archive
spec:
  schedule: "@daily"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          affinity:
            podAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: web}
          restartPolicy: Never
          containers:
          - name: archive
            image: registry.example.com/archive:1.0.0
            volumeMounts:
            - {name: data, mountPath: /data}
          volumes:
          - name: data
            persistentVolumeClaim: {claimName: {{ .Release.Name }}-data}
`,
		Remedy: "A required `podAffinity` brings the Job to the node of the workload's pods, where both can use a ReadWriteOnce volume. Other ways are a sidecar in " +
			"the workload's pod, and ReadWriteMany storage. Mind that the access mode of a live claim is frozen: another mode means another claim, and a copy of " +
			"the data.",
		Blind: "The access modes of a claim that the release does not create, storage that is not bound to one node although it says so, and clusters of one node.",
		Incidents: []lint.Incident{
			{Ref: "bitnami/charts#20568", What: "Matomo's CronJobs cannot attach the volume that the Deployment holds"},
			{Ref: "nextcloud/helm#740", What: "what used to be a sidecar becomes a CronJob, which mounts the same claim from any node"},
		},
	},
}

func checkCronJobSharesExclusiveClaim(p *lint.Pass) {
	var found []*intrusion
	type cause struct {
		claim  *inventory.Claim
		holder *inventory.Workload
		onePod bool
	}
	known := map[cause]*intrusion{}
	for _, w := range p.Workloads {
		if !runsToCompletion(w) {
			continue
		}
		i := intrusionOf(p, w)
		if i == nil {
			continue
		}
		if same := known[cause{i.claim, i.holder, i.onePod}]; same != nil {
			same.jobs = append(same.jobs, w.Object)
			continue
		}
		known[cause{i.claim, i.holder, i.onePod}] = i
		found = append(found, i)
	}
	for _, i := range found {
		p.Report(i.report())
	}
}

// intrusion is a claim that Jobs mount while a workload holds it.
type intrusion struct {
	jobs   []*manifest.Object
	path   manifest.Path // of the first Job's volume
	name   string
	claim  *inventory.Claim
	holder *inventory.Workload
	onePod bool
}

// intrusionOf returns the first of a Job's volumes that others hold, or nil: one
// finding a Job, whatever the number of its volumes.
func intrusionOf(p *lint.Pass, w *inventory.Workload) *intrusion {
	for _, v := range w.Volumes {
		claim := p.FindClaim(w.Object, v.Claim)
		if v.Claim == "" || claim == nil {
			continue
		}
		oneNode, onePod := claim.Exclusive()
		if !oneNode {
			continue
		}
		if holder := holderOf(p, claim, w, v.Claim, onePod); holder != nil {
			return &intrusion{[]*manifest.Object{w.Object}, v.Path, v.Claim, claim, holder, onePod}
		}
	}
	return nil
}

// runsToCompletion reports whether the workload is a Job or a CronJob that
// runs while the release's other pods do.
func runsToCompletion(w *inventory.Workload) bool {
	switch w.Object.Kind {
	case "Job", "CronJob":
	default:
		return false
	}
	h := w.Object.Hook
	return h == nil || h.On("post-install", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback", "pre-delete")
}

// holderOf returns a long-running workload that holds the claim where w may
// not reach it, or nil.
func holderOf(p *lint.Pass, c *inventory.Claim, w *inventory.Workload, claim string, onePod bool) *inventory.Workload {
	for other := range p.Mounting(c) {
		if !other.RunsForever() || other.Replicas() == 0 || !p.SameNamespace(other.Object, w.Object) || !mounts(p, other, claim) {
			continue
		}
		if onePod || !(w.KeptNear(other) || other.KeptNear(w) || (w.PinnedToNode() && other.PinnedToNode())) {
			return other
		}
	}
	return nil
}

// mounts reports whether the workload mounts the claim of that name, through a
// claim template as well.
func mounts(p *lint.Pass, w *inventory.Workload, claim string) bool {
	for _, v := range w.Volumes {
		if v.Claim == claim {
			return true
		}
		if v.Template && withoutOrdinal(v.Claim) == withoutOrdinal(claim) {
			if c := p.FindClaim(w.Object, v.Claim); c != nil && c.Object == w.Object && c.Provides(claim) {
				return true
			}
		}
	}
	return false
}

// withoutOrdinal is what the claims of one template share of their names.
func withoutOrdinal(claim string) string { return strings.TrimRight(claim, "0123456789") }

func (i *intrusion) report() lint.Report {
	r := lint.Report{
		Object:  i.jobs[0],
		Path:    i.path.Append("persistentVolumeClaim", "claimName"),
		Related: append(i.jobs[1:len(i.jobs):len(i.jobs)], i.holder.Object),
	}
	pods := "the pods"
	if len(i.jobs) > 1 {
		pods = "the pods of " + enumerateObjects(i.jobs)
	}
	if i.onePod {
		r.Message = fmt.Sprintf("claim %q is ReadWriteOncePod and %s holds it: %s never start beside it", i.name, i.holder.Object, pods)
		return r
	}
	r.Severity = lint.Warning
	r.Message = fmt.Sprintf("claim %q is ReadWriteOnce and %s holds it: %s that land on another node wait for the volume in vain, and nothing brings them to the same one", i.name, i.holder.Object, pods)
	return r
}
