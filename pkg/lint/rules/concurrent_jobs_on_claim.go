package rules

import (
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

var concurrencyPolicy = manifest.Path{"spec", "concurrencyPolicy"}

// ConcurrentJobsOnClaim finds CronJobs two runs of which may write one volume
// at a time.
var ConcurrentJobsOnClaim = &lint.Rule{
	Name:         "concurrent-jobs-on-claim",
	Step:         lint.StepRun,
	Severity:     lint.Warning,
	Title:        "a CronJob that writes a claim lets its runs overlap",
	InstallAlone: true,
	Check:        checkConcurrentJobsOnClaim,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "skip a run while the one before it is still going: concurrencyPolicy Forbid",
		Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
			return setString("Forbid", lookupPath(concurrencyPolicy)...)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "several pods of one CronJob run at the same time"},
			{Where: lint.InApplication, What: "a dump or an index is broken after a run that took longer than usual"},
		},
		Why: "A CronJob starts its next run whether or not the last one has ended. On the day when a backup takes longer than the pause between two, both write to " +
			"the same volume: a half-written dump, an index made by two, a clean-up that deletes what the other is about to read.\n\n" +
			"This is so because `concurrencyPolicy` is `Allow` unless it is written. A run that hangs for good is joined by another at every turn of the clock.",
		Before: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-backup
spec:
  schedule: "@hourly"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: backup
            image: registry.example.com/backup:1.0.0
            volumeMounts:
            - {name: backups, mountPath: /backups}
          volumes:
          - name: backups
            persistentVolumeClaim:
              claimName: {{ .Release.Name }}-backups
`,
		After: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .Release.Name }}-backup
spec:
  schedule: "@hourly"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: backup
            image: registry.example.com/backup:1.0.0
            volumeMounts:
            - {name: backups, mountPath: /backups}
          volumes:
          - name: backups
            persistentVolumeClaim:
              claimName: {{ .Release.Name }}-backups
  concurrencyPolicy: Forbid
`,
		Remedy: "`concurrencyPolicy: Forbid` skips a turn while a run is still going. `Replace` stops the old run and starts a new one.",
		Blind: "Whether two runs really write the same files, and programs that lock the volume themselves. A CronJob that is suspended, that mounts the claim read-only, " +
			"or whose claim is ReadWriteOncePod is left alone; one that runs once a day, or less often, is only noted.",
		FixSafety: "Safe wherever a run may be skipped. One that hangs and has no `activeDeadlineSeconds` then stops all that would follow. The field may change at any " +
			"time, in every apply mode.",
		Incidents: []lint.Incident{
			{Ref: "CrunchyData/postgres-operator#3439", What: "CronJobs without a policy: once a backup takes longer than the pause, one failed pod follows the other"},
			{Ref: "reanahub/reana#679", What: "runs pile up while a shared file system is in trouble; all CronJobs now forbid it"},
		},
	},
}

func checkConcurrentJobsOnClaim(p *lint.Pass) {
	for _, w := range p.Workloads {
		o := w.Object
		if o.Kind != "CronJob" || o.Hook != nil || suspended(o) {
			continue
		}
		if policy := o.StringAt(concurrencyPolicy...); policy != "" && policy != "Allow" {
			continue
		}
		v := writtenByMany(p, w)
		if v == nil {
			continue
		}
		var severity lint.Severity
		if atMostDaily(o.StringAt("spec", "schedule")) {
			severity = lint.Info
		}
		p.Report(lint.Report{
			Severity: severity,
			Object:   o,
			Path:     concurrencyPolicy,
			Message:  fmt.Sprintf("a run that is still going when the next one starts (schedule %q) shares claim %q with it, and both write to it", o.StringAt("spec", "schedule"), v.Claim),
		})
	}
}

// atMostDaily reports whether a day or more lies between the runs of a
// schedule: hardly any run takes as long, unless it hangs.
func atMostDaily(schedule string) bool {
	switch schedule {
	case "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually":
		return true
	}
	const minuteHourAndDays = 5
	fields := strings.Fields(schedule)
	if len(fields) != minuteHourAndDays {
		return false
	}
	for _, field := range fields[:2] {
		if _, err := strconv.Atoi(field); err != nil {
			return false
		}
	}
	return true
}

func suspended(o *manifest.Object) bool {
	v, _ := manifest.Lookup(o.Fields, "spec", "suspend")
	return v == true
}

// writtenByMany returns the first volume on a claim that two pods of w can
// write at a time, or nil.
func writtenByMany(p *lint.Pass, w *inventory.Workload) *inventory.Volume {
	for _, v := range w.Volumes {
		if v.Claim == "" || !v.Written {
			continue
		}
		if claim := p.FindClaim(w.Object, v.Claim); claim != nil {
			if _, onePod := claim.Exclusive(); onePod {
				continue
			}
		}
		return v
	}
	return nil
}
