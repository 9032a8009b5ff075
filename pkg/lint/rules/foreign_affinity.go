package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ForeignAffinity finds scheduling terms that select another release's pods,
// or not those that they are meant for.
var ForeignAffinity = &lint.Rule{
	Name:     "foreign-affinity",
	Step:     lint.StepRestore,
	Severity: lint.Error,
	Title:    "anti-affinity, topology spread or a selector picks another release's pods, or misses its own",
	Check:    checkForeignAffinity,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "select the release's own instance",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InPods, What: "replicas that should be apart run on one node"},
			{Where: lint.InPods, What: "`Pending`, with an event `… didn't match pod anti-affinity rules`"},
			{Where: lint.InApplication, What: "a Service has no endpoints, or passes requests to the wrong pods"},
		},
		Why: "Anti-affinity and topology spread keep the replicas of one application apart, and here they name another application's pods. The replicas may all " +
			"land on one node and go down with it, or find no node that is free of the other release and stay `Pending`. Nothing says why.\n\n" +
			"It happens where a label spells the name of another release, after a copy, a rename or a restore from a backup, and where the selector no longer fits " +
			"the pods' own labels. A backup that holds the old objects as JSON in an annotation carries the old name into whatever is restored from it.\n\n" +
			"The selector of a Service or a PodDisruptionBudget goes wrong in the same ways. It misses the pods that it is meant for, after a relabelling or " +
			"because an operator labels them otherwise; it takes in those of a hook, or of an exporter, which then get a share of the database's requests; or it " +
			"leaves the release out, and two releases in one namespace answer each other's requests. Workloads whose selectors match each other's pods are noted, " +
			"for that can never be changed later.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-mysql
spec:
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - labelSelector:
              matchLabels:
                app.kubernetes.io/instance: my1
            topologyKey: kubernetes.io/hostname
      containers:
      - name: mysql
        image: registry.example.com/mysql:1.0.0
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-mysql
spec:
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - labelSelector:
              matchLabels:
                app.kubernetes.io/instance: {{ .Release.Name }}
            topologyKey: kubernetes.io/hostname
      containers:
      - name: mysql
        image: registry.example.com/mysql:1.0.0
`,
		Remedy: "The term selects the release's own instance.",
		Blind: "The labels of pods that an operator makes (except prometheus-operator's): of a custom resource only the instance that it names is judged. " +
			"Anti-affinity that keeps away from another release on purpose looks the same as a forgotten name, unless it names another application too, other " +
			"namespaces, or a name from the user's own values; affinity to another release is always taken as meant. On manifests alone the release's name is read " +
			"from the other objects' labels. A Service that selects nothing is reported where a workload goes by its name, and not where something in the release " +
			"may make or label pods at run time.",
		FixSafety: "Safe when the term was meant for the application's own pods. The change rolls the pods out anew. A Job's pod template is frozen and left alone.",
		Incidents: []lint.Incident{
			{Ref: "apecloud/kubeblocks#8763", What: "a cluster restored from a backup keeps away from the pods of the old one"},
			{Ref: "apache/pulsar-helm-chart#39", What: "anti-affinity on a label that the pods do not carry: several ZooKeepers on one node"},
			{Ref: "helm/charts#10167", What: "the Service of sealed-secrets selects a label that its pods do not carry"},
			{Ref: "helm/charts#12929", What: "the Service of one Odoo release selects the pods of every other in the namespace"},
			{Ref: "nextcloud/helm#83", What: "the Service selects the pods of the CronJob and of the exporter as well"},
		},
	},
}

func checkForeignAffinity(p *lint.Pass) {
	selections := newSelections(p)
	checkSelectors(selections)
	checkSharedSelectors(selections)
	checkIdleSelectors(selections)
	checkMixedSelectors(selections)
	checkOverlappingSelectors(selections)
	judge := newAffinityJudge(p)
	for _, o := range p.Objects {
		reported := map[string]bool{}
		for _, t := range judge.terms[o] {
			if reported[t.subject()] || judge.elsewhere(o, t) {
				continue
			}
			if r := judge.judge(o, t); r != nil {
				reported[t.subject()] = true
				p.Report(*r)
			}
		}
	}
}

// subject is what terms of one object have in common that are reported once:
// what they ask for, or the annotation that they stand in.
func (t term) subject() string {
	if t.inner != nil {
		return t.kind + " in " + t.path.String()
	}
	return t.kind + " of " + selectorText(t.selector())
}

// affinityJudge knows the terms of a release and the names it goes by.
type affinityJudge struct {
	*lint.Pass
	terms map[*manifest.Object][]term
	// instances are the values of each instance label: on objects, but for
	// those that keep a copy of another object, and on pod templates.
	instances map[string]map[string]bool
	// resources are the names of the custom resources: operators label pods
	// with them.
	resources map[string]bool
	workloads map[*manifest.Object]*inventory.Workload
	// operated are the pods of custom resources whose operator is known.
	operated *inventory.Labelled[*inventory.Workload]
	// made are the custom resources for which pods may be made.
	made *resourceIndex
	// bearers are up to two objects with an instance label, by its key.
	bearers map[string][]*manifest.Object
}

func newAffinityJudge(p *lint.Pass) *affinityJudge {
	j := &affinityJudge{
		Pass:      p,
		terms:     map[*manifest.Object][]term{},
		instances: map[string]map[string]bool{},
		resources: map[string]bool{},
		workloads: map[*manifest.Object]*inventory.Workload{},
		bearers:   map[string][]*manifest.Object{},
	}
	for _, o := range p.Objects {
		j.terms[o] = termsOf(o)
		if !keepsCopy(j.terms[o]) {
			j.note(o.Labels())
		}
	}
	for _, o := range p.CustomResources() {
		if !keepsCopy(j.terms[o]) {
			j.resources[o.Name] = true
		}
	}
	for _, w := range p.Workloads {
		j.workloads[w.Object] = w
		j.note(w.Labels)
	}
	operated := operatedPods(p)
	for _, w := range operated {
		j.workloads[w.Object] = w
	}
	j.operated = inventory.NewLabelled(operated, func(w *inventory.Workload) map[string]string { return w.Labels })
	j.made = newResourceIndex(slices.DeleteFunc(slices.Clone(p.CustomResources()), func(o *manifest.Object) bool { return !makesPods(o) }))
	for _, o := range p.Objects {
		if !keepsCopy(j.terms[o]) {
			j.bears(o)
		}
	}
	return j
}

// keepsCopy reports whether an object with these terms holds the JSON of
// another object, to whose instance its own labels may then belong.
func keepsCopy(terms []term) bool {
	return slices.ContainsFunc(terms, func(t term) bool { return t.inner != nil })
}

func (j *affinityJudge) note(labels map[string]string) {
	for key, value := range labels {
		if isInstanceKey(key) {
			if j.instances[key] == nil {
				j.instances[key] = map[string]bool{}
			}
			j.instances[key][value] = true
		}
	}
}

// bears notes an object by the instance labels that it or its pods have.
func (j *affinityJudge) bears(o *manifest.Object) {
	bear := func(key string) {
		if known := j.bearers[key]; len(known) < 2 && !slices.Contains(known, o) && isInstanceKey(key) {
			j.bearers[key] = append(known, o)
		}
	}
	for key := range o.Labels() {
		bear(key)
	}
	if w := j.workloads[o]; w != nil {
		for key, value := range w.Labels {
			if value != "" {
				bear(key)
			}
		}
	}
}

// isInstanceKey reports whether a label names the release or the cluster that
// an object belongs to.
func isInstanceKey(key string) bool {
	return key == "app.kubernetes.io/instance" || key == "release"
}

// elsewhere reports whether a term looks at other namespaces, or leaves its own
// pods' tenant out, and so is not about the application's own pods.
func (j *affinityJudge) elsewhere(o *manifest.Object, t term) bool {
	if manifest.MapAt(t.fields, "namespaceSelector") != nil || len(manifest.ListAt(t.fields, "mismatchLabelKeys")) > 0 {
		return true
	}
	return slices.ContainsFunc(manifest.StringsAt(t.fields, "namespaces"), func(ns string) bool { return ns != j.Namespace(o) })
}

func (j *affinityJudge) judge(o *manifest.Object, t term) *lint.Report {
	w := j.workloads[o]
	if t.inner != nil {
		w = nil // what the JSON describes is not this workload
	}
	if t.kind == affinityTerm {
		return j.unreachable(w, t)
	}
	if foreign, ok := j.foreign(o, t); ok && (w == nil || !namesOtherApplication(w, t)) {
		return j.foreignReport(o, t, foreign)
	}
	return j.misses(w, t)
}

// foreign returns the condition by which a term selects an instance that is
// not the release's.
func (j *affinityJudge) foreign(o *manifest.Object, t term) (foreign requirement, ok bool) {
	for _, r := range requirements(t.selector()) {
		if !isInstanceKey(r.key) || r.operator != "In" || len(r.values) == 0 || !j.tells(o, t, r.key) {
			continue
		}
		if slices.ContainsFunc(r.values, func(value string) bool { return j.own(o, t, r.key, value) }) {
			return requirement{}, false
		}
		foreign, ok = r, true
	}
	return foreign, ok
}

// tells reports whether it is known which values of an instance label are the
// release's own. The label release means other things to charts that do not
// set it themselves.
func (j *affinityJudge) tells(o *manifest.Object, t term, key string) bool {
	if j.Release.Name != "" {
		return key != "release" || len(j.instances[key]) > 0
	}
	return slices.ContainsFunc(j.bearers[key], func(other *manifest.Object) bool { return other != o })
}

// own reports whether a value of an instance label is one that the release
// goes by.
func (j *affinityJudge) own(o *manifest.Object, t term, key, value string) bool {
	if value == "" || value == o.Name || j.instances[key][value] || j.resources[value] {
		return true
	}
	if t.inner == nil && o.Labels()[key] == value {
		return true
	}
	if j.Release.Name != "" {
		return hasPart(value, j.Release.Name)
	}
	for instance := range j.instances[key] {
		if hasPart(value, instance) {
			return true
		}
	}
	return false
}

// hasPart reports whether a name is made of part and, set off by dashes, more.
func hasPart(name, part string) bool {
	return part != "" && strings.Contains("-"+name+"-", "-"+part+"-")
}

// namesOtherApplication reports whether a term asks for labels that the
// workload's pods carry with another value: it is then about other pods, not
// about these under a wrong release name.
func namesOtherApplication(w *inventory.Workload, t term) bool {
	return slices.ContainsFunc(requirements(t.selector()), func(r requirement) bool {
		_, carried := w.Labels[r.key]
		return !isInstanceKey(r.key) && carried && !r.met(w.Labels)
	})
}

func (j *affinityJudge) foreignReport(o *manifest.Object, t term, foreign requirement) *lint.Report {
	r := &lint.Report{Object: o, Path: t.selectorPath(), NotFixable: true}
	if givenByUser(j.Pass, foreign.values) {
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("%s selects %s, as your values say: these pods keep away from another release, not from each other", t.kind, foreign)
		return r
	}
	if t.inner != nil {
		r.Message = fmt.Sprintf("the JSON in this annotation selects %s at %s, another release: what is restored from it "+
			"keeps away from the other's pods and does not keep its own apart", foreign, t.inner)
		return r
	}
	r.Message = fmt.Sprintf("%s selects %s, another release: the pods keep away from the other's, not from each other", t.kind, foreign)
	if rewrite := j.ownInstance(o, t, foreign); rewrite != nil {
		r.NotFixable, r.Rewrite = false, rewrite
	}
	return r
}

// givenByUser reports whether one of the values stands verbatim in what the
// user gave.
func givenByUser(p *lint.Pass, values []string) bool {
	return p.Rehearsal != nil && anyString(p.Rehearsal.Values.User, "", func(_, given string) bool {
		return slices.Contains(values, given)
	})
}

// ownInstance returns the rewrite that puts the release's own instance in the
// place of the foreign one, or nil where it is not certain to help.
func (j *affinityJudge) ownInstance(o *manifest.Object, t term, foreign requirement) yaml.Filter {
	own := j.ownValue(o, foreign.key)
	if own == "" || !foreign.label || t.inner != nil || o.Kind == "Job" || o.Kind == "Pod" { // whose pods cannot change
		return nil
	}
	if w := j.workloads[o]; w != nil {
		for _, r := range requirements(t.selector()) {
			if r.key != foreign.key && !r.met(w.Labels) {
				return nil
			}
		}
	}
	var changes []yaml.Filter
	for _, other := range j.terms[o] {
		if other.inner == nil && other.kind == t.kind && selectorText(other.selector()) == selectorText(t.selector()) && !j.elsewhere(o, other) {
			labels := lookupPath(other.selectorPath().Append("matchLabels"))
			changes = append(changes, yaml.Tee(yaml.Lookup(labels...), yaml.SetField(foreign.key, yaml.NewStringRNode(own))))
		}
	}
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) { return n, n.PipeE(changes...) })
}

// ownValue returns the value of an instance label on the object's pods, or ""
// where it is not certain.
func (j *affinityJudge) ownValue(o *manifest.Object, key string) string {
	if w := j.workloads[o]; w != nil {
		return w.Labels[key]
	}
	if len(j.instances[key]) == 1 {
		for value := range j.instances[key] {
			return value
		}
	}
	return ""
}

// misses reports a term that is meant to keep a workload's replicas apart and
// does not select them. Other pods of the release may be meant instead.
func (j *affinityJudge) misses(w *inventory.Workload, t term) *lint.Report {
	if w == nil || !hasReplicas(w) || !j.selectsNothing(w, t) || j.keptApartOtherwise(w, t) {
		return nil
	}
	r := &lint.Report{Severity: lint.Warning, Object: w.Object, Path: t.selectorPath(), NotFixable: true}
	r.Message = fmt.Sprintf("%s %s: it does not keep them apart", t.kind, shortcoming(w, t))
	if givenByUser(j.Pass, unmetValues(w, t)) || t.selector() == nil && givenByUser(j.Pass, []string{manifest.StringAt(t.fields, "topologyKey")}) {
		r.Severity = lint.Info
	}
	return r
}

// hasReplicas reports whether a workload may run several like pods at once that
// the scheduler has to spread. A DaemonSet runs one on a node anyway.
func hasReplicas(w *inventory.Workload) bool {
	switch w.Object.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler":
		return w.RunsForever()
	}
	return false
}

// selectsNothing reports whether a term selects no pod that the release is
// known to have.
func (j *affinityJudge) selectsNothing(w *inventory.Workload, t term) bool {
	for _, r := range requirements(t.selector()) {
		if setByController(r.key) {
			return false
		}
	}
	if inventory.Selects(t.selector(), w.Labels) { // mostly its own, of thousands
		return false
	}
	beside := func(other *inventory.Workload) bool { return j.SameNamespace(other.Object, w.Object) }
	return !slices.ContainsFunc(j.Selected(t.selector()), beside) &&
		!slices.ContainsFunc(j.operated.Selected(t.selector()), beside) &&
		!j.made.spokenOf(t.selector())
}

// makesPods reports whether an operator may make pods for a custom resource,
// with labels that no manifest shows.
func makesPods(o *manifest.Object) bool { return !isSetting(o) }

// resourceIndex finds custom resources by what selectors may say of them.
type resourceIndex struct {
	labelled *inventory.Labelled[*manifest.Object]
	names    map[string]bool
}

func newResourceIndex(resources []*manifest.Object) *resourceIndex {
	ix := &resourceIndex{inventory.NewLabelled(resources, (*manifest.Object).Labels), map[string]bool{}}
	for _, o := range resources {
		ix.names[o.Name] = true
	}
	return ix
}

// spokenOf reports whether a selector names one of the resources, so that it may fit
// the pods made for it.
func (ix *resourceIndex) spokenOf(selector map[string]any) bool {
	return slices.ContainsFunc(requirements(selector), func(r requirement) bool {
		return slices.ContainsFunc(r.values, func(value string) bool { return ix.names[value] })
	}) || ix.labelled.Selects(selector)
}

// keptApartOtherwise reports whether another term of the same kind selects the
// workload's own pods.
func (j *affinityJudge) keptApartOtherwise(w *inventory.Workload, t term) bool {
	return slices.ContainsFunc(j.terms[w.Object], func(other term) bool {
		return other.inner == nil && other.kind == t.kind && inventory.Selects(other.selector(), w.Labels)
	})
}

// shortcoming says why a term does not select a workload's pods.
func shortcoming(w *inventory.Workload, t term) string {
	for _, r := range requirements(t.selector()) {
		if r.met(w.Labels) {
			continue
		}
		if value, ok := w.Labels[r.key]; ok {
			return fmt.Sprintf("selects %s, but the workload's pods carry %s=%s", r, r.key, value)
		}
		return fmt.Sprintf("selects %s, but the workload's pods carry no label %s", r, r.key)
	}
	return "has no labelSelector and so selects none of the workload's pods"
}

func unmetValues(w *inventory.Workload, t term) []string {
	var out []string
	for _, r := range requirements(t.selector()) {
		if !r.met(w.Labels) {
			out = append(out, r.values...)
		}
	}
	return out
}

// unreachable reports a required affinity to pods of this very release which
// the release does not have.
func (j *affinityJudge) unreachable(w *inventory.Workload, t term) *lint.Report {
	if w == nil || !t.required || !j.namesOwnInstance(w, t) || !j.selectsNothing(w, t) || len(j.made.names) > 0 {
		return nil
	}
	return &lint.Report{
		Severity:   lint.Warning,
		Object:     w.Object,
		Path:       t.selectorPath(),
		NotFixable: true,
		Message:    fmt.Sprintf("required podAffinity selects %s, which no pod of the release carries: the pods stay Pending", selectorText(t.selector())),
	}
}

func (j *affinityJudge) namesOwnInstance(w *inventory.Workload, t term) bool {
	return slices.ContainsFunc(requirements(t.selector()), func(r requirement) bool {
		return isInstanceKey(r.key) && r.operator == "In" && slices.ContainsFunc(r.values, func(value string) bool {
			return value != "" && j.own(w.Object, t, r.key, value)
		})
	})
}
