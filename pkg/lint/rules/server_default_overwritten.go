package rules

import (
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ServerDefaultOverwritten finds manifests that write nothing over what the
// server has filled in and frozen.
var ServerDefaultOverwritten = &lint.Rule{
	Name:        "server-default-overwritten",
	Step:        lint.StepUpgrade,
	Severity:    lint.Error,
	Title:       "a null or empty string overwrites what the server has filled in and frozen",
	TwoVersions: true,
	Check:       checkServerDefaultOverwritten,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "drop the key",
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`PersistentVolumeClaim … spec is immutable after creation except resources.requests …`"},
		},
		Why: "The first `helm upgrade` after the install is refused, though nothing has changed: the install accepted the same manifest. The chart writes `null` or " +
			"`\"\"` into a field that the cluster fills in by itself and then freezes.\n\n" +
			"A key that is absent leaves the live value alone. A key that is there with `null` or `\"\"` asks for the value to be removed, at every upgrade. A " +
			"claim's `volumeName` is filled in when it is bound, its `storageClassName` where the cluster has a default class. The usual source is a template such " +
			"as `storageClassName: {{ .Values.class }}` without a value. A `storageClassName` that has been `\"\"` (no class) from the start is fine.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Values.storageClass }}
  resources:
    requests:
      storage: 8Gi
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Remedy: "The key is left out, or written only where there is a value: `{{ with .Values.storageClass }}`.",
		Blind: "Fields that an admission webhook of the cluster fills in. On manifests alone a claim's `volumeName` and `storageClassName` are all that is looked at, " +
			"and the finding is a warning.",
		FixSafety: "On a release that was installed with the key, the first upgrade without it is refused once more, for the removal is sent: of `null` in every apply " +
			"mode, of `\"\"` under client-side apply. Giving the live value instead passes everywhere.",
		Incidents: []lint.Incident{
			{Ref: "helm/charts#17806", What: "Grafana's empty `storageClassName`: the next upgrade is refused, whatever it is for"},
			{Ref: "helm/charts#16534", What: "one helper that prints an empty class, copied into some fifteen charts"},
			{Ref: "snyk/kubernetes-monitor#667", What: "the install takes the default class, and every upgrade asks for none"},
		},
	},
}

func checkServerDefaultOverwritten(p *lint.Pass) {
	if p.Rehearsal == nil {
		for _, o := range p.Objects {
			reportEmptied(p, o)
		}
		return
	}
	for _, r := range refusals(p) {
		if len(r.changes) > 0 {
			continue
		}
		path := overwritten(r.event)
		if path == nil {
			continue
		}
		out := r.report(p.Rehearsal, path)
		live, _ := manifest.Lookup(r.event.Live, path...)
		written, _ := manifest.Lookup(r.event.Object.Fields, path...)
		out.Message = fmt.Sprintf("the manifest says %s where the cluster has filled in %s and frozen it: every upgrade is refused, though nothing has changed", emptyText(written), show(live))
		out.NotFixable = !throughMappings(path)
		out.Rewrite = dropField(path)
		p.Report(out)
	}
}

// reportEmptied reports a claim that leaves empty what binding it fills in.
func reportEmptied(p *lint.Pass, o *manifest.Object) {
	if o.Kind != "PersistentVolumeClaim" || o.Group() != "" || o.Hook != nil {
		return
	}
	for _, path := range []manifest.Path{{"spec", "storageClassName"}, volumeName} {
		value, written := manifest.Lookup(o.Fields, path...)
		if !written || value != nil && (value != "" || !path.HasPrefix(volumeName)) {
			continue // "" is a class: none
		}
		p.Report(lint.Report{
			Severity: lint.Warning,
			Object:   o,
			Path:     path,
			Message:  fmt.Sprintf("the manifest says %s where the cluster fills the field in and freezes it: upgrades are refused once the claim is bound, though nothing has changed", emptyText(value)),
			Breaks:   []string{string(lifecycle.Upgrade) + " (" + lifecycle.ClientSide.Helm() + ")"},
			Rewrite:  dropField(path),
		})
		return
	}
}

func emptyText(value any) string {
	if value == nil {
		return "null"
	}
	return show(value)
}

// overwritten returns the first field at fault that the manifest leaves empty
// and the cluster has filled, or nil.
func overwritten(e lifecycle.Event) manifest.Path { return leftEmpty(e, e.Object.Fields) }

// leftEmpty returns the first field at fault that fields spell as null or an
// empty string and the cluster has filled, or nil.
func leftEmpty(e lifecycle.Event, fields map[string]any) manifest.Path {
	for _, d := range lifecycle.Differences(fields, e.Live) {
		if _, written := manifest.Lookup(fields, d.Path...); written && (d.Before == nil || d.Before == "") && d.After != nil && atFault(e, d.Path) {
			return d.Path
		}
	}
	return nil
}

// throughMappings reports whether a path passes through no list.
func throughMappings(path manifest.Path) bool {
	for _, step := range path {
		if _, ok := step.(int); ok {
			return false
		}
	}
	return true
}
