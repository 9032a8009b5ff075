package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// job mounts a claim.
func job(claim string) string {
	return `apiVersion: batch/v1
kind: Job
metadata:
  name: job
spec:
  template:
    spec:
      containers:
      - name: c
        volumeMounts: [{name: v, mountPath: /data}]
      volumes:
      - name: v
        persistentVolumeClaim: {claimName: ` + claim + `}
`
}

// named is such a job under another name, with an annotation.
func named(name, job, annotation string) string {
	return "---\n" + strings.Replace(job, "  name: job\n", "  name: "+name+"\n  annotations: {"+annotation+"}\n", 1)
}

const jobClaimField = "spec.template.spec.volumes[0].persistentVolumeClaim.claimName"

func TestClaimNotFound(t *testing.T) {
	const set = `
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  template:
    spec:
      containers: [{name: db, image: db, volumeMounts: [{name: data, mountPath: /data}]}]
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: ignored-by-the-controller}
  volumeClaimTemplates:
  - metadata: {name: data}
`
	check(t, rules.ClaimNotFound, []scenario{
		{
			name:     "nothing creates it",
			template: job("{{ .Release.Name }}-data"),
			want:     []string{"error Job/job " + jobClaimField},
		},
		{
			name:     "two miss it, and a test",
			template: named("test", job("data"), "helm.sh/hook: test") + named("a", job("data"), "") + named("b", job("data"), "") + named("c", job("other"), ""),
			want:     []string{"error Job/a " + jobClaimField, "error Job/b " + jobClaimField, "error Job/c " + jobClaimField},
		},
		{
			name:     "a test alone misses it",
			template: named("test", job("data"), "helm.sh/hook: test"),
			want:     []string{"error Job/test " + jobClaimField},
		},
		{
			name:     "the values name it, for two",
			values:   "persistence: {existingClaim: mine}\n",
			template: named("a", job("mine"), "") + named("b", job("mine"), ""),
			want:     []string{"info Job/a " + jobClaimField},
		},
		{
			name:     "the values name it",
			values:   "persistence: {existingClaim: mine}\n",
			template: job("{{ .Values.persistence.existingClaim }}"),
			want:     []string{"info Job/job " + jobClaimField},
		},
		{
			name:     "the values name it by a template",
			values:   "existingClaim: '{{ .Release.Name }}-shared'\n",
			template: job("{{ tpl .Values.existingClaim . }}"),
			want:     []string{"info Job/job " + jobClaimField},
		},
		{
			name:     "another value happens to be equal",
			values:   "component: data\n",
			template: job("data"),
			want:     []string{"error Job/job " + jobClaimField},
		},
		{
			name:     "the claim is in another namespace",
			template: job("data") + "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: elsewhere}\n",
			want:     []string{"error Job/job " + jobClaimField},
		},
		{
			name:     "the ordinal is missing",
			template: job("data-db") + set,
			want:     []string{"error Job/job " + jobClaimField},
		},
		{
			name:     "the release creates it",
			template: job("data") + "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: '{{ .Release.Namespace }}'}\n",
		},
		{
			name:     "a List of the release creates it",
			template: job("data") + "---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}}]\n",
		},
		{
			name:     "a StatefulSet creates it, and its own volume gives way to the claim template",
			template: job("data-db-12") + set,
		},
		{
			name:     "an operator creates it",
			template: job("pg-main-1") + "---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg-main}\n",
		},
		{
			name:     "an ephemeral volume brings its own claim",
			template: "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  volumes:\n  - name: v\n    ephemeral: {volumeClaimTemplate: {spec: {}}}\n",
		},
	})
}

func TestClaimNotFoundOnBareManifests(t *testing.T) {
	stream, err := manifest.Parse([]byte(job("data")))
	require.NoError(t, err)
	findings := lint.Run(lint.Subject{Stream: stream}, []*lint.Rule{rules.ClaimNotFound})
	require.Len(t, findings, 1)
	assert.Equal(t, lint.Warning, findings[0].Severity)
	assert.Equal(t, 13, findings[0].Manifest.Line)
}
