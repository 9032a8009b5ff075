package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ImmutableFieldChanged finds fields that cannot change and that a new version
// of the chart changes.
var ImmutableFieldChanged = &lint.Rule{
	Name:           "immutable-field-changed",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "the new version of the chart changes a field that cannot change",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkImmutableFieldChanged,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`… is invalid: … field is immutable`"},
			{Where: lint.AtUpgrade, What: "`updates to statefulset spec for fields other than … are forbidden`"},
			{Where: lint.AtUpgrade, What: "`PersistentVolumeClaim … spec is immutable after creation except resources.requests …`"},
		},
		Why: "The new version of the chart changes a field that Kubernetes does not let anybody change. It installs well everywhere, and `helm upgrade` from the " +
			"old version is refused everywhere, for every user of the chart.\n\n" +
			"Such fields are frozen from the day an object is created: a workload's selector; a StatefulSet's `serviceName`, `podManagementPolicy` and " +
			"`volumeClaimTemplates`; all of a claim's spec but its size; the pod template of a Job; the parameters of a StorageClass. When Helm meets the refusal " +
			"it has changed other objects already, so the release is left half upgraded.",
		Before: versionedSet("OrderedReady", "data"),
		Next:   versionedSet("Parallel", "data"),
		After:  versionedSet("OrderedReady", "data"),
		Remedy: "The new version leaves the field as it was. Where it has to change, the release notes must say what to do before the upgrade; the finding says it as " +
			"commands.",
		Blind: "Values that users have set, unless they are given: the two versions are compared under one set of values.",
		Incidents: []lint.Incident{
			{Ref: "grafana/loki#9524", What: "`podManagementPolicy` changed along with something else; all who upgrade are refused"},
			{Ref: "DataDog/helm-charts#2311", What: "the same field again, in a patch release"},
			{Ref: "groundhog2k/helm-charts#224", What: "`serviceName` changed in three database charts at once"},
			{Ref: "rook/rook#16362", What: "parameters of a StorageClass changed from 1.17 to 1.18"},
			{Ref: "helm/helm#7998", What: "what a user sees: an upgrade of MySQL is refused"},
		},
	},
}

// versionedSet is a StatefulSet whose settings the examples of two versions
// change.
func versionedSet(podManagement, template string) string {
	return `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  podManagementPolicy: ` + podManagement + `
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
  - metadata: {name: ` + template + `}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 8Gi}}
`
}

func checkImmutableFieldChanged(p *lint.Pass) {
	if !p.Rehearsal.TwoVersions {
		return
	}
	var stored []refusal
	for _, r := range refusals(p) {
		if dropsStoredVersion(r) {
			stored = append(stored, r)
			continue
		}
		if keepsRollingUpdate(r.event) || shrinks(r) || r.because(p.Rehearsal, lifecycle.FromLookup) != nil {
			continue // a rule of its own says more
		}
		change := r.because(p.Rehearsal)
		switch emptied := leftEmpty(r.event, r.event.Previous.Fields); {
		case emptied != nil && r.event.Step == lifecycle.Upgrade && overwritten(r.event) == nil:
			p.Report(valueTaken(p, r, emptied))
		case change != nil:
			p.Report(immutableChange(p, r, change))
		case len(r.changes) == 0 && overwritten(r.event) == nil:
			p.Report(refusedChange(p, r))
		}
	}
	reportStoredVersions(p, stored)
}

// dropsStoredVersion reports whether a CustomResourceDefinition is refused for
// leaving out a version in which the API server stores objects.
func dropsStoredVersion(r refusal) bool {
	return isDefinition(r.object) && len(r.event.Verdict.Fields) > 0 && strings.HasPrefix(r.event.Verdict.Fields[0], "status.storedVersions")
}

// reportStoredVersions makes one finding of all definitions that a step is
// refused for: they come from one generator.
func reportStoredVersions(p *lint.Pass, list []refusal) {
	bySteps := map[lifecycle.Step][]refusal{}
	for _, r := range list {
		bySteps[r.event.Step] = append(bySteps[r.event.Step], r)
	}
	for _, step := range []lifecycle.Step{lifecycle.Upgrade, lifecycle.Rollback} {
		same := bySteps[step]
		if len(same) == 0 {
			continue
		}
		out := same[0].report(p.Rehearsal, manifest.Path{"spec", "versions"})
		out.Derives = nil
		for _, r := range same[1:] {
			out.Related = append(out.Related, r.object)
		}
		out.Message = "the new version leaves out a version of the kind in which the API server stores objects: migrate them, and take it out of status.storedVersions, first"
		if step == lifecycle.Rollback {
			out.Severity = lint.Warning
			out.Message = "the new version stores objects in a version of the kind that the old one does not have, and a rollback would leave it out"
		}
		p.Report(out)
	}
}

// valueTaken is a field that the old version has left empty, the cluster has
// filled, and the new version leaves out: it is sent as a removal.
func valueTaken(p *lint.Pass, r refusal, path manifest.Path) lint.Report {
	out := r.report(p.Rehearsal, path)
	out.Derives = nil
	live, _ := manifest.Lookup(r.event.Live, path...)
	written, _ := manifest.Lookup(r.event.Previous.Fields, path...)
	out.Message = fmt.Sprintf("the old version says %s over %s, which the cluster has filled in, and the new one says nothing: "+
		"that takes the value away, and the field cannot change; give the live value from now on", emptyText(written), show(live))
	return out
}

// immutableChange is a field that differs between the versions.
func immutableChange(p *lint.Pass, r refusal, change *lifecycle.Difference) lint.Report {
	out := r.report(p.Rehearsal, change.Path)
	out.Derives = nil
	if out.Severity = severityAt(r.event.Step); out.Severity == lint.Warning {
		out.Message = fmt.Sprintf("the upgrade changes %s to %s, and a rollback cannot change it back", show(change.After), show(change.Before))
		return out
	}
	out.Message = fmt.Sprintf("the old version has %s here, the new one %s, and the field cannot change", show(change.Before), show(change.After))
	if change.Path.HasPrefix(podLabels) {
		out.Message = fmt.Sprintf("the old version has %s here, the new one %s, and the selector, which cannot change, asks for the old one", show(change.Before), show(change.After))
	}
	if out.Commands = replaceByHand(p, r.object, r.changes); out.Commands == nil {
		out.Message += ": keep the old value"
		if r.object.Kind == "PersistentVolumeClaim" {
			out.Message += ", or make a claim of another name and copy the data"
		}
	}
	return out
}

// podLabels are the labels by which a workload selects its pods; old API
// versions take the selector from them.
var podLabels = manifest.Path{"spec", "template", "metadata", "labels"}

// refusedChange is a refusal that blames no field that differs: the API server
// calls the field otherwise than manifests do, as attachedRequired of a CSIDriver.
func refusedChange(p *lint.Pass, r refusal) lint.Report {
	out := r.report(p.Rehearsal, nil)
	out.Severity = severityAt(r.event.Step)
	out.Message = "the API server refuses to change one version's object into the other's"
	out.Commands = replaceByHand(p, r.object, r.changes)
	return out
}

// severityAt is how bad a refusal is: one of the rollback leaves the upgraded
// release as it is.
func severityAt(step lifecycle.Step) lint.Severity {
	if step == lifecycle.Rollback {
		return lint.Warning
	}
	return lint.Error
}
