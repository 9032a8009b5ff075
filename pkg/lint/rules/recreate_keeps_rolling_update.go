package rules

import (
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// RecreateKeepsRollingUpdate finds Deployments whose strategy becomes Recreate,
// which Helm 4 cannot bring about.
var RecreateKeepsRollingUpdate = &lint.Rule{
	Name:           "recreate-keeps-rolling-update",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "a strategy that becomes Recreate keeps the rollingUpdate of before, which Helm 4 cannot remove",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkRecreateKeepsRollingUpdate,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy …`"},
		},
		Why: "A Deployment's strategy turns from the default into `Recreate`, by a new version of the chart or by a switch, and Helm 4 cannot upgrade: " +
			"`spec.strategy.rollingUpdate: Forbidden`. Helm 3 can, so the chart's author may never see it.\n\n" +
			"A Deployment without a strategy gets `RollingUpdate` and its `rollingUpdate` settings from the API server. Helm 3's merge takes those away when the " +
			"type changes. Helm 4's server-side apply leaves what it has never written, and the API server refuses the two together. Writing `rollingUpdate: null` " +
			"does not help there. " +
			"In the example the first upgrade makes the switch; a new version of the chart that brings these lines does the same.",
		Before: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector:
    matchLabels: {app: web}
  {{- if .Release.IsUpgrade }}
  strategy:
    type: Recreate
  {{- end }}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
`,
		After: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector:
    matchLabels: {app: web}
  strategy:
    rollingUpdate: {maxSurge: 0, maxUnavailable: 1}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
`,
		Remedy: "`maxSurge: 0` with `maxUnavailable: 1` also stops the old pod before the new one starts, and passes in every apply mode. `Recreate` is fine where a " +
			"chart has had it from its first version on.",
		Blind: "A strategy that a user switches by a value between two upgrades.",
		Incidents: []lint.Incident{
			{Ref: "goharbor/harbor-helm#2288", What: "the volumes want `Recreate`, and the upgrade to it is refused"},
			{Ref: "helm/charts#11309", What: "the same in MinIO, which Helm 2 could be helped over by `rollingUpdate: null`"},
		},
	},
}

func checkRecreateKeepsRollingUpdate(p *lint.Pass) {
	for _, r := range refusals(p) {
		if !keepsRollingUpdate(r.event) {
			continue
		}
		out := r.report(p.Rehearsal, manifest.Path{"spec", "strategy"})
		out.Message = "the strategy becomes Recreate, but the live Deployment keeps the rollingUpdate settings that the API server once filled in"
		out.Commands = []string{kubectl(p, "patch", r.object, "--type", "merge", "--patch", `'{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'`)}
		if r.event.Step == lifecycle.Rollback {
			out.Commands = append(out.Commands, helm(p, "rollback"))
		} else {
			out.Commands = append(out.Commands, helmUpgrade(p))
		}
		p.Report(out)
	}
}

func keepsRollingUpdate(e lifecycle.Event) bool {
	return e.Object.Kind == "Deployment" && e.Object.StringAt("spec", "strategy", "type") == "Recreate" &&
		slices.Contains(e.Verdict.Fields, "spec.strategy.rollingUpdate")
}
