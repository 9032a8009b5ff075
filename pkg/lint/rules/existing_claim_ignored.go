package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ExistingClaimIgnored finds charts that offer to take the user's own claim, or
// Secret, and then use another one.
var ExistingClaimIgnored = &lint.Rule{
	Name:           "existing-claim-ignored",
	Step:           lint.StepInstall,
	Severity:       lint.Error,
	Title:          "the chart takes the name of an existing claim, or Secret, and uses another one",
	NeedsRehearsal: true,
	InstallAlone:   true,
	Check:          checkExistingClaimIgnored,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "it comes up empty although `existingClaim` is set"},
			{Where: lint.InClaims, What: "a new claim appears although `existingClaim` is set"},
			{Where: lint.InPods, What: "`CreateContainerConfigError` or `FailedMount`, `secret \"…\" not found`, once `existingSecret` is set"},
		},
		Why: "The chart takes the name of a claim that is there already (`existingClaim`), and then mounts another, empty one. The application starts as if it were " +
			"new, without an error, and nobody notices until the data is looked for.\n\n" +
			"Sometimes a template forgets the value. Sometimes it does add a volume for it, but leaves the StatefulSet's claim template of the same name in place: " +
			"the controller puts the template's claim over a volume of that name.\n\n" +
			"The same happens to Secrets (`existingSecret`): the sub chart of the database takes the given one and no longer makes its own, and the application's pods, which name " +
			"that, never start. Or the value is forgotten, and the password in the given Secret is not used.",
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
        volumeMounts:
        - {name: data, mountPath: /data}
      {{- with .Values.persistence.existingClaim }}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: {{ . }}}
      {{- end }}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: {{ .Values.persistence.size }}}}
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
        volumeMounts:
        - {name: data, mountPath: /data}
      {{- with .Values.persistence.existingClaim }}
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: {{ . }}}
      {{- end }}
  {{- if not .Values.persistence.existingClaim }}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: {{ .Values.persistence.size }}}}
  {{- end }}
`,
		Remedy: "Where a claim is given there is no claim template. The name of a Secret comes from one helper template wherever it is read, of a sub chart's from the sub chart's own.",
		Values: "persistence:\n  existingClaim: \"\"\n  size: 8Gi\n",
		Blind: "Values whose key does not speak of an existing claim. Parts of a chart that are off, or that ask for no size beside the name: the size shows which " +
			"claim the given one should have replaced, and the password beside its name which Secret.",
		Incidents: []lint.Incident{
			{Ref: "bitnami/charts#34369", What: "Neo4j's claim template hides the claim that was given"},
			{Ref: "helm/charts#12894", What: "RabbitMQ takes `existingClaim` and makes a claim of its own all the same"},
			{Ref: "bitnami/charts#33177", What: "Matomo's CronJobs do not mount the claim that was given"},
			{Ref: "bitnami/charts#6719", What: "with an existing Secret, ownCloud's pods look for the chart's own, which is not made"},
			{Ref: "bitnami/charts#3794", What: "MariaDB's pods fail unless the existing Secret has the name that the chart would give its own"},
			{Ref: "helm/charts#6340", What: "a standalone MongoDB takes no notice of the existing Secret"},
		},
	},
}

func checkExistingClaimIgnored(p *lint.Pass) {
	reportIdleVolumes(p)
	checkGivenSecrets(p)
	for _, path := range slices.Sorted(maps.Keys(p.Given.Makes)) {
		given := p.Given.Claims[path]
		if mountedAnywhere(p, given) {
			continue
		}
		made := p.Given.Makes[path]
		i := slices.IndexFunc(p.Claims, func(c *inventory.Claim) bool { return c.Object.ID == made.Object && c.Name == made.Name })
		if i < 0 || len(p.MountedBy(p.Claims[i])) == 0 {
			continue // it has made room, whatever came in its place, or its pods are switched off
		}
		o := p.Claims[i].Object
		where := manifest.Path(nil)
		message := fmt.Sprintf("%s is accepted, but no pod mounts the claim that it names; this %s still makes a claim of its own, which starts empty", path, o.Kind)
		if o.Kind == "StatefulSet" {
			where = manifest.Path{"spec", "volumeClaimTemplates"}
		}
		var severity lint.Severity
		switch n, _ := manifest.IntAt(o.Fields, "spec", "replicas"); {
		case overlaid(p, given):
			message += ": the volume with the given claim has the name of a claim template, which takes its place"
		case o.Kind == "StatefulSet" && n > 1: // nobody expects one claim to serve them all
			severity = lint.Warning
			message += fmt.Sprintf("; its %d pods could not share one, but the chart does not say so", n)
		}
		p.Report(lint.Report{Severity: severity, Object: o, Path: where, Message: message, Breaks: []string{"the data of the existing claim is not used"}})
	}
}

// reportIdleVolumes reports the claims that values bring and that pods have as
// volumes, but no container mounts.
func reportIdleVolumes(p *lint.Pass) {
	for _, path := range slices.Sorted(maps.Keys(p.Given.Claims)) {
		var idle *inventory.Workload
		var volume *inventory.Volume
		used := false
		for _, w := range p.Workloads {
			for _, v := range w.Volumes {
				if v.Claim != p.Given.Claims[path] || v.Template {
					continue
				}
				if len(v.MountPaths) > 0 || isDevice(w, v.Name) {
					used = true
				} else if idle == nil {
					idle, volume = w, v
				}
			}
		}
		if idle != nil && !used {
			r := lint.Report{
				Object:  idle.Object,
				Path:    volume.Path,
				Message: fmt.Sprintf("%s is accepted, and volume %q has the claim that it names, but no container mounts that volume", path, volume.Name),
				Breaks:  []string{"the data of the existing claim is not used"},
			}
			if _, wanted := p.Given.Makes[path]; !wanted { // without the claim there is no use for one either
				r.Severity = lint.Info
				r.Message += ": is it for a part of the chart that is switched off?"
			}
			p.Report(r)
		}
	}
}

// isDevice reports whether a container has a volume as a raw block device.
func isDevice(w *inventory.Workload, volume string) bool {
	return slices.ContainsFunc(slices.Concat(manifest.ListAt(w.Spec, "containers"), manifest.ListAt(w.Spec, "initContainers")), func(c any) bool {
		return slices.ContainsFunc(manifest.ListAt(c, "volumeDevices"), func(d any) bool { return manifest.StringAt(d, "name") == volume })
	})
}

func mountedAnywhere(p *lint.Pass, claim string) bool {
	return slices.ContainsFunc(p.Workloads, func(w *inventory.Workload) bool { return mounts(p, w, claim) })
}

// overlaid reports whether a pod names the claim in a volume that a claim
// template replaces.
func overlaid(p *lint.Pass, claim string) bool {
	return slices.ContainsFunc(p.Workloads, func(w *inventory.Workload) bool {
		return slices.ContainsFunc(manifest.ListAt(w.Spec, "volumes"), func(v any) bool {
			return manifest.StringAt(v, "persistentVolumeClaim", "claimName") == claim
		})
	})
}
