package rules

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// LookupInImmutableField finds frozen fields whose value is read from the
// cluster.
var LookupInImmutableField = &lint.Rule{
	Name:        "lookup-in-immutable-field",
	Step:        lint.StepUpgrade,
	Severity:    lint.Error,
	Title:       "a field that cannot change takes its value from lookup",
	TwoVersions: true,
	Check:       checkLookupInImmutableField,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "drop the claim's volumeName: the cluster keeps the bound one",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtRollback, What: "`PersistentVolumeClaim … spec is immutable after creation except resources.requests …`"},
			{Where: lint.AtUpgrade, What: "`PersistentVolumeClaim … spec is immutable after creation except resources.requests …`"},
			{Where: lint.AtUpgrade, What: "`nil pointer evaluating interface {}…`, with `--dry-run` alone"},
		},
		Why: "`lookup` finds nothing at the first install and something at every upgrade, so the revisions of one release differ. In a field that the API server " +
			"has frozen, one of the steps between them is refused: mostly the rollback, on the day when it is needed, which leaves the release half rolled back.\n\n" +
			"The usual case is a claim whose `volumeName` is copied from the live claim. The install renders none, the upgrade renders the bound volume, and `helm " +
			"rollback` to revision 1 asks to remove it: `spec is immutable after creation`. Helm 3 is refused, and Helm 4 with `--server-side=false`; server-side " +
			"apply passes.\n\n" +
			"An upgrade that copies a selector from the live object, and takes for granted that there is one, passes too, but cannot be tried out: under `helm " +
			"upgrade --dry-run` lookup finds nothing, and the chart does not render. That is a warning.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
  {{- $name := printf "%s-data" .Release.Name }}
  {{- with lookup "v1" "PersistentVolumeClaim" .Release.Namespace $name }}
  volumeName: {{ .spec.volumeName }}
  {{- end }}
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Remedy: "The field is left out. The cluster keeps the claim bound without it.",
		Blind: "Values that lookup happens to find equal to what install rendered, and what a lookup of objects outside of the release would find. " +
			"On manifests alone only a `volumeName` that a provisioner has made up is seen, as a warning.",
		FixSafety: "Safe where no stored revision that is still in force carries the field. If the previous one does, dropping it is itself refused once, under Helm 3 " +
			"and under Helm 4 with `--server-side=false`. The post-renderer does not know the previous revision, and so does not do it unasked.",
		Incidents: []lint.Incident{
			{Ref: "grafana/helm-charts#3125", What: "rollback of Grafana refused because of the claim's volumeName"},
			{Ref: "redpanda-data/helm-charts#1277", What: "selectors copied from the live StatefulSet: a dry run of the upgrade did not render"},
		},
	},
}

func checkLookupInImmutableField(p *lint.Pass) {
	if p.Rehearsal == nil {
		for _, o := range p.Objects {
			if o.Hook == nil {
				reportProvisionedVolume(p, o)
			}
		}
		return
	}
	for _, r := range refusals(p) {
		if d := r.because(p.Rehearsal, lifecycle.FromLookup); d != nil && r.because(p.Rehearsal, lifecycle.FromChance) == nil {
			p.Report(lookedUp(p.Rehearsal, r, d.Path))
		}
	}
	reportBlindError(p)
}

// reportBlindError tells of an upgrade that is not rendered where lookup finds
// nothing, because an object with frozen fields is made of what it finds. A chart
// that says itself what it lacks means to.
func reportBlindError(p *lint.Pass) {
	if p.Rehearsal.BlindError == nil {
		return
	}
	text := p.Rehearsal.BlindError.Error()
	failing := failingTemplate().FindStringSubmatch(text)
	if failing == nil {
		return
	}
	for _, o := range p.Objects {
		if o.Source != failing[1] || !isFrozen(o) {
			continue
		}
		cause := text[strings.LastIndex(text, ">: ")+len(">: "):]
		p.Report(lint.Report{
			Severity: lint.Warning,
			Object:   o,
			Message: fmt.Sprintf("upgrades make this %s of the live one, which lookup finds. Where it finds nothing, as under helm upgrade --dry-run and helm template --is-upgrade, "+
				"they do not render: %s", o.Kind, cause),
			Breaks:     []string{string(lifecycle.Upgrade) + " (--dry-run; helm template --is-upgrade)"},
			Derives:    []string{string(lifecycle.FromLookup)},
			NotFixable: true,
		})
		return
	}
}

// failingTemplate finds the template of the error of one that expects more than
// there is. One that fails on purpose has another (helm v3.22.0,
// pkg/engine/engine.go, cleanupExecError).
var failingTemplate = lazy.Pattern(`^template: ([^:]+):\d+:\d+: executing `)

// isFrozen reports whether an object has fields that cannot change and that tell
// what belongs to it: selectors, claim templates, volumes.
func isFrozen(o *manifest.Object) bool {
	switch o.Group() + "/" + o.Kind {
	case "apps/StatefulSet", "apps/Deployment", "apps/DaemonSet", "apps/ReplicaSet", "batch/Job", "/PersistentVolumeClaim", "/PersistentVolume", "storage.k8s.io/StorageClass":
		return true
	}
	return false
}

func lookedUp(reh *lifecycle.Rehearsal, r refusal, path manifest.Path) lint.Report {
	out := r.report(reh, path)
	first, _ := manifest.Lookup(r.object.Fields, path...)
	var second any
	if upgraded := reh.Upgraded(r.object); upgraded != nil {
		second, _ = manifest.Lookup(upgraded.Fields, path...)
	}
	out.Message = fmt.Sprintf("install renders %s here, an upgrade renders %s, which lookup finds", show(first), show(second))
	if r.event.Step == lifecycle.Rollback {
		out.Message += "; a rollback to revision 1 undoes that, which is refused"
	} else {
		out.Message += "; the field cannot change"
	}
	if path.String() == volumeName.String() {
		out.NotFixable = false
		out.Rewrite = dropField(volumeName)
	}
	return out
}

var volumeName = manifest.Path{"spec", "volumeName"}

// provisioned is how external-provisioner names a volume, after the uid of its
// claim.
var provisioned = lazy.Pattern(`^pvc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func reportProvisionedVolume(p *lint.Pass, o *manifest.Object) {
	name := o.StringAt(volumeName...)
	if o.Kind != "PersistentVolumeClaim" || o.Group() != "" || !provisioned().MatchString(name) {
		return
	}
	p.Report(lint.Report{
		Severity: lint.Warning,
		Object:   o,
		Path:     volumeName,
		Message: "the volume's name was made up by a provisioner, so that only lookup can have put it here; " +
			"a rollback to a revision without it is refused",
		Breaks:  []string{string(lifecycle.Rollback) + " (" + lifecycle.ClientSide.Helm() + ")"},
		Derives: []string{"lookup"},
		Rewrite: dropField(volumeName),
	})
}

// show prints a value for a message, on one line and not too long.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		return fmt.Sprintf("%q", v)
	default:
		text := []byte(fmt.Sprint(v))
		if written, err := json.Marshal(v); err == nil { // it knows no infinity
			text = written
		}
		if len(text) > 60 {
			return strings.ToValidUTF8(string(text[:60]), "") + "…"
		}
		return string(text)
	}
}
