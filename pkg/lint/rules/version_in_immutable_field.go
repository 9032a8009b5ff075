package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// VersionInImmutableField finds frozen fields that carry a version.
var VersionInImmutableField = &lint.Rule{
	Name:     "version-in-immutable-field",
	Step:     lint.StepUpgrade,
	Severity: lint.Error,
	Title:    "a field that cannot change carries the version of the chart, the application or an image",
	// A label that a probe gives shows in the first rendering.
	InstallAlone: true,
	Check:        checkVersionInImmutableField,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "drop the label from the selector or the claim template",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`updates to statefulset spec for fields other than … are forbidden`"},
			{Where: lint.AtUpgrade, What: "`… is invalid: … field is immutable`"},
		},
		Why: "A label with the chart's version, the application's or an image tag stands in a field that Kubernetes has frozen: a selector or a StatefulSet's claim " +
			"template. The upgrade to the very next version is refused, for every user of the chart, although nothing about the storage has changed.\n\n" +
			"It mostly comes of a helper that prints all common labels, such as `helm.sh/chart` and `app.kubernetes.io/version`; selectors and claim templates " +
			"need the one that prints only those that stay. Labels that a user puts on every object, such as bitnami's `commonLabels`, do the same harm there: " +
			"they can never change again.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:1.0.0
  volumeClaimTemplates:
  - metadata:
      name: data
      labels:
        helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:1.0.0
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`,
		Remedy: "The label is gone from the claim template. On a live release taking it out is itself refused, once: delete the StatefulSet with `kubectl delete " +
			"--cascade=orphan` before the upgrade; its pods and claims stay, and the new StatefulSet takes them over.",
		Blind: "Versions that reach a field by a value whose key does not speak of a version or a tag. " +
			"The Job case is `job-changes-on-upgrade`. On manifests alone only the labels that charts customarily write a version into are seen, as a warning.",
		FixSafety: "Safe before the first install, and for a StatefulSet that is deleted with `kubectl delete --cascade=orphan` first: on a live release the change is " +
			"refused, as the next version would be. A label that is all that a selector has is left alone.",
		Incidents: []lint.Incident{
			{Ref: "helm/charts#7803", What: "a dozen charts that could be installed and never upgraded"},
			{Ref: "wiremind/wiremind-helm-charts#233", What: "ClamAV's chart, four years later"},
			{Ref: "VictoriaMetrics/helm-charts#3036", What: "the third time in one repository"},
		},
	},
}

func checkVersionInImmutableField(p *lint.Pass) {
	if p.Rehearsal == nil {
		for _, o := range p.Objects {
			reportVersionLabel(p, o)
		}
		return
	}
	checkGivenLabels(p)
	for _, r := range refusals(p) {
		if isJob(r.object) || keepsRollingUpdate(r.event) || r.because(p.Rehearsal, lifecycle.FromChance, lifecycle.FromLookup) != nil {
			continue
		}
		if d := r.because(p.Rehearsal, lifecycle.FromChartVersion, lifecycle.FromImageTag, lifecycle.FromRevision); d != nil {
			out := r.report(p.Rehearsal, d.Path)
			out.Message = fmt.Sprintf("the field cannot change, and it comes from the %s: %s becomes %s", strings.Join(out.Derives, " and the "), show(d.Before), show(d.After))
			var paths []manifest.Path
			for _, c := range r.changes {
				paths = append(paths, c.Path)
			}
			out.Rewrite = dropLabels(r.object, paths)
			out.NotFixable = out.Rewrite == nil
			p.Report(out)
		}
	}
}

// reportVersionLabel reports the labels that by custom hold a version, where
// they are frozen.
func reportVersionLabel(p *lint.Pass, o *manifest.Object) {
	if o.Hook != nil || o.Group() != "apps" {
		return
	}
	var paths []manifest.Path
	for _, place := range frozenLabels(o) {
		labels := manifest.StringMapAt(o.Fields, place...)
		for _, key := range slices.Sorted(maps.Keys(labels)) {
			if holdsVersion(key, labels[key]) {
				paths = append(paths, place.Append(key))
			}
		}
	}
	if len(paths) == 0 {
		return
	}
	value, _ := manifest.Lookup(o.Fields, paths[0]...)
	r := lint.Report{
		Severity: lint.Warning,
		Object:   o,
		Path:     paths[0],
		Message:  fmt.Sprintf("the field cannot change, and %s looks like the version that the next release of the chart raises: its upgrade is then refused", show(value)),
		Breaks:   []string{string(lifecycle.NextVersion) + " (Helm 3 and 4)"},
		Rewrite:  dropLabels(o, paths),
	}
	r.NotFixable = r.Rewrite == nil
	p.Report(r)
}

// frozenLabels are the places of labels that cannot change in the life of a
// workload: those its selector asks for, and those of its claim templates.
func frozenLabels(o *manifest.Object) []manifest.Path {
	out := []manifest.Path{{"spec", "selector", "matchLabels"}}
	for i := range manifest.ListAt(o.Fields, "spec", "volumeClaimTemplates") {
		out = append(out, manifest.Path{"spec", "volumeClaimTemplates", i, "metadata", "labels"})
	}
	return out
}

var versionLike = lazy.Pattern(`(^|[-_v])\d+\.\d+`)

func holdsVersion(key, value string) bool {
	switch key {
	case "helm.sh/chart", "app.kubernetes.io/version", "chart":
		return versionLike().MatchString(value)
	}
	return false
}

// dropLabels removes frozen labels. It is nil where one of the paths is none, or
// where a selector would be left without a condition.
func dropLabels(o *manifest.Object, paths []manifest.Path) yaml.Filter {
	left := map[string]int{}
	for _, path := range paths {
		place := slices.IndexFunc(frozenLabels(o), func(place manifest.Path) bool { return len(path) == len(place)+1 && path.HasPrefix(place) })
		if place < 0 {
			return nil
		}
		left[path[:len(path)-1].String()]++
	}
	selector := manifest.Path{"spec", "selector", "matchLabels"}
	if n := len(manifest.MapAt(o.Fields, selector...)); n > 0 && left[selector.String()] == n && !o.Has("spec", "selector", "matchExpressions") {
		return nil
	}
	var drops []yaml.Filter
	for _, path := range paths {
		drops = append(drops, dropLabel(lookupPath(path)))
	}
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) { return n, n.PipeE(drops...) })
}

// dropLabel removes a label, and the labels when it was the last.
func dropLabel(path []string) yaml.Filter {
	last := len(path) - 1
	return yaml.Tee(yaml.Tee(yaml.Lookup(path[:last]...), yaml.Clear(path[last])), yaml.Lookup(path[:last-1]...), yaml.FieldClearer{Name: path[last-1], IfEmpty: true})
}

func isJob(o *manifest.Object) bool { return o.Kind == "Job" && o.Group() == "batch" }
