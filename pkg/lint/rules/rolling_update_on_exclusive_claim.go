package rules

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// RollingUpdateOnExclusiveClaim finds Deployments whose new pod waits for the
// volume that the old pod holds, while the old pod waits for the new one.
var RollingUpdateOnExclusiveClaim = &lint.Rule{
	Name:     "rolling-update-on-exclusive-claim",
	Step:     lint.StepUpgrade,
	Severity: lint.Error,
	Title:    "a rolling update starts the new pod while the old one holds the volume",
	Check:    checkRollingUpdateOnExclusiveClaim,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "stop the old pod first: maxSurge 0, maxUnavailable 1",
		Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter {
			return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
				return n, n.PipeE(
					yaml.Tee(setField(intNode("0"), "spec", "strategy", "rollingUpdate", "maxSurge")),
					yaml.Tee(setField(intNode("1"), "spec", "strategy", "rollingUpdate", "maxUnavailable")))
			})
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "it hangs until its timeout (`--wait`): the new pod never becomes ready"},
			{Where: lint.InPods, What: "`ContainerCreating`, with an event `Multi-Attach error for volume …`"},
			{Where: lint.InPods, What: "`Pending`, with an event `… ReadWriteOncePod access mode already in-use by another pod`"},
		},
		Why: "At an upgrade the new pod waits for a volume that the old pod holds, and the old pod waits for the new one to become ready. Neither ever happens: the " +
			"rollout hangs until it is given up, and the upgrade has failed or is left half done.\n\n" +
			"A Deployment starts the new pod before it stops the old one, unless told otherwise. A ReadWriteOnce volume is attached to one node, so it hangs " +
			"whenever the new pod lands on another (a warning). With ReadWriteOncePod it hangs always (an error).",
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
`,
		After: `apiVersion: v1
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
  strategy:
    rollingUpdate:
      maxSurge: 0
      maxUnavailable: 1
`,
		Remedy: "`maxSurge: 0` and `maxUnavailable: 1` stop the old pod first. So does the strategy `Recreate`, but only in a chart that has had it from its first " +
			"version on: Helm 4 cannot change a live Deployment to it (`recreate-keeps-rolling-update`).",
		Blind: "The access modes of a claim that the release does not create, volumes that are not enforced to one node although they say so (NFS, hostPath, " +
			"drivers without attach), clusters of one node, and a PersistentVolume's own node affinity.",
		FixSafety: "Safe on any live release: `rollingUpdate` is accepted in every apply mode of Helm 3 and 4. It costs a moment of downtime at each rollout, and is " +
			"therefore not applied unasked.",
		Incidents: []lint.Incident{
			{Ref: "helm/charts#12057", What: "Grafana's new pod waits for the volume of the old one, at every upgrade"},
			{Ref: "gravitational/teleport#11484", What: "the same: the old ReplicaSet has to be scaled down by hand"},
			{Ref: "helmforgedev/charts#1294", What: "the same with the default values of a chart of 2026"},
		},
	},
}

func checkRollingUpdateOnExclusiveClaim(p *lint.Pass) {
	for _, w := range p.Workloads {
		o := w.Object
		if o.Kind != "Deployment" || o.Hook != nil || !surges(w) {
			continue
		}
		claim, severity := exclusiveClaim(p, w)
		if claim == nil {
			continue
		}
		mode, waits, breaks := "ReadWriteOnce", "when it lands on another node, ", "a rollout whose new pod lands on another node"
		if severity == lint.Error {
			mode, waits, breaks = "ReadWriteOncePod", "", "every rollout that changes the pods"
		}
		p.Report(lint.Report{
			Severity: severity,
			Object:   o,
			Path:     manifest.Path{"spec", "strategy"},
			Message: fmt.Sprintf("a rollout starts the new pod while the old one holds claim %q (%s): %sthe new pod waits for the volume, and the old pod for the new one",
				claim.Object.Name, mode, waits),
			Breaks: []string{breaks},
		})
	}
}

// exclusiveClaim returns the worst claim of the release that two pods of w
// cannot mount at a time, and how bad that is.
func exclusiveClaim(p *lint.Pass, w *inventory.Workload) (*inventory.Claim, lint.Severity) {
	var found *inventory.Claim
	var severity lint.Severity
	for _, v := range w.Volumes {
		claim := p.FindClaim(w.Object, v.Claim)
		if v.Claim == "" || claim == nil {
			continue
		}
		oneNode, onePod := claim.Exclusive()
		switch {
		case onePod && severity < lint.Error:
			found, severity = claim, lint.Error
		case oneNode && severity < lint.Warning && !w.PinnedToNode() && !w.KeptNear(w):
			found, severity = claim, lint.Warning
		}
	}
	return found, severity
}

// surges reports whether a rollout makes a new pod before an old one may go
// (kubernetes, pkg/controller/deployment/rolling.go and
// util/deployment_util.go, ResolveFenceposts: percentages of maxSurge are
// rounded up, those of maxUnavailable down, and both 0 counts as 1 unavailable).
func surges(w *inventory.Workload) bool {
	strategy := manifest.MapAt(w.Object.Fields, "spec", "strategy")
	if t := manifest.StringAt(strategy, "type"); t != "" && t != "RollingUpdate" {
		return false
	}
	replicas := w.Replicas()
	surge := share(strategy, "maxSurge", replicas, math.Ceil)
	unavailable := share(strategy, "maxUnavailable", replicas, math.Floor)
	switch {
	case replicas == 0 || surge == 0:
		return false
	case replicas == 1:
		return unavailable == 0
	}
	return true
}

// share resolves an absolute number or a percentage, 25% where it is not
// written.
func share(strategy map[string]any, key string, replicas int64, round func(float64) float64) int64 {
	if n, ok := manifest.IntAt(strategy, "rollingUpdate", key); ok {
		return n
	}
	percent := 25.0
	if text, ok := strings.CutSuffix(manifest.StringAt(strategy, "rollingUpdate", key), "%"); ok {
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			percent = n
		}
	}
	return int64(round(percent * float64(replicas) / 100))
}
