package rules

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// SecretLostDataKept finds generated credentials that go with the release while
// the data made with them stays.
var SecretLostDataKept = &lint.Rule{
	Name:           "secret-lost-data-kept",
	Step:           lint.StepReinstall,
	Severity:       lint.Error,
	Title:          "helm uninstall deletes a generated credential and leaves the data that was made with it",
	NeedsRehearsal: true,
	Check:          checkSecretLostDataKept,
	Fix: &lint.Fix{
		Safety:      lint.Safe,
		Title:       "keep the Secret as long as the data",
		DeleteTitle: "say that the Secret may go with the release",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return keepFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "`password authentication failed` after an uninstall and a new install"},
			{Where: lint.InApplication, What: "what it has encrypted cannot be read any more after an uninstall and a new install"},
		},
		Why: "`helm uninstall` deletes a password that the chart made up, and leaves the data that was made with it. The next install makes up another password, " +
			"mounts the old data, and the database refuses it: `password authentication failed`. Nobody has the old password any more; what was encrypted with a " +
			"generated key is lost for good.\n\n" +
			"The claims of a StatefulSet always stay unless told otherwise; others stay by `helm.sh/resource-policy: keep`. The Secret goes, because nobody said " +
			"anything of it.",
		Before: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-db
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
data:
  {{- $found := lookup "v1" "Secret" .Release.Namespace (printf "%s-db" .Release.Name) }}
  password: {{ dig "data" "password" (randAlphaNum 20 | b64enc) $found }}
` + lostDataSet,
		After: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-db
  labels:
    app.kubernetes.io/instance: {{ .Release.Name }}
  annotations:
    helm.sh/resource-policy: keep
data:
  {{- $found := lookup "v1" "Secret" .Release.Namespace (printf "%s-db" .Release.Name) }}
  password: {{ dig "data" "password" (randAlphaNum 20 | b64enc) $found }}
` + lostDataSet,
		Remedy: "The Secret is kept for as long as the data. This chart looks its own Secret up (`lookup`), and so finds the old password at the next install. One " +
			"that does not would overwrite it: it needs both.",
		Blind: "Claims that the values name or an operator makes, and passwords that a person must give. Certificates, private keys and what sessions need are left out: another one does no harm to stored data. " +
			"So are servers that are known to take their password from the configuration at each start (Redis and its kin, MinIO, ClickHouse, Elasticsearch, …).",
		FixSafety: "Always safe: the annotation is metadata and never frozen. The fix is offered only where the chart looks its Secret up, so that the next install under " +
			"the same release name and namespace goes on with the kept one; another release cannot take it over without `--take-ownership`.",
		Incidents: []lint.Incident{
			{Ref: "bitnami/charts#2929", What: "Cassandra cannot be logged into after a reinstall: the Secret is new, the claim is not"},
			{Ref: "apache/incubator-devlake-helm-chart#306", What: "a new encryption key meets the old database"},
		},
	},
}

const lostDataSet = `---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      containers:
      - name: db
        image: postgres:17
        env:
        - name: POSTGRES_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{ .Release.Name }}-db
              key: password
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`

func checkSecretLostDataKept(p *lint.Pass) {
	survivors := survivingClaims(p)
	if len(survivors) == 0 {
		return
	}
	for _, o := range p.Objects {
		if !isSecret(o) || o.Hook != nil || fateStated(o) && !inList(o) {
			continue
		}
		list := lostByReinstall(p.Rehearsal, o)
		if l := lossOf(p, o, list, survivors); l != nil {
			p.Report(lostReport(p, o, *l))
		}
	}
}

// lostByReinstall returns the generated values that an install after the
// uninstall makes anew.
func lostByReinstall(r *lifecycle.Rehearsal, o *manifest.Object) []renewal {
	if r.Again == nil {
		return nil
	}
	return slices.DeleteFunc(renewedIn(generated(r, o), o, r.In(r.Again, o)), func(g renewal) bool {
		return g.keyPair || g.calls(sessionName())
	})
}

// survivor is a claim whose data outlives the release, and a workload that has
// it mounted.
type survivor struct {
	claim    *inventory.Claim
	workload *inventory.Workload
}

// leavingsVolume is how volumes are named whose content fits any credential.
var leavingsVolume = lazy.Pattern(`(?i)^([a-z]+[-_])?(logs|cache|te?mp)$`)

func survivingClaims(p *lint.Pass) []survivor {
	var out []survivor
	for _, w := range p.Workloads {
		if !w.RunsForever() {
			continue
		}
		for _, v := range w.Volumes {
			if c := p.FindClaim(w.Object, v.Claim); v.Claim != "" && c != nil && !v.ReadOnly && outlivesRelease(c) && !leavingsVolume().MatchString(v.Name) {
				out = append(out, survivor{c, w})
			}
		}
	}
	return out
}

// loss is a generated value that the surviving data needs.
type loss struct {
	survivor
	value renewal
	// reader reads the value: the workload with the claim, or, for a key that
	// encrypts, another one of the release.
	reader *inventory.Workload
}

// lossOf returns the first of the lost values that surviving data was made with;
// else the first encryption key that any pod reads, whose data is then on one of
// the claims.
func lossOf(p *lint.Pass, o *manifest.Object, list []renewal, survivors []survivor) *loss {
	var loose *loss
	for _, g := range list {
		for _, w := range holdersOf(p, o, g) {
			i := slices.IndexFunc(survivors, func(s survivor) bool { return s.workload == w })
			switch {
			case i < 0:
			case !g.isLoose():
				return &loss{survivors[i], g, w}
			case loose == nil && !sharedByPrograms(p, o, g):
				loose = &loss{survivors[i], g, w}
			}
		}
	}
	i := keepsForOthers(survivors)
	for _, g := range list {
		readers := slices.DeleteFunc(readersOf(p, o, []string{g.key}), func(w *inventory.Workload) bool { return !w.RunsForever() })
		if i >= 0 && len(readers) > 0 && (g.calls(encryptionName()) || secretKeyName().MatchString(g.key) && !forAccess(o)) {
			return &loss{survivors[i], g, readers[0]}
		}
	}
	return loose
}

// sharedByPrograms reports whether several programs of the release read a value:
// one shows it to the other, and the next install gives both the new one.
func sharedByPrograms(p *lint.Pass, o *manifest.Object, g renewal) bool {
	readers := slices.DeleteFunc(readersOf(p, o, []string{g.key}), func(w *inventory.Workload) bool { return !w.RunsForever() })
	return len(readers) > 1
}

// keepsForOthers is the index of the claim on which programs most likely keep
// what they encrypt: a database's, or else that of any server that does not
// forget its password; or -1.
func keepsForOthers(survivors []survivor) int {
	i := slices.IndexFunc(survivors, func(s survivor) bool { return s.workload.Object.Kind == "StatefulSet" && !forgetsPassword(s.workload) })
	if i < 0 {
		i = slices.IndexFunc(survivors, func(s survivor) bool { return !forgetsPassword(s.workload) })
	}
	return i
}

func lostReport(p *lint.Pass, o *manifest.Object, l loss) lint.Report {
	r := lint.Report{
		Object:  o,
		Path:    keyPath(o, l.value.key),
		Related: []*manifest.Object{l.claim.Object},
		Breaks:  []string{"install after an uninstall (Helm 3 and 4)"},
	}
	if l.reader == l.workload {
		refuses := "which the old data does not accept"
		if l.value.isLoose() {
			r.Severity = lint.Info // whoever it is shown to has the new one as well
			refuses = "which may not fit the old data"
		}
		r.Message = fmt.Sprintf("helm uninstall deletes the generated %q and leaves the data of %s, which was set up with it (%s); the next install makes up another one, %s",
			l.value.key, l.workload.Object, claimName(l.claim), refuses)
	} else {
		r.Severity = lint.Warning
		effect := "which cannot read what the old one has encrypted"
		if !l.value.calls(encryptionName()) {
			r.Severity = lint.Info
			effect = "which cannot read what the old one may have encrypted"
		}
		r.Message = fmt.Sprintf("helm uninstall deletes the generated key %q of %s and leaves the data of %s (%s); the next install makes up another one, %s",
			l.value.key, l.reader.Object, l.workload.Object, claimName(l.claim), effect)
	}
	if l.reader.Object != l.claim.Object {
		r.Related = append(r.Related, l.reader.Object)
	}
	if inList(o) || !foundAgain(p, o) {
		r.NotFixable = true
		r.Message += "; to keep the Secret is not enough here: the chart must look it up as well"
	}
	for _, d := range p.Rehearsal.Derives(o, r.Path) {
		r.Derives = append(r.Derives, string(d))
	}
	return r
}

// forAccess reports whether a Secret holds the two halves of a login to object
// storage, of which the key is one.
func forAccess(o *manifest.Object) bool {
	for key := range contentOf(o) {
		if accessName().MatchString(key) {
			return true
		}
	}
	return false
}

var accessName = lazy.Pattern(`(?i)access[-_]?key`)

// claimName is the claim's own name, for a template that of its first claim.
func claimName(c *inventory.Claim) string {
	if c.Template {
		return "PersistentVolumeClaim/" + firstNames(c.Object, []*inventory.Claim{c})[0]
	}
	return c.Object.ID.String()
}

// foundAgain reports whether the chart would go on with a kept Secret: it looks
// the Secret up, and renders what it finds or leaves the Secret out.
func foundAgain(p *lint.Pass, o *manifest.Object) bool {
	r := p.Rehearsal
	if !looksItselfUp(r, o) || r.UpgradeError != nil {
		return false
	}
	upgraded := r.Upgraded(o)
	return upgraded == nil || upgraded != o && len(renewedIn(generated(r, o), o, upgraded)) == 0
}
