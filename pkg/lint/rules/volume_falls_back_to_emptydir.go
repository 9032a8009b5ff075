package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// VolumeFallsBackToEmptyDir finds pods that keep in an emptyDir what the chart
// has a claim for.
var VolumeFallsBackToEmptyDir = &lint.Rule{
	Name:         "volume-falls-back-to-emptydir",
	Step:         lint.StepInstall,
	Severity:     lint.Error,
	Title:        "a pod keeps in an emptyDir what the release has a claim for",
	InstallAlone: true,
	Check:        checkVolumeFallsBackToEmptyDir,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "its data is gone once its pod has been replaced"},
			{Where: lint.InClaims, What: "a claim is bound, and nothing is ever written to it"},
		},
		Why: "A pod keeps its data in an `emptyDir`, which is deleted with the pod, although the release has a claim for that data. Nothing fails and the claim is " +
			"paid for, but everything is gone once the pod is replaced, as at any upgrade.\n\n" +
			"Charts use an `emptyDir` where persistence is off, and sometimes only half of the chart hears of the switch. Or the web pods mount the claim, while " +
			"the workers or a clean-up CronJob, which run the same image on the same path, have an `emptyDir` there: what one of them writes the other never sees, " +
			"and the clean-up cleans nothing.",
		Before: `{{- if .Values.persistence.enabled }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-wiki-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 8Gi}}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-wiki
spec:
  selector:
    matchLabels: {app: wiki}
  template:
    metadata:
      labels: {app: wiki}
    spec:
      containers:
      - name: wiki
        image: registry.example.com/wiki:1.0.0
        volumeMounts:
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        emptyDir: {}
`,
		After: `{{- if .Values.persistence.enabled }}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-wiki-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  resources: {requests: {storage: 8Gi}}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-wiki
spec:
  selector:
    matchLabels: {app: wiki}
  template:
    metadata:
      labels: {app: wiki}
    spec:
      containers:
      - name: wiki
        image: registry.example.com/wiki:1.0.0
        volumeMounts:
        - {name: data, mountPath: /data}
      volumes:
      - name: data
        {{- if .Values.persistence.enabled }}
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-wiki-data
        {{- else }}
        emptyDir: {}
        {{- end }}
`,
		Remedy: "The pod mounts the claim under the same switch that creates it.",
		Values: "persistence:\n  enabled: false\n",
		Blind: "A claim that no pod mounts is only reported where it is named after the workload, with or without the volume's name. Two workloads are only compared " +
			"where the volume's name, the path and the image are the same. Jobs and hooks, which often need nothing but the folder, are left alone, as are the " +
			"claims of StatefulSets, of which every pod has its own.",
		Incidents: []lint.Incident{
			{Ref: "sentry-kubernetes/charts#1980", What: "the clean-up CronJob has an emptyDir where the web pods have the claim"},
		},
	},
}

func checkVolumeFallsBackToEmptyDir(p *lint.Pass) {
	for _, c := range unmountedClaims(p) {
		if w, v := emptyDirInstead(p, c); w != nil {
			p.Report(lint.Report{
				Object:  w.Object,
				Path:    v.Path.Append("emptyDir"),
				Related: []*manifest.Object{c.Object},
				Message: fmt.Sprintf("no pod mounts %s, and what this %s writes to %s is in an emptyDir: it is gone with the pod", c.Object, w.Object.Kind, enumerate(v.MountPaths)),
				Breaks:  []string{"every restart of the pod loses the data"},
			})
		}
	}
	candidates := withEmptyDirs(p)
	for _, c := range p.Claims {
		if mounters := p.MountedBy(c); len(mounters) > 0 && !c.Template && c.Object.Hook == nil {
			reportOutsiders(p, c, mounters, candidates)
		}
	}
}

// withEmptyDirs are the workloads that have an emptyDir.
func withEmptyDirs(p *lint.Pass) []*inventory.Workload {
	return slices.DeleteFunc(slices.Clone(p.Workloads), func(w *inventory.Workload) bool {
		return !slices.ContainsFunc(w.Volumes, func(v *inventory.Volume) bool { return v.EmptyDir })
	})
}

// emptyDirInstead returns the workload that a claim which nobody mounts was made
// for, and the emptyDir that it has in the claim's place, or nil.
func emptyDirInstead(p *lint.Pass, c *inventory.Claim) (*inventory.Workload, *inventory.Volume) {
	if slices.ContainsFunc(p.CustomResources(), makesPods) {
		return nil, nil // their pods may mount it
	}
	for _, w := range p.Workloads {
		if !w.RunsForever() || !p.SameNamespace(w.Object, c.Object) {
			continue
		}
		for _, v := range w.Volumes {
			if v.EmptyDir && v.Written && meansVolume(c.Name, w.Object.Name, v.Name) {
				return w, v
			}
		}
	}
	return nil, nil
}

// dataVolume is how volumes are named that hold what an application keeps.
var dataVolume = lazy.Pattern(`(?i)(^|[-_])(data|storage|persistence|persistent|home|files)([-_]|$)`)

// meansVolume reports whether a claim's name is made of the workload's and the
// volume's, or is the workload's while the volume's is one for data.
func meansVolume(claim, workload, volume string) bool {
	switch claim {
	case workload + "-" + volume, volume + "-" + workload:
		return true
	case workload, workload + "-pvc", workload + "-claim":
		return dataVolume().MatchString(volume)
	}
	return false
}

// reportOutsiders reports the workloads that have an emptyDir where those that
// mount the claim, with the same image, have the claim.
func reportOutsiders(p *lint.Pass, c *inventory.Claim, mounters, candidates []*inventory.Workload) {
	var outsiders []*inventory.Workload
	var first *inventory.Volume
	var inside *inventory.Workload
	for _, w := range candidates {
		if !staysUseful(w) || slices.Contains(mounters, w) || !p.SameNamespace(w.Object, c.Object) {
			continue
		}
		if v, other := counterpart(p, c, w, mounters); v != nil {
			outsiders = append(outsiders, w)
			if first == nil {
				first, inside = v, other
			}
		}
	}
	if len(outsiders) == 0 {
		return
	}
	var objects []*manifest.Object
	for _, w := range outsiders {
		objects = append(objects, w.Object)
	}
	has := "has"
	if len(objects) > 1 {
		has = "have"
	}
	p.Report(lint.Report{
		Severity: lint.Warning,
		Object:   objects[0],
		Path:     first.Path.Append("emptyDir"),
		Related:  append(objects[1:], inside.Object),
		Message: fmt.Sprintf("%s %s an emptyDir at %s, where %s, with the same image, has claim %q: neither sees what the other writes",
			enumerateObjects(objects), has, enumerate(first.MountPaths), inside.Object, c.Name),
	})
}

// staysUseful reports whether a workload comes back to its data: it runs on, or
// time and again.
func staysUseful(w *inventory.Workload) bool {
	return w.RunsForever() || w.Object.Kind == "CronJob" && w.Object.Hook == nil
}

// counterpart returns the emptyDir of w that is a claim's volume in another
// workload, by its name, its path and the image of the container that has it.
func counterpart(p *lint.Pass, c *inventory.Claim, w *inventory.Workload, mounters []*inventory.Workload) (*inventory.Volume, *inventory.Workload) {
	for _, v := range w.Volumes {
		if !v.EmptyDir {
			continue
		}
		for _, other := range mounters {
			for _, u := range other.Volumes {
				if u.Name == v.Name && u.Claim != "" && c.Provides(u.Claim) && seenAlike(w, other, v.Name) {
					return v, other
				}
			}
		}
	}
	return nil, nil
}

// seenAlike reports whether containers of one image mount the volume of that
// name at one path in both workloads.
func seenAlike(a, b *inventory.Workload, volume string) bool {
	views := viewsOf(b, volume)
	return slices.ContainsFunc(viewsOf(a, volume), func(v view) bool { return slices.Contains(views, v) })
}

// view is how a container sees a volume.
type view struct{ image, path string }

func viewsOf(w *inventory.Workload, volume string) []view {
	var out []view
	for _, c := range manifest.ListAt(w.Spec, "containers") {
		image := repositoryOf(manifest.StringAt(c, "image"))
		for _, m := range manifest.ListAt(c, "volumeMounts") {
			if manifest.StringAt(m, "name") == volume && image != "" {
				out = append(out, view{image, manifest.StringAt(m, "mountPath")})
			}
		}
	}
	return out
}

// repositoryOf is an image without its tag and digest.
func repositoryOf(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndexByte(image, ':'); colon > strings.LastIndexByte(image, '/') {
		image = image[:colon]
	}
	return image
}
