package rules

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ReplicasResetOnUpgrade finds workloads whose number of replicas both the
// chart and an autoscaler write.
var ReplicasResetOnUpgrade = &lint.Rule{
	Name:         "replicas-reset-on-upgrade",
	Step:         lint.StepUpgrade,
	Severity:     lint.Error,
	Title:        "a chart writes the replicas that an autoscaler sets: each upgrade undoes the autoscaler's work",
	InstallAlone: true,
	Check:        checkReplicasResetOnUpgrade,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "leave the replicas to the autoscaler",
		Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter { return dropField(replicasPath) },
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "most replicas are stopped at each upgrade, and come back one by one"},
			{Where: lint.AtUpgrade, What: "`conflict with \"kube-controller-manager\" with subresource \"scale\" … .spec.replicas` (Helm 4)"},
		},
		Why: "The chart writes `replicas: 1` and makes an autoscaler for the same workload. Under load there are ten pods; `helm upgrade` of whatever else sends " +
			"the chart's `1`, nine pods are stopped at once, and the autoscaler begins anew. A rollback does the same.\n\n" +
			"Helm 4's server-side apply is refused instead, once the autoscaler has changed the number: `conflict with \"kube-controller-manager\" with subresource " +
			"\"scale\": .spec.replicas`.",
		Before: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: 1
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .Release.Name }}-web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .Release.Name }}-web
  minReplicas: 2
  maxReplicas: 10
`,
		After: `apiVersion: apps/v1
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
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .Release.Name }}-web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .Release.Name }}-web
  minReplicas: 2
  maxReplicas: 10
`,
		Remedy: "The chart leaves `replicas` out where it makes an autoscaler. In a template: `{{ if not .Values.autoscaling.enabled }}`.",
		Blind:  "Autoscalers outside of the release, and those that an operator makes for a custom resource. Where the autoscaler is off by default, and only there under values that helm-stateful tries of its own accord, the finding is a warning.",
		FixSafety: "Safe on a fresh install. On a live release the first upgrade without the number takes it away: the API server puts 1 in its place, once, and the " +
			"autoscaler scales up again. Under server-side apply a number that the autoscaler has changed stays.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#7090", What: "five replicas become one at each `helm upgrade`, whatever the autoscaler says"},
			{Ref: "pingidentity/helm-charts#276", What: "an upgrade drops to one replica at once instead of rolling pod by pod"},
			{Ref: "kyverno/kyverno#13374", What: "the admission controller loses its replicas at each upgrade or sync"},
		},
	},
}

var replicasPath = manifest.Path{"spec", "replicas"}

func checkReplicasResetOnUpgrade(p *lint.Pass) {
	for _, w := range p.Workloads {
		n, written := manifest.IntAt(w.Object.Fields, replicasPath...)
		if w.Object.Hook != nil || !replicated(w.Object) || !written {
			continue
		}
		if a := p.AutoscalerOf(w); a != nil && moves(a, n) {
			p.Report(resetReport(p, w, a, n))
		}
	}
}

// moves reports whether an autoscaler may set another number than the chart's.
func moves(a *inventory.Autoscaler, written int64) bool {
	return a.Max > a.Min || a.Max != written
}

// resetReport is an error where the autoscaler changes the chart's number at
// once, so that the next server-side apply is refused; it leaves 0 alone.
func resetReport(p *lint.Pass, w *inventory.Workload, a *inventory.Autoscaler, n int64) lint.Report {
	r := lint.Report{
		Severity: lint.Warning,
		Object:   w.Object,
		Path:     replicasPath,
		Related:  []*manifest.Object{a.Object},
		Breaks:   []string{string(lifecycle.Upgrade) + " (" + lifecycle.ServerSide.Helm() + ")"},
	}
	when := "once it has changed the number"
	if n > a.Max || n > 0 && n < a.Min {
		when = fmt.Sprintf("from the first upgrade on, for %d is outside of its bounds, %d to %d", n, a.Min, a.Max)
		if !p.Probe {
			r.Severity = lint.Error
		}
	}
	r.Message = fmt.Sprintf("%s sets the replicas of this %s, and the chart writes %d: each upgrade and each rollback scales it to %d whatever the load; a server-side apply is refused %s",
		a.Object, w.Object.Kind, n, n, when)
	return r
}
