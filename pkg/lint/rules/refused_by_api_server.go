package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// RefusedByAPIServer finds objects that cannot even be created.
var RefusedByAPIServer = &lint.Rule{
	Name:           "refused-by-api-server",
	Step:           lint.StepInstall,
	Severity:       lint.Error,
	Title:          "the API server refuses to create the object",
	NeedsRehearsal: true,
	TwoVersions:    true,
	InstallAlone:   true,
	Check:          checkRefusedByAPIServer,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtInstall, What: "`… is invalid: spec…`, with the field and what is wrong with it"},
		},
		Why: "The API server refuses one of the chart's objects. Helm sends objects one kind after the other, so the install fails half way and leaves a release in " +
			"state `failed`, with whatever was created before, claims and Secrets included.\n\n" +
			"Typical causes are a mount whose volume another switch has taken away, a selector that its own pod labels do not meet, and an object that two " +
			"templates print. The verdict is that of Kubernetes' own validation code, in the words that the cluster would print. Where an empty value is at fault " +
			"that the user is to fill in, it is a warning.",
		Before: `apiVersion: apps/v1
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
        - name: data
          mountPath: /data
`,
		After: `apiVersion: apps/v1
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
        - name: data
          mountPath: /data
      volumes:
      - name: data
        emptyDir: {}
`,
		Remedy: "The pod has the volume that its container mounts.",
		Blind:  "Custom resources, webhooks and policies of the cluster, quotas, and API versions that the cluster no longer serves: only built-in kinds are judged, in the version they are written in. A required field that the chart leaves to the user is only noted.",
		Incidents: []lint.Incident{
			{Ref: "bitnami/charts#32884", What: "Matomo's Deployment mounts a volume that it does not have"},
			{Ref: "bitnami/charts#31202", What: "Vault's StatefulSet mounts a volume that is gone once `existingClaim` is set"},
		},
	},
}

func checkRefusedByAPIServer(p *lint.Pass) {
	objects, step := p.Objects, lifecycle.Install
	if p.Rehearsal.TwoVersions {
		objects, step = p.Rehearsal.Upgrade.Stream.Objects(), lifecycle.InstallNext
	}
	refused := refusedEventsOf(p.Rehearsal)
	var found []*rejection
	for _, o := range objects {
		verdict, helms := refusedAt(p.Rehearsal, refused, step, o)
		if verdict == nil || (p.Probe && !missesVolume(verdict)) {
			continue // a probe leaves values empty that a person would fill in
		}
		if overMadeUpValue(o, verdict) {
			continue
		}
		cause := sharedCause(verdict)
		at := slices.IndexFunc(found, func(r *rejection) bool { return cause != "" && r.cause == cause && r.helms == helms })
		if at < 0 {
			found = append(found, &rejection{[]*manifest.Object{o}, verdict, cause, helms})
		} else {
			found[at].objects = append(found[at].objects, o)
		}
	}
	for _, r := range found {
		p.Report(r.report(p.Rehearsal.TwoVersions, p.Rehearsal.Values.User))
	}
}

// rejection are objects that the API server refuses for one cause.
type rejection struct {
	objects []*manifest.Object
	verdict *lifecycle.Verdict // on the first of them
	cause   string
	helms   string
}

func (r *rejection) report(newVersion bool, given map[string]any) lint.Report {
	broken, message := lifecycle.Install, "helm install fails: the API server does not take this object"
	if newVersion {
		broken, message = lifecycle.Upgrade, "helm upgrade fails: the API server does not take the new version's object"
	}
	if len(r.objects) > 1 {
		message += fmt.Sprintf(", nor %s for the same reason", enumerateObjects(r.objects[1:]))
	}
	out := lint.Report{
		Object:  r.objects[0],
		Related: r.objects[1:],
		Message: message,
		Verdict: lint.Short(r.verdict.Message),
		Breaks:  []string{string(broken) + " (" + r.helms + ")"},
	}
	if len(r.verdict.Fields) > 0 {
		out.Path = fieldPath(r.verdict.Fields[0])
	}
	if len(given) > 0 {
		return out
	}
	if path, instead := leftToUser(r.objects[0], r.verdict); path != nil {
		out.Path = path
		out.Severity = lint.Info // as the chart means it, as a rule
		out.Message = fmt.Sprintf("helm install fails unless the user gives a value for %s, %s", path, instead)
	}
	return out
}

// overMadeUpValue reports whether what the API server refuses is made of a value
// that nobody has given: a person would give a size where one is asked for. A
// verdict that names no field is about all of the object.
func overMadeUpValue(o *manifest.Object, v *lifecycle.Verdict) bool {
	madeUp := func(value any) bool {
		return anyString(value, "", func(_, text string) bool { return strings.Contains(text, lifecycle.MadeUp) })
	}
	if len(v.Fields) == 0 {
		return madeUp(o.Fields)
	}
	value, ok := manifest.Lookup(o.Fields, fieldPath(v.Fields[0])...)
	return ok && madeUp(value)
}

// placeholder matches what charts write where the user is to write something.
var placeholder = lazy.Pattern(`(?i)^(override|change|replace|fill|fix|set)[-_ ]?(me|it|this|in)\b`)

// leftToUser returns the field that the API server blames first where the chart
// means the user to give it: it is in the manifest, with nothing in it or with a
// word that says so. The path is nil where it is not.
func leftToUser(o *manifest.Object, v *lifecycle.Verdict) (path manifest.Path, instead string) {
	const empty = "which the chart's own values leave empty"
	if len(v.Fields) == 0 {
		return placeholderInSecret(o)
	}
	path = fieldPath(v.Fields[0])
	value, ok := manifest.Lookup(o.Fields, path...)
	_, reason, _ := strings.Cut(v.Message, v.Fields[0]+": ")
	wrong, isInvalid := strings.CutPrefix(reason, `Invalid value: "`)
	wrong, _, _ = strings.Cut(wrong, `"`)
	switch {
	case ok && (value == nil || value == "") && (isInvalid || strings.HasPrefix(reason, "Required value")):
		return path, empty
	case ok && isInvalid && placeholder().MatchString(wrong):
		return path, fmt.Sprintf("for which the chart's own values have %q", wrong)
	}
	return nil, ""
}

// placeholderInSecret finds such a word among what a Secret should hold in
// base64.
func placeholderInSecret(o *manifest.Object) (path manifest.Path, instead string) {
	data := manifest.StringMapAt(o.Fields, "data")
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if isSecret(o) && placeholder().MatchString(data[key]) {
			return manifest.Path{"data", key}, fmt.Sprintf("for which the chart's own values have %q", data[key])
		}
	}
	return nil, ""
}

// sharedCause is what the API server says of a label or an annotation, "" where
// something else is at fault first: charts write these into every object through
// one helper template, so that one bad value meets them all.
func sharedCause(v *lifecycle.Verdict) string {
	if len(v.Fields) == 0 || v.Fields[0] != "metadata.labels" && v.Fields[0] != "metadata.annotations" {
		return ""
	}
	_, cause, _ := strings.Cut(v.Message, v.Fields[0]+": ")
	if len(v.Fields) > 1 {
		cause, _, _ = strings.Cut(cause, ", "+v.Fields[1]+": ")
	}
	return v.Fields[0] + ": " + strings.TrimSuffix(cause, "]")
}

// missesVolume reports whether a container mounts a volume that its pod does
// not have.
func missesVolume(v *lifecycle.Verdict) bool {
	return slices.ContainsFunc(v.Fields, func(field string) bool { return strings.Contains(field, "volumeMounts") })
}

// refusedAt returns the refusal to create an object at a step, and the Helms
// that it meets. Where the old version's object has met the same, there is no
// release to upgrade.
func refusedAt(reh *lifecycle.Rehearsal, refused refusedEvents, step lifecycle.Step, o *manifest.Object) (*lifecycle.Verdict, string) {
	var verdict *lifecycle.Verdict
	var helms []string
	for _, play := range reh.Plays {
		events := refused.of(play, step, o)
		i := slices.IndexFunc(events, func(e lifecycle.Event) bool { return e.Object == o })
		if i < 0 || step != lifecycle.Install && len(refused.of(play, lifecycle.Install, o)) > 0 {
			continue
		}
		if verdict == nil {
			verdict = &events[i].Verdict
		}
		helms = append(helms, play.Mode.Helm())
	}
	if len(helms) == len(reh.Plays) {
		return verdict, "Helm 3 and 4"
	}
	return verdict, strings.Join(helms, "; ")
}
