package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// operatorPods returns the pods that prometheus-operator makes of a custom
// resource, as a workload whose labels are known, or nil for a resource of
// another operator. The labels are those that the documentation of podMetadata
// reserves (prometheus-operator, pkg/apis/monitoring/v1/prometheus_types.go).
func operatorPods(p *lint.Pass, o *manifest.Object) *inventory.Workload {
	if o.Group() != "monitoring.coreos.com" {
		return nil
	}
	application, own := "", ""
	switch o.Kind {
	case "Prometheus":
		application, own = "prometheus", "prometheus"
	case "PrometheusAgent":
		application = "prometheus-agent"
	case "Alertmanager":
		application, own = "alertmanager", "alertmanager"
	case "ThanosRuler":
		application, own = "thanos-ruler", "thanos-ruler"
	default:
		return nil
	}
	labels := map[string]string{}
	if own != "" {
		labels[own] = o.Name
	}
	minor, known := prometheusOperatorMinor(p)
	if own != "" && (!known || minor < standardLabelsSince) {
		labels["app"] = own
	}
	standard := map[string]string{
		"app.kubernetes.io/name":       application,
		"app.kubernetes.io/instance":   o.Name,
		"app.kubernetes.io/managed-by": "prometheus-operator",
	}
	if strings.HasPrefix(o.Kind, "Prometheus") {
		standard["operator.prometheus.io/name"] = o.Name
	}
	added := manifest.StringMapAt(o.Fields, "spec", "podMetadata", "labels")
	switch {
	case !known: // whichever it is, what the chart says is not doubted
		maps.Copy(labels, standard)
		maps.Copy(labels, added)
	case minor < standardLabelsSince:
		maps.Copy(labels, added)
	default:
		maps.Copy(labels, added)
		maps.Copy(labels, standard)
	}
	return &inventory.Workload{Object: o, Labels: labels, Spec: manifest.MapAt(o.Fields, "spec")}
}

// standardLabelsSince is the minor version 0.x of prometheus-operator that took
// the label app from pods and reserved app.kubernetes.io/name and its like (its
// CHANGELOG).
const standardLabelsSince = 48

// prometheusOperatorMinor returns the minor version 0.x of the operator that
// the release brings, if it brings one.
func prometheusOperatorMinor(p *lint.Pass) (minor int, ok bool) {
	for _, w := range p.Workloads {
		for _, container := range manifest.ListAt(w.Spec, "containers") {
			if minor, ok := minorOf(manifest.StringAt(container, "image"), "prometheus-operator"); ok {
				return minor, true
			}
		}
	}
	return 0, false
}

// minorOf returns the minor of an image's version 0.x, if it has the given
// name.
func minorOf(image, name string) (minor int, ok bool) {
	image, _, _ = strings.Cut(image, "@")
	repository, tag, found := strings.Cut(image[strings.LastIndex(image, "/")+1:], ":")
	if !found || repository != name {
		return 0, false
	}
	parts := strings.Split(strings.TrimPrefix(tag, "v"), ".")
	if len(parts) < 2 || parts[0] != "0" {
		return 0, false
	}
	minor, err := strconv.Atoi(parts[1])
	return minor, err == nil
}

// operatedIndex finds the pods of custom resources.
type operatedIndex struct {
	pods *inventory.Labelled[*inventory.Workload]
	// names are numbers in all, in order, by the resources' names.
	all   []*inventory.Workload
	names map[string][]int
}

func newOperatedIndex(p *lint.Pass) *operatedIndex {
	all := operatedPods(p)
	ix := &operatedIndex{inventory.NewLabelled(all, func(w *inventory.Workload) map[string]string { return w.Labels }), all, map[string][]int{}}
	for i, w := range all {
		ix.names[w.Object.Name] = append(ix.names[w.Object.Name], i)
	}
	return ix
}

// namedBy are the pods of the resources whose names conditions speak of.
func (ix *operatedIndex) namedBy(wanted []requirement) []*inventory.Workload {
	var numbers []int
	for _, r := range wanted {
		for _, value := range r.values {
			numbers = append(numbers, ix.names[value]...)
		}
	}
	slices.Sort(numbers)
	var out []*inventory.Workload
	for _, i := range slices.Compact(numbers) {
		out = append(out, ix.all[i])
	}
	return out
}

// operatedPods are the pods of all custom resources whose pods are known.
func operatedPods(p *lint.Pass) []*inventory.Workload {
	var out []*inventory.Workload
	for _, o := range p.CustomResources() {
		if w := operatorPods(p, o); w != nil {
			out = append(out, w)
		}
	}
	return out
}
