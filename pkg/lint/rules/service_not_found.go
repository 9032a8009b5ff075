package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ServiceNotFound finds StatefulSets whose governing Service is not there, or
// gives their pods no names.
var ServiceNotFound = &lint.Rule{
	Name:         "service-not-found",
	Step:         lint.StepInstall,
	Severity:     lint.Warning,
	Title:        "a StatefulSet's serviceName names no headless Service of the release",
	InstallAlone: true,
	Check:        checkServiceNotFound,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "its members do not find each other: `no such host`, `NXDOMAIN`"},
		},
		Why: "The members of a database cluster look for one another by name, `db-0.db-headless.prod.svc`, and the name does not exist. The pods run, but the " +
			"second member waits for a first one that it cannot find; a single replica hardly notices, so it mostly shows on the day when somebody scales up.\n\n" +
			"Each pod of a StatefulSet keeps its name for life. But the name is in DNS only if `spec.serviceName` names a Service that is there, that is headless " +
			"(`clusterIP: None`) and that selects the pods. Kubernetes checks none of this. When it shows it is late: `serviceName` cannot be changed on a live " +
			"StatefulSet.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  replicas: 3
  serviceName: {{ .Release.Name }}-db
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: db:3.1
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-db-headless
spec:
  clusterIP: None
  selector: {app: db}
  ports:
  - port: 5432
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  replicas: 3
  serviceName: {{ .Release.Name }}-db-headless
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: db:3.1
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}-db-headless
spec:
  clusterIP: None
  selector: {app: db}
  ports:
  - port: 5432
`,
		Remedy: "The StatefulSet names the headless Service that the release has. On a live release do it the other way round: give the Service the name that the " +
			"StatefulSet has always had, which is frozen.",
		Blind: "Services that another release or an operator brings, and addresses that a program puts together by itself. Where nothing in the release spells a " +
			"pod's name, a Service that is there but gives none is only noted, and so is one that is not there while there is but one pod. An empty `serviceName`, " +
			"which Kubernetes accepts, is taken to be meant.",
		Incidents: []lint.Incident{
			{Ref: "grafana/helm-charts#3042", What: "Tempo's StatefulSet names a headless Service that the chart does not have"},
			{Ref: "sonatype/nxrm3-ha-repository#51", What: "the headless Service that serviceName speaks of is never created"},
			{Ref: "groundhog2k/helm-charts#198", What: "the charts' serviceNames name Services with a cluster IP"},
		},
	},
}

// governed are the StatefulSets that one Service fails in one way.
type governed struct {
	name    string // of the Service
	sets    []*manifest.Object
	service *manifest.Object
	fault   serviceFault
}

type serviceFault int

const (
	serviceMissing serviceFault = iota + 1
	serviceNotHeadless
	serviceSelectsOthers
)

func checkServiceNotFound(p *lint.Pass) {
	var groups []*governed
	type failure struct {
		name, namespace string
		fault           serviceFault
	}
	known := map[failure]*governed{}
	for _, w := range p.Workloads {
		name := w.Object.StringAt("spec", "serviceName")
		if w.Object.Kind != "StatefulSet" || name == "" {
			continue
		}
		service, fault := governs(p, w, name)
		if fault == 0 {
			continue
		}
		at := failure{name, p.Namespace(w.Object), fault}
		if g := known[at]; g != nil {
			g.sets = append(g.sets, w.Object)
			continue
		}
		known[at] = &governed{name: name, sets: []*manifest.Object{w.Object}, service: service, fault: fault}
		groups = append(groups, known[at])
	}
	if len(groups) == 0 {
		return
	}
	spelled, headless := addressesOf(p), headlessServices(p)
	for _, g := range groups {
		p.Report(g.report(p, spelled, headless))
	}
}

// governs returns the Service that a StatefulSet names and what is wrong with
// it, 0 for nothing. Pods get names of their own from a headless Service that
// selects them (the DNS specification of Kubernetes, records for headless
// services); one without a selector may have endpoints from elsewhere.
func governs(p *lint.Pass, set *inventory.Workload, name string) (*manifest.Object, serviceFault) {
	service := findObject(p, "", "Service", name, set.Object)
	switch {
	case service == nil:
		return nil, serviceMissing
	case service.StringAt("spec", "clusterIP") != "None":
		return service, serviceNotHeadless
	case service.Has("spec", "selector") && !selectsPodsOf(service, set):
		return service, serviceSelectsOthers
	}
	return service, 0
}

// findObject returns the release's object of a kind and name in the namespace of
// another, or nil.
func findObject(p *lint.Pass, group, kind, name string, near *manifest.Object) *manifest.Object {
	for _, o := range p.Named(group, kind, name) {
		if p.SameNamespace(o, near) || manifest.ClusterScoped(group, kind) {
			return o
		}
	}
	return nil
}

func selectsPodsOf(service *manifest.Object, w *inventory.Workload) bool {
	selector := manifest.MapAt(service.Fields, "spec", "selector")
	for key := range selector {
		if setByController(key) {
			return true
		}
	}
	return inventory.Selects(map[string]any{"matchLabels": selector}, w.Labels)
}

func (g *governed) report(p *lint.Pass, spelled addresses, headless selecting) lint.Report {
	first, name := g.sets[0], g.name
	r := lint.Report{Object: first, Path: manifest.Path{"spec", "serviceName"}, Related: g.sets[1:]}
	use, used := nameUsed(spelled, first)
	switch g.fault {
	case serviceMissing:
		r.Message = fmt.Sprintf("no Service of the release is called %q: the pods get no names in DNS", name)
	case serviceNotHeadless:
		r.Message = fmt.Sprintf("Service/%s is not headless (clusterIP is not None): the pods get no names in DNS", name)
	case serviceSelectsOthers:
		r.Message = fmt.Sprintf("Service/%s does not select the pods, which get no names in DNS from it", name)
	}
	if g.service != nil {
		r.Related = append(r.Related[:len(r.Related):len(r.Related)], g.service)
	}
	switch {
	case g.fault == serviceMissing && serviceGivenByUser(p, name):
		r.Severity = lint.Info
		r.Message += "; the values name it, so that it may be another release's"
	case used:
		r.Message += fmt.Sprintf(", and %s speaks of them", use)
	case g.fault != serviceMissing || !g.findOneAnother():
		r.Severity = lint.Info
	}
	if other := headless.of(p, first); other != "" {
		r.Message += fmt.Sprintf("; the headless Service that selects them is called %q", other)
	}
	return r
}

// findOneAnother reports whether one of the StatefulSets runs several pods, which
// may look for one another by names that nothing in the release spells.
func (g *governed) findOneAnother() bool {
	return slices.ContainsFunc(g.sets, func(o *manifest.Object) bool {
		n, stated := manifest.IntAt(o.Fields, "spec", "replicas")
		return stated && n > 1
	})
}

// serviceGivenByUser reports whether the user's values name a Service.
func serviceGivenByUser(p *lint.Pass, name string) bool {
	return p.Rehearsal != nil && anyString(p.Rehearsal.Values.User, "", func(key, value string) bool {
		return strings.Contains(strings.ToLower(key), "service") && spells(value, name)
	})
}

// nameUsed returns an object of the release that spells the address of a
// StatefulSet's pod, as in db-0.db:5432 or db-$i.db, or as the pods themselves
// do in $(POD_NAME).db.prod.svc.
func nameUsed(spelled addresses, set *manifest.Object) (manifest.ID, bool) {
	name := set.StringAt("spec", "serviceName")
	service := regexp.QuoteMeta(name) + `($|[^-0-9A-Za-z_])`
	pod := regexp.MustCompile(`\b` + regexp.QuoteMeta(set.Name) + `-[^\s.,]{1,24}\.` + service)
	own := regexp.MustCompile(`[)}]\.` + service)
	for _, found := range spelled.beginningWith(name) {
		if pod.MatchString(found.text) || found.object == set && own.MatchString(found.text) {
			return found.object.ID, true
		}
	}
	return manifest.ID{}, false
}

// hasText reports whether programs read what stands in an object.
func hasText(o *manifest.Object) bool {
	switch o.Group() + "/" + o.Kind {
	case "/Secret", "/ConfigMap", "/Pod", "apps/StatefulSet", "apps/Deployment", "apps/DaemonSet", "batch/Job", "batch/CronJob":
		return true
	}
	return !manifest.BuiltIn(o.Group())
}

// selecting are the headless Services of a release, by the rarest of the labels that
// they ask for, or by none where a controller sets one.
type selecting map[[2]string][]*manifest.Object

func headlessServices(p *lint.Pass) selecting {
	var services []*manifest.Object
	asking := map[[2]string]int{}
	for _, o := range p.Kind("", "Service") {
		if o.StringAt("spec", "clusterIP") == "None" && o.Has("spec", "selector") {
			services = append(services, o)
			for _, pair := range selectorPairs(o) {
				asking[pair]++
			}
		}
	}
	out := selecting{}
	for _, o := range services {
		var rarest [2]string
		for _, pair := range selectorPairs(o) {
			if setByController(pair[0]) {
				rarest = [2]string{}
				break
			}
			if rarest == ([2]string{}) || asking[pair] < asking[rarest] {
				rarest = pair
			}
		}
		out[rarest] = append(out[rarest], o)
	}
	return out
}

func selectorPairs(service *manifest.Object) [][2]string {
	return pairs(manifest.StringMapAt(service.Fields, "spec", "selector"))
}

// of returns the one Service that selects a StatefulSet's pods, or "".
func (s selecting) of(p *lint.Pass, set *manifest.Object) string {
	w := p.WorkloadOf(set)
	found := ""
	for _, at := range append(pairs(w.Labels), [2]string{}) {
		for _, o := range s[at] {
			if !p.SameNamespace(o, set) || !selectsPodsOf(o, w) {
				continue
			}
			if found != "" {
				return ""
			}
			found = o.Name
		}
	}
	return found
}

func pairs(labels map[string]string) [][2]string {
	var out [][2]string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		out = append(out, [2]string{key, labels[key]})
	}
	return out
}
