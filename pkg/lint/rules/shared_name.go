package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// SharedName finds objects that two releases of a chart would both call their
// own.
var SharedName = &lint.Rule{
	Name:           "shared-name",
	Step:           lint.StepSibling,
	Severity:       lint.Warning,
	Title:          "names that do not carry the release name: a second release fights over the same objects",
	NeedsRehearsal: true,
	Check:          checkSharedName,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtInstall, What: "`exists and cannot be imported into the current release: invalid ownership metadata`"},
			{Where: lint.InApplication, What: "a new install starts with the data of the old one"},
		},
		Why: "A chart is installed twice in a namespace, for two tenants, say, or the new version beside the old, and both want an object of the same name. The " +
			"second install is refused: `exists and cannot be imported into the current release: invalid ownership metadata`.\n\n" +
			"Where it gets through it is worse: as a hook, with `--take-ownership`, or after a `helm uninstall`. The claims of a StatefulSet are named after it, " +
			"so a later release mounts the data of an earlier one. The name of a cluster-scoped object should carry the namespace as well; that is so seldom done " +
			"that only names which carry neither are reported.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: search-master
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
spec:
  serviceName: {{ .Release.Name }}-search
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      containers:
      - name: search
        image: search:8
        volumeMounts:
        - {name: data, mountPath: /data}
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-search-master
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
spec:
  serviceName: {{ .Release.Name }}-search
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      containers:
      - name: search
        image: search:8
        volumeMounts:
        - {name: data, mountPath: /data}
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`,
		Remedy: "The name carries the release's name. Mind that on a live release a renamed StatefulSet starts with empty claims (`data-holder-renamed`).",
		Blind: "Names inside of an application (a database, a topic, a bucket) and ports on the nodes. A chart none of whose names carries the release name is taken to be meant once for a cluster, " +
			"as operators are, and is only noted, unless it holds data; so are names of permissions and of settings alone. Names that the user's own values give are not reported.",
		Incidents: []lint.Incident{
			{Ref: "elastic/helm-charts#150", What: "two releases of Elasticsearch in one namespace share names, and so their claims"},
			{Ref: "drinkataco/helm-media-servarr#389", What: "a second Sonarr in the namespace is refused over the claim of the first"},
			{Ref: "rucio/helm-charts#238", What: "two releases want a claim of one name"},
			{Ref: "Graylog2/graylog-helm#72", What: "a ConfigMap, a PodDisruptionBudget and an Ingress with fixed names"},
		},
	},
}

func checkSharedName(p *lint.Pass) {
	var shared []*manifest.Object
	alone := true // meant to be the only release of the chart
	for _, o := range p.Objects {
		switch {
		case !ownedBySibling(p, o):
		case ignoresRelease(p, o) && !chosenByUser(p, o.Name) && !madeOnce(p, o):
			shared = append(shared, o)
		default:
			alone = false
		}
	}
	if len(shared) == 0 {
		return
	}
	shared = byWorth(p, shared)
	r := lint.Report{
		Object:  shared[0],
		Path:    manifest.Path{"metadata", "name"},
		Related: shared[1:],
		Message: sharedMessage(p, shared),
		Breaks:  []string{"install of a second release (Helm 3 and 4)"},
	}
	if alone && !slices.ContainsFunc(shared, func(o *manifest.Object) bool { return holdsOwnData(p, o) }) || !slices.ContainsFunc(shared, func(o *manifest.Object) bool { return worth(p, o) > 0 && !forMonitoring(o) }) {
		r.Severity = lint.Info
	}
	p.Report(r)
}

// ownedBySibling reports whether a second release would have to create an object
// like o for itself, in its own namespace or for the whole cluster.
func ownedBySibling(p *lint.Pass, o *manifest.Object) bool {
	return o.Hook == nil && !oneOfAKind(o) && (pinnedNamespace(p, o) == "" || o.Namespace == p.Release.Namespace)
}

// holdsOwnData reports whether an object holds what two releases must not share.
func holdsOwnData(p *lint.Pass, o *manifest.Object) bool {
	if isSecret(o) {
		return len(generated(p.Rehearsal, o)) > 0
	}
	return worth(p, o) > 5
}

func sharedMessage(p *lint.Pass, shared []*manifest.Object) string {
	names := enumerateObjects(shared) + " do not carry"
	if len(shared) == 1 {
		names = "this name does not carry"
	}
	what, where := "the release name", "in the namespace"
	if !slices.ContainsFunc(shared, func(o *manifest.Object) bool { return !manifest.ClusterScoped(o.Group(), o.Kind) }) {
		what, where = "the release name or the namespace", "anywhere in the cluster"
	}
	message := fmt.Sprintf("%s %s: a second release %s is refused (%s)", names, what, where, ownershipError)
	var claims []string
	for _, o := range shared {
		for _, c := range p.ClaimsOf(o) {
			if c.Template {
				claims = append(claims, firstNames(o, []*inventory.Claim{c})...)
			}
		}
	}
	if len(claims) > 0 {
		message += fmt.Sprintf("; once the first is gone it mounts its data (%s)", enumerate(claims))
	}
	return message
}
