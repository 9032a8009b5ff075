package stateful_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

// Parts of the charts of TestDepth.
const (
	depthSet = `
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ .Release.Name }}-db}
spec:
  serviceName: {{ .Release.Name }}-db
  selector: {matchLabels: {app: {{ .Release.Name }}-db}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}-db}}
    spec:
      containers:
      - name: db
        image: postgres:17
        env: [{name: POSTGRES_PASSWORD, valueFrom: {secretKeyRef: {name: {{ .Release.Name }}-db, key: password}}}]
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}-db}
spec: {clusterIP: None, selector: {app: {{ .Release.Name }}-db}, ports: [{port: 5432}]}
`
	depthClaim = `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: {{ .Release.Name }}-files}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`
	depthWeb = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  replicas: 1
  strategy: {type: Recreate}
  selector: {matchLabels: {app: {{ .Release.Name }}-web}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}-web}}
    spec:
      containers:
      - name: web
        image: web:1
        volumeMounts: [{name: files, mountPath: /files}]
      volumes: [{name: files, persistentVolumeClaim: {claimName: {{ .Release.Name }}-files}}]
`
	depthSecret = `
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-db, annotations: {team: a}}
data: {password: {{ dig "data" "password" (randAlphaNum 16 | b64enc) (lookup "v1" "Secret" .Release.Namespace (print .Release.Name "-db")) }}}
`
	depthOperator = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-app}
spec:
  selector: {matchLabels: {app: {{ .Release.Name }}-app}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}-app}}
    spec: {serviceAccountName: {{ .Release.Name }}-app, containers: [{name: app, image: app:1}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: {{ .Release.Name }}-app}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: {{ .Release.Name }}-app}
rules: [{apiGroups: [caches.example.com], resources: [caches], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: {{ .Release.Name }}-app}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: {{ .Release.Name }}-app}
subjects: [{kind: ServiceAccount, name: {{ .Release.Name }}-app, namespace: {{ .Release.Namespace }}}]
---
apiVersion: caches.example.com/v1
kind: Cache
metadata: {name: {{ .Release.Name }}-cache}
spec: {size: 3}
`
	depthJob = `
---
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-migrate, annotations: {helm.sh/hook: post-upgrade, helm.sh/hook-delete-policy: before-hook-creation}}
spec:
  template:
    metadata: {labels: {app: {{ .Release.Name }}-db}}
    spec: {restartPolicy: Never, containers: [{name: migrate, image: db:1}]}
`
	depthCronJob = `
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: {{ .Release.Name }}-backup}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: {{ .Release.Name }}-db}}
        spec: {restartPolicy: Never, containers: [{name: backup, image: db:1}]}
`
	depthAutoscaler = `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: {{ .Release.Name }}-web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ .Release.Name }}-web}, minReplicas: 1, maxReplicas: 5}
`
	depthArchive = `
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: {{ .Release.Name }}-archive}
spec:
  schedule: "@daily"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: {{ .Release.Name }}-web}}}}]}}
          containers: [{name: archive, image: web:1, volumeMounts: [{name: files, mountPath: /files}]}]
          volumes: [{name: files, persistentVolumeClaim: {claimName: {{ .Release.Name }}-files}}]
`
	depthNeeds = `
---
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-migrate, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: before-hook-creation}}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: db:1, envFrom: [{configMapRef: {name: '{{ .Release.Name }}-steps-{{ .Chart.Version }}'}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ .Release.Name }}-steps-{{ .Chart.Version }}'}
data: {STEPS: "3"}
`
	depthConfig = `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-web}
data:
  app.ini: |
    [database]
    password = {{ randAlphaNum 20 }}
    port = 5432
`
	depthSeed = `
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-seed}
data: {seed: {{ randAlphaNum 16 | b64enc }}}
`
	depthJobWithChecksum = `
---
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-load}
spec:
  template:
    metadata: {annotations: {checksum/config: {{ include (print $.Template.BasePath "/seed.yaml") . | sha256sum }}}}
    spec: {restartPolicy: Never, containers: [{name: load, image: db:1}]}
`
)

func depthResource(apiVersion, kind, metadata, spec string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: '{{ .Release.Name }}-db'" + metadata + "}\nspec: {" + spec + "}\n"
}

// TestDepth lints whole charts with all rules, for hazards that do not show in
// one object alone: each is found, and not in the same chart with a few words
// changed.
func TestDepth(t *testing.T) {
	const near = "requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: '{{ .Release.Name }}-web'}}}]"
	for _, tt := range []struct {
		name     string
		template string
		want     string // severity rule Kind/name field
		says     string // part of the message
		words    []string
	}{
		{
			name:     "a claim stays, another goes",
			template: depthSet + depthClaim + depthWeb,
			want:     "warning claim-outlives-release StatefulSet/release-name-db spec.volumeClaimTemplates", says: "half of the state survives",
			words: []string{"-files}\nspec: {accessModes", "-files, annotations: {helm.sh/resource-policy: keep}}\nspec: {accessModes"},
		},
		{
			name:     "a claim stays, its Secret goes",
			template: depthSecret + depthSet,
			want:     "error secret-lost-data-kept Secret/release-name-db data.password",
			words:    []string{"team: a", "helm.sh/resource-policy: keep"},
		},
		{
			name:     "a claim stays, the key of what is encrypted on it goes",
			template: strings.ReplaceAll(depthSecret, "password", "fernet-key") + depthSet + strings.Replace(depthWeb, "image: web:1", "image: web:1\n        envFrom: [{secretRef: {name: {{ .Release.Name }}-db}}]", 1),
			want:     "warning secret-lost-data-kept Secret/release-name-db data.fernet-key",
			words:    []string{"  volumeClaimTemplates:", "  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}\n  volumeClaimTemplates:"},
		},
		{
			name:     "an operator that only its role tells of",
			template: depthOperator,
			want:     "warning operator-removed-before-instances Deployment/release-name-app",
			words:    []string{"'*'", "get, list, watch"},
		},
		{
			name:     "the operator of another group",
			template: depthOperator,
			want:     "warning operator-removed-before-instances Deployment/release-name-app",
			words:    []string{"[caches.example.com]", "[queues.example.com]"},
		},
		{
			name:     "deletePVC",
			template: depthResource("db.orange.com/v1alpha1", "CassandraCluster", "", "deletePVC: true"),
			want:     "warning claim-deleted-with-release CassandraCluster/release-name-db spec.deletePVC",
			words:    []string{"true", "false"},
		},
		{
			name:     "terminationPolicy",
			template: depthResource("apps.kubeblocks.io/v1", "Cluster", "", "terminationPolicy: Delete"),
			want:     "warning claim-deleted-with-release Cluster/release-name-db spec.terminationPolicy",
			words:    []string{"Policy: Delete", "Policy: DoNotTerminate"},
		},
		{
			name:     "an operator's finalizer",
			template: depthResource("pxc.percona.com/v1", "PerconaXtraDBCluster", ", finalizers: [percona.com/delete-pxc-pvc]", "pause: false"),
			want:     "warning claim-deleted-with-release PerconaXtraDBCluster/release-name-db metadata.finalizers[0]",
			words:    []string{"pxc-pvc", "pxc-pods-in-order"},
		},
		{
			name:     "a Service selects the pods of a hook",
			template: depthSet + depthJob,
			want:     "warning foreign-affinity Service/release-name-db spec.selector", says: "Job/release-name-migrate",
			words: []string{"metadata: {labels: {app: {{ .Release.Name }}-db}}\n    spec: {restartPolicy", "metadata: {labels: {app: {{ .Release.Name }}-job}}\n    spec: {restartPolicy"},
		},
		{
			name: "a budget selects the pods of a CronJob",
			template: depthSet + depthCronJob + "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: {{ .Release.Name }}-db}\n" +
				"spec: {minAvailable: 1, selector: {matchLabels: {app: {{ .Release.Name }}-db}}}\n",
			want: "warning foreign-affinity PodDisruptionBudget/release-name-db spec.selector", says: "CronJob/release-name-backup",
			words: []string{"-db}}\n        spec: {restartPolicy", "-backup}}\n        spec: {restartPolicy"},
		},
		{
			name:     "replicas that an autoscaler owns",
			template: depthWeb + depthAutoscaler,
			want:     "warning replicas-reset-on-upgrade Deployment/release-name-web spec.replicas",
			words:    []string{"  replicas: 1\n", ""},
		},
		{
			name:     "an autoscaler over an exclusive claim",
			template: depthClaim + depthWeb + depthAutoscaler,
			want:     "error replicas-share-exclusive-claim Deployment/release-name-web spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
			words:    []string{"maxReplicas: 5", "maxReplicas: 1"},
		},
		{
			name:     "a pre-upgrade hook needs what is new in that revision",
			template: depthNeeds,
			want:     "error hook-before-its-volume Job/release-name-migrate spec.template.spec.containers[0].envFrom[0].configMapRef",
			words:    []string{"-{{ .Chart.Version }}", ""},
		},
		{
			name:     "a claim that nobody mounts",
			template: depthClaim + strings.Replace(depthWeb, "persistentVolumeClaim: {claimName: {{ .Release.Name }}-files}", "emptyDir: {}", 1),
			want:     "warning claim-not-found PersistentVolumeClaim/release-name-files",
			words:    []string{"emptyDir: {}", "persistentVolumeClaim: {claimName: {{ .Release.Name }}-files}"},
		},
		{
			name:     "pods that affinity brings to one node share a claim",
			template: depthClaim + strings.Replace(depthWeb, "replicas: 1", "replicas: 2", 1),
			want:     "error replicas-share-exclusive-claim Deployment/release-name-web spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
			words:    []string{"      containers:\n      - name: web", "      affinity: {podAffinity: {" + near + "}}\n      containers:\n      - name: web"},
		},
		{
			name:     "a CronJob that affinity brings to its claim",
			template: depthClaim + depthWeb + depthArchive,
			want:     "warning cronjob-shares-exclusive-claim CronJob/release-name-archive spec.jobTemplate.spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
			words:    []string{"preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: {{ .Release.Name }}-web}}}}]", near},
		},
		{
			name:     "a selector that an old API version takes from the labels",
			template: strings.NewReplacer("apps/v1", "apps/v1beta1", "  selector: {matchLabels: {app: {{ .Release.Name }}-db}}\n  template:", "  template:", "labels: {app: {{ .Release.Name }}-db}}\n    spec", "labels: {app: {{ .Release.Name }}-db, chart: 'demo-{{ .Chart.Version }}'}}\n    spec").Replace(depthSet),
			want:     "error version-in-immutable-field StatefulSet/release-name-db spec.template.metadata.labels.chart",
			words:    []string{"  template:", "  selector: {matchLabels: {app: {{ .Release.Name }}-db}}\n  template:"},
		},
		{
			name:     "a password inside of a file in a ConfigMap",
			template: depthClaim + strings.Replace(depthWeb, "image: web:1", "image: web:1\n        envFrom: [{configMapRef: {name: {{ .Release.Name }}-web}}]", 1) + depthConfig,
			want:     "error regenerated-secret ConfigMap/release-name-web data[\"app.ini\"]",
			words:    []string{"password =", "instance ="},
		},
		{
			name:     "the checksum of what is made up, in a Job",
			template: depthJobWithChecksum,
			want:     "error random-in-immutable-field Job/release-name-load spec.template.metadata.annotations[\"checksum/config\"]",
			words:    []string{"kind: Job", "kind: Job # a hook is made anew", "-load}", "-load, annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: before-hook-creation}}"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rule := strings.Fields(tt.want)[1]
			assert.Contains(t, depthFindings(t, tt.template, rule, tt.says), tt.want)
			assert.Empty(t, depthFindings(t, strings.NewReplacer(tt.words...).Replace(tt.template), rule, tt.says), "with other words")
		})
	}
}

// depthFindings lints a chart with all rules, and returns the findings of one
// of them whose message says something.
func depthFindings(t *testing.T, template, rule, says string) []string {
	t.Helper()
	r, err := stateful.Lint(t.Context(), []string{versionOf(t, map[string]string{"templates/x.yaml": template, "templates/seed.yaml": depthSeed})}, stateful.LintOptions{Probe: true})
	require.NoError(t, err)
	require.Empty(t, r.Charts[0].Error)
	var out []string
	for _, f := range r.Findings {
		if f.Rule == rule && strings.Contains(f.Message, says) {
			out = append(out, strings.TrimSpace(f.Severity.String()+" "+f.Rule+" "+f.Object.String()+" "+f.Field))
		}
	}
	return out
}
