package rules_test

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
)

// migration is a Job with an image tag and further metadata.
func migration(metadata, tag string) string {
	return `apiVersion: batch/v1
kind: Job
metadata: {name: migrate, ` + metadata + `}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: "app:` + tag + `"}]
`
}

func TestJobChangesOnUpgrade(t *testing.T) {
	const image = " Job/migrate spec.template.spec.containers[0].image"
	check(t, rules.JobChangesOnUpgrade, []scenario{
		{name: "application version", template: migration("", "{{ .Chart.Version }}"), want: []string{"error" + image}},
		{name: "image tag", values: "image: {tag: 1.0.0}\n", template: migration("", "{{ .Values.image.tag }}"), want: []string{"error" + image}},
		{name: "random", template: migration("", "{{ randNumeric 3 }}"), want: []string{"error" + image}},
		{name: "gone some time after", template: migration("", "{{ .Chart.Version }}") + "  ttlSecondsAfterFinished: 60\n", want: []string{"warning" + image}},
		{name: "a hook", template: migration("annotations: {helm.sh/hook: post-upgrade}", "{{ .Chart.Version }}")},
		{name: "a name of its own for each revision", template: "{{ $_ := 1 }}\napiVersion: batch/v1\nkind: Job\nmetadata: {name: 'm-{{ .Release.Revision }}'}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: 'app:{{ .Chart.Version }}'}]}}}\n"},
		{name: "a fixed image", template: migration("", "1.0.0")},
		{name: "a label that may change", template: migration("labels: {v: '{{ .Chart.Version }}'}", "1.0.0")},
		{name: "only at the install", template: "{{ if .Release.IsInstall }}\n" + migration("", "{{ .Chart.Version }}") + "{{ end }}\n"},
	})
}
