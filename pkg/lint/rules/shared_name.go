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
		Why: "A chart is made to be installed more than once, under different release names: for staging beside production, for two tenants, for the old version beside the new. " +
			"An object whose name does not carry the release name is the same one in every release. The second install in the namespace is refused " +
			"(`exists and cannot be imported into the current release: invalid ownership metadata`). With hooks, `--take-ownership` or after a `helm uninstall` it gets through, and that is worse: " +
			"the claims of a StatefulSet are named after it, so that a later release mounts the data of an earlier one. " +
			"The name of a cluster-scoped object has to carry the namespace too, if two namespaces may have a release of one name; that is too common to be reported, and only names that carry neither are.",
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
		Blind: "Names inside of an application (a database, a topic, a bucket) and ports on the nodes. A chart none of whose names carries the release name is taken to be meant once for a cluster, " +
			"as operators are, and is only noted, unless it holds data; so are names of permissions and of settings alone. Names that the user's own values give are not reported.",
		Incidents: []lint.Incident{
			{Ref: "elastic/helm-charts#150", What: "two releases of Elasticsearch in one namespace share names, and so their claims"},
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
	names := enumerate(namesOf(shared)) + " do not carry"
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
		for _, c := range p.Claims {
			if c.Object == o && c.Template {
				claims = append(claims, firstNames(o, []*inventory.Claim{c})...)
			}
		}
	}
	if len(claims) > 0 {
		message += fmt.Sprintf("; once the first is gone it mounts its data (%s)", enumerate(claims))
	}
	return message
}
