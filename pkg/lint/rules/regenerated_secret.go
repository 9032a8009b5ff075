package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// RegeneratedSecret finds credentials that every upgrade makes anew while the
// pods that keep data go on with the old ones.
var RegeneratedSecret = &lint.Rule{
	Name:           "regenerated-secret",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "every upgrade makes up a new credential while the data was made with the old one",
	NeedsRehearsal: true,
	Check:          checkRegeneratedSecret,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "`password authentication failed` after an upgrade"},
			{Where: lint.InApplication, What: "what it has encrypted cannot be read any more after an upgrade"},
		},
		Why: "Every upgrade makes up a new password, writes it over the old one, and the database still wants the old one. The pods that start from now on are " +
			"refused, and the old password is nowhere to be found. With an encryption key it is worse: what it encrypted cannot be read any more.\n\n" +
			"A template that calls `randAlphaNum` (or `genCA`, `uuidv4`, …) is rendered again at every upgrade and answers differently each time. The database " +
			"keeps the password that it was set up with in its own files, and does not read the Secret again.",
		Before: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-db
  annotations:
    helm.sh/resource-policy: keep
stringData:
  password: {{ randAlphaNum 20 }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: postgres:17
        env:
        - name: POSTGRES_PASSWORD
          valueFrom:
            secretKeyRef: {name: {{ .Release.Name }}-db, key: password}
        volumeMounts:
        - {name: data, mountPath: /var/lib/postgresql/data}
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`,
		After: `# The Secret {{ .Release.Name }}-db is made once, before the first install.
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: postgres:17
        env:
        - name: POSTGRES_PASSWORD
          valueFrom:
            secretKeyRef: {name: {{ .Release.Name }}-db, key: password}
        volumeMounts:
        - {name: data, mountPath: /var/lib/postgresql/data}
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`,
		Remedy: "The chart does not make the Secret any more: it is made once, before the first install. A password that the user has to give as a value is as safe. " +
			"On a live release the old Secret must carry `helm.sh/resource-policy: keep` first, as it does here, or Helm deletes it.\n\n" +
			"Reading the old value back by `lookup` helps under Helm. But where no cluster is asked, as by `helm template` and most GitOps tools, such a template " +
			"makes up a new value each time (noted as info).",
		Blind: "Pods of other releases that read the Secret; pods that an operator makes, unless a custom resource names the Secret; random values written straight " +
			"into a pod template; programs that take over a new password when they start. Secrets that are hooks or `immutable` are for other rules, as are those " +
			"that an upgrade leaves out.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#3053", What: "randAlphaNum gives a new password at every upgrade"},
			{Ref: "groundhog2k/helm-charts#184", What: "MariaDB's passwords change at every upgrade, the database keeps the first ones"},
			{Ref: "mattermost/mattermost-helm#268", What: "the key that encrypts stored data is random at every upgrade"},
			{Ref: "airflow-helm/charts#718", What: "certificates of PgBouncer are new at every upgrade, the running pods have the old ones"},
		},
	},
}

func checkRegeneratedSecret(p *lint.Pass) {
	if p.Rehearsal.UpgradeError != nil || (p.Rehearsal.Upgrade != nil && p.Rehearsal.Upgrade.Demand != nil) {
		return // what an upgrade renders is not known: the chart wants the user to give the values
	}
	for _, o := range p.Objects {
		if o.Hook != nil || !isSecret(o) && !isConfigMap(o) || declaredImmutable(o) {
			continue
		}
		if r := regenerated(p, o); r != nil {
			p.Report(*r)
		}
	}
}

func declaredImmutable(o *manifest.Object) bool {
	v, _ := manifest.Lookup(o.Fields, "immutable")
	return v == true
}

func regenerated(p *lint.Pass, o *manifest.Object) *lint.Report {
	list := generated(p.Rehearsal, o)
	if len(list) == 0 || keyPairsOnly(list) && (keepsIssuer(o, list) || issuedForTheAPIServer(p, list)) {
		return nil
	}
	list, blindly := renewedByUpgrades(p.Rehearsal, o, list)
	harm := harmOf(p, o, list)
	if harm == nil || blindly && harm.severity == lint.Info && !harm.atEachSync {
		return nil
	}
	what := harm.values[0].place(o)
	if len(harm.values) > 1 {
		what += fmt.Sprintf(" and %d more", len(harm.values)-1)
	}
	r := &lint.Report{
		Severity: harm.severity,
		Object:   o,
		Path:     keyPath(o, harm.values[0].key),
		Related:  harm.readers,
		Message:  fmt.Sprintf("every upgrade makes up a new value %s, %s", what, harm.consequence),
		Breaks:   []string{upgradeAnyHelm},
	}
	if blindly {
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("Helm keeps the value %s by lookup; a tool whose lookups find nothing (helm template, most of GitOps) makes up a new one each time, %s", what, harm.consequence)
		r.Breaks = []string{"every sync by GitOps tools that run helm template"}
	}
	for _, d := range p.Rehearsal.Derives(o, r.Path) {
		r.Derives = append(r.Derives, string(d))
	}
	return r
}

// renewedByUpgrades returns those of the generated values that an upgrade makes
// anew; where there are none, blindly, those that an upgrade whose lookups find
// nothing would make anew.
func renewedByUpgrades(r *lifecycle.Rehearsal, o *manifest.Object, list []renewal) (renewed []renewal, blindly bool) {
	upgraded := r.Upgraded(o)
	if upgraded == nil {
		return nil, false // another rule's
	}
	if renewed = renewedIn(list, o, upgraded); len(renewed) > 0 || !r.LooksUp() {
		return renewed, false
	}
	if r.BlindUpgrade == nil {
		return list, true
	}
	return renewedIn(list, o, r.In(r.BlindUpgrade, o)), true
}

// harm is what follows when values change while the release runs.
type harm struct {
	severity lint.Severity
	// values are those that do it.
	values []renewal
	// readers are whom it is done to, the first of them named in the
	// consequence.
	readers     []*manifest.Object
	consequence string
	// atEachSync says that it is more than advice where it is done not by
	// upgrades now and then, but time and again.
	atEachSync bool
}

// harmOf returns the worst harm that the renewal of values does, or nil.
func harmOf(p *lint.Pass, o *manifest.Object, list []renewal) *harm {
	stored := slices.DeleteFunc(slices.Clone(list), func(g renewal) bool { return g.keyPair || g.calls(sessionName()) })
	firm := slices.DeleteFunc(slices.Clone(stored), renewal.isLoose)
	if h := harmTo(firm, func(g renewal) []*inventory.Workload { return holdersOf(p, o, g) }); h != nil {
		return h.with(lint.Error, "while %s was set up with the old one")
	}
	named := slices.DeleteFunc(slices.Clone(list), func(g renewal) bool { return !g.isCredential() })
	readers := func(runsForever bool) func(renewal) []*inventory.Workload {
		return func(g renewal) []*inventory.Workload {
			return slices.DeleteFunc(readersOf(p, o, []string{g.key}), func(w *inventory.Workload) bool { return w.RunsForever() != runsForever })
		}
	}
	if keyPairsOnly(list) {
		if h := harmTo(named, readers(true)); h != nil {
			return h.byCertificates(p)
		}
	}
	lasting := slices.DeleteFunc(slices.Clone(named), renewal.isLogin)
	if h := harmTo(lasting, readers(true)); h != nil {
		return h.with(lint.Warning, "which %s reads: whoever still has the old one is refused")
	}
	if resources := resourcesNaming(p, o); len(resources) > 0 && len(named) > 0 {
		h := &harm{values: named, readers: resources}
		return h.with(lint.Warning, "which the operator of %s reads: whoever still has the old one is refused")
	}
	if h := harmTo(named, readers(true)); h != nil {
		h.atEachSync = true
		return h.with(lint.Info, "which %s reads: everybody has to log in again")
	}
	if h := harmTo(named, readers(false)); h != nil {
		return h.with(lint.Info, "which %s reads: whoever outside of the release has the old one is refused")
	}
	if keys := slices.DeleteFunc(stored, func(g renewal) bool { return !g.calls(encryptionName()) }); len(keys) > 0 {
		return &harm{severity: lint.Info, values: keys, consequence: "which nothing in the release is seen to read: what the old one has encrypted cannot be read with it"}
	}
	return nil
}

// harmTo returns the harm done by those of the values that somebody reads, or
// nil.
func harmTo(values []renewal, readersOf func(renewal) []*inventory.Workload) *harm {
	h := &harm{}
	for _, g := range values {
		readers := readersOf(g)
		if len(readers) > 0 {
			h.values = append(h.values, g)
		}
		for _, w := range readers {
			if !slices.Contains(h.readers, w.Object) {
				h.readers = append(h.readers, w.Object)
			}
		}
	}
	if len(h.values) == 0 {
		return nil
	}
	return h
}

// with says how bad the harm is, and what follows for the first reader.
func (h *harm) with(severity lint.Severity, consequence string) *harm {
	h.severity, h.consequence = severity, fmt.Sprintf(consequence, h.readers[0])
	return h
}

// byCertificates says what new certificates or private keys do to those who
// have the old ones: the readers that the same upgrade does not restart.
func (h *harm) byCertificates(p *lint.Pass) *harm {
	late := slices.DeleteFunc(slices.Clone(h.readers), func(o *manifest.Object) bool { return restartsEachTime(p, o) })
	if len(late) == 0 {
		h.atEachSync = true
		return h.with(lint.Info, "which restarts %s: until all of it has the new one the two sides do not trust each other")
	}
	h.readers = late
	return h.with(lint.Warning, "and %s goes on with the old certificate or key until it is restarted: until then the two sides do not trust each other")
}

// restartsEachTime reports whether every rendering has another pod template for
// a workload, as one with a checksum of what is random has.
func restartsEachTime(p *lint.Pass, o *manifest.Object) bool {
	template := manifest.Path{"spec", "template"}
	return p.Rehearsal.Random(o, template) && !p.Rehearsal.Stabilised(o, template)
}

// place names the value in a message.
func (g renewal) place(o *manifest.Object) string {
	if !isConfigMap(o) || slices.Contains(g.labels, g.key) {
		return fmt.Sprintf("for %q", g.key)
	}
	var labels []string
	for _, label := range g.labels {
		labels = append(labels, fmt.Sprintf("%q", trimLabel(label)))
	}
	return fmt.Sprintf("inside of %q (behind %s)", g.key, enumerate(labels))
}
