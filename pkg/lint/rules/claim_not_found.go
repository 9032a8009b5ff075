package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ClaimNotFound finds pods that mount a claim which nothing in the release
// creates.
var ClaimNotFound = &lint.Rule{
	Name:         "claim-not-found",
	Step:         lint.StepInstall,
	Severity:     lint.Error,
	Title:        "a pod mounts a claim that nothing in the release creates",
	InstallAlone: true,
	Check:        checkClaimNotFound,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "mount the claim that the rest of the application mounts at the same path",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "`Pending`, with an event `persistentvolumeclaim \"…\" not found`"},
			{Where: lint.InApplication, What: "its backups, or other work of a CronJob, have never run"},
		},
		Why: "A pod names a claim that does not exist, and stays `Pending` for ever: `persistentvolumeclaim \"x\" not found`. Helm reports success, since it does not " +
			"look at pods unless it is told to `--wait`. A Deployment shows the fault at once; a CronJob for backups shows it on the day when the backup is needed.\n\n" +
			"It mostly happens where two templates spell the claim's name in two ways, or where one of them forgets the user's `existingClaim`. A claim that no " +
			"pod mounts is the same mistake seen from the other side, and is reported too; so is a claim template that no container mounts. A name that comes from the values is the user's own word and only " +
			"noted: that claim is expected to be there already.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
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
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-data
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-backup
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: backup
            image: registry.example.com/backup:1.0.0
            volumeMounts:
            - {name: data, mountPath: /data}
          volumes:
          - name: data
            persistentVolumeClaim:
              claimName: {{ .Release.Name }}-web-data
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
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
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-data
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-backup
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: backup
            image: registry.example.com/backup:1.0.0
            volumeMounts:
            - {name: data, mountPath: /data}
          volumes:
          - name: data
            persistentVolumeClaim:
              claimName: {{ .Release.Name }}-data
`,
		Remedy: "The CronJob mounts the claim that the Deployment mounts.",
		Blind: "Claims that an operator, another release or a person creates. Where a custom resource of the release has a name that the claim's name carries, " +
			"its operator is taken to create the claim. On manifests alone the values are unknown, so that the finding is a warning.",
		FixSafety: "It takes the claim that the release's other pods mount at the same path, where there is only one; look whether that is the one meant. A pod template " +
			"may change at any time, except that of a Job.",
		Incidents: []lint.Incident{
			{Ref: "bitnami/charts#33177", What: "Matomo's CronJobs mount a claim that does not exist once `existingClaim` is set"},
			{Ref: "bitnami/charts#15452", What: "Mastodon's claim carries a suffix that none of the pods knows"},
			{Ref: "aenix-io/kubernetes-in-kubernetes#13", What: "the backup of etcd mounts a claim of another name, and so never runs"},
		},
	},
}

func checkClaimNotFound(p *lint.Pass) {
	checkUnmountedTemplates(p)
	unmounted := unmountedClaims(p)
	var mounted mountedClaims
	var missing []missed
	for _, w := range testsLast(p.Workloads) {
		for _, v := range w.Volumes {
			if v.Template || v.Claim == "" || p.FindClaim(w.Object, v.Claim) != nil || madeByOperator(p, v.Claim) {
				continue
			}
			if mounted == nil {
				mounted = mountedClaimsOf(p)
			}
			missing = addMissed(p, missing, missed{v.Claim, missingClaim(p, w, v, unmounted, mounted)})
		}
	}
	for _, m := range missing {
		p.Report(m.report)
	}
	if len(missing) > 0 || p.Rehearsal == nil {
		return // it has been said, or who mounts the claim may be in another stream
	}
	for _, c := range unmounted {
		if w, _ := emptyDirInstead(p, c); w != nil || !runsSomething(p, c.Object) {
			continue // volume-falls-back-to-emptydir says it better
		}
		p.Report(lint.Report{
			Severity:   lint.Warning,
			Object:     c.Object,
			NotFixable: true,
			Message:    "no pod mounts this claim, and nothing else in the release names it: what is meant to be kept on it is kept elsewhere, or not at all",
		})
	}
}

// missed is a claim that is not there, and what is said of it.
type missed struct {
	claim  string
	report lint.Report
}

// addMissed adds what is said of a claim. That the values name it is said once,
// and of the pods of helm test only what no others miss.
func addMissed(p *lint.Pass, list []missed, m missed) []missed {
	once := m.report.Severity == lint.Info || m.report.Object.Hook.IsTest()
	for i, other := range list {
		r := &list[i].report
		if once && other.claim == m.claim && p.SameNamespace(r.Object, m.report.Object) {
			if r.Object != m.report.Object && !slices.Contains(r.Related, m.report.Object) {
				r.Related = append(r.Related, m.report.Object)
			}
			return list
		}
	}
	return append(list, m)
}

// testsLast puts the pods of helm test behind those that the release needs.
func testsLast(workloads []*inventory.Workload) []*inventory.Workload {
	out := slices.Clone(workloads)
	slices.SortStableFunc(out, func(a, b *inventory.Workload) int {
		switch at, bt := a.Object.Hook.IsTest(), b.Object.Hook.IsTest(); {
		case at && !bt:
			return 1
		case bt && !at:
			return -1
		}
		return 0
	})
	return out
}

func missingClaim(p *lint.Pass, w *inventory.Workload, v *inventory.Volume, unmounted []*inventory.Claim, mounted mountedClaims) lint.Report {
	r := lint.Report{Object: w.Object, Path: v.Path.Append("persistentVolumeClaim", "claimName")}
	other := mounted.atPathOf(p, w, v)
	switch {
	case p.Rehearsal == nil:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("nothing in these manifests creates claim %q: unless it is in the cluster already, the pods stay Pending", v.Claim)
	case givenByValues(p, v.Claim):
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("the values name claim %q, which must be in the cluster before the release is installed", v.Claim)
		other = "" // the user's word is not overruled
	default:
		r.Message = fmt.Sprintf("nothing in the release creates claim %q: the pods stay Pending with persistentvolumeclaim %q not found", v.Claim, v.Claim)
		r.Breaks = []string{"pods never start"}
	}
	if meant := meantClaim(p, w, unmounted); meant != nil && other == "" && r.Severity != lint.Info {
		r.Message += fmt.Sprintf("; is %s meant, which no pod mounts?", meant)
		r.Related = []*manifest.Object{meant}
	}
	if other != "" {
		r.Message += fmt.Sprintf("; the release's other pods mount %q at the same path", other)
	}
	if other == "" {
		r.NotFixable = true
	} else {
		r.Rewrite = mountClaim(v, other)
	}
	return r
}

// madeByOperator reports whether a custom resource of the release carries its
// name into the claim's: operators name claims after the resource they serve.
func madeByOperator(p *lint.Pass, claim string) bool {
	return slices.ContainsFunc(p.CustomResources(), func(o *manifest.Object) bool {
		return o.Name != "" && strings.Contains("-"+claim+"-", "-"+o.Name+"-")
	})
}

// meantClaim returns the only claim beside w that nobody mounts, or nil.
func meantClaim(p *lint.Pass, w *inventory.Workload, unmounted []*inventory.Claim) *manifest.Object {
	var found *manifest.Object
	for _, c := range unmounted {
		if p.SameNamespace(c.Object, w.Object) {
			if found != nil {
				return nil
			}
			found = c.Object
		}
	}
	return found
}

func mountClaim(v *inventory.Volume, claim string) yaml.Filter {
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n, n.PipeE(
			yaml.Lookup(lookupPath(v.Path.Append("persistentVolumeClaim"))...),
			yaml.SetField("claimName", yaml.NewStringRNode(claim)))
	})
}
