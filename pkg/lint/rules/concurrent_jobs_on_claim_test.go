package rules_test

import (
	"strings"
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

func TestConcurrentJobsOnClaim(t *testing.T) {
	const found = "warning CronJob/dump spec.concurrencyPolicy"
	dump := func(spec, claim, mount string) string {
		return `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: single}
spec: {accessModes: [ReadWriteOncePod]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: dump}
spec:
  schedule: "@hourly"
  ` + spec + `
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: dump, volumeMounts: [{name: data, mountPath: /data` + mount + `}]}]
          volumes: [{name: data, ` + claim + `}]
`
	}
	const claim = "persistentVolumeClaim: {claimName: dumps}"
	check(t, rules.ConcurrentJobsOnClaim, []scenario{
		{name: "no policy", template: dump("", claim, ""), want: []string{found}},
		{name: "once a day", template: strings.Replace(dump("", claim, ""), "@hourly", "30 2 * * *", 1), want: []string{strings.Replace(found, "warning", "info", 1)}},
		{name: "once a week", template: strings.Replace(dump("", claim, ""), "@hourly", "@weekly", 1), want: []string{strings.Replace(found, "warning", "info", 1)}},
		{name: "twice a day", template: strings.Replace(dump("", claim, ""), "@hourly", "30 2,14 * * *", 1), want: []string{found}},
		{name: "Allow", template: dump("concurrencyPolicy: Allow", claim, ""), want: []string{found}},
		{name: "an empty policy is the default", template: dump("concurrencyPolicy: ''", claim, ""), want: []string{found}},
		{name: "Forbid", template: dump("concurrencyPolicy: Forbid", claim, "")},
		{name: "Replace", template: dump("concurrencyPolicy: Replace", claim, "")},
		{name: "suspended", template: dump("suspend: true", claim, "")},
		{name: "mounted read-only", template: dump("", claim, ", readOnly: true")},
		{name: "a read-only volume", template: dump("", "persistentVolumeClaim: {claimName: dumps, readOnly: true}", "")},
		{name: "one pod at a time", template: dump("", "persistentVolumeClaim: {claimName: single}", "")},
		{name: "a volume of its own", template: dump("", "ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce]}}}", "")},
		{name: "no claim", template: dump("", "emptyDir: {}", "")},
	})
}
