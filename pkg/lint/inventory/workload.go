package inventory

import (
	"cmp"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Workload is an object that makes pods.
type Workload struct {
	Object *manifest.Object
	// Template is the path of the pod template within Object, empty for a Pod.
	Template manifest.Path
	// Labels are those of the pods.
	Labels map[string]string
	// Spec is the pods' spec.
	Spec    map[string]any
	Volumes []*Volume
}

// ServiceAccount is the name of that which the pods run as.
func (w *Workload) ServiceAccount() string {
	return cmp.Or(manifest.StringAt(w.Spec, "serviceAccountName"), manifest.StringAt(w.Spec, "serviceAccount"), "default")
}

// Volume is a volume of a pod template.
type Volume struct {
	Name string
	// Path is the volume's place in the workload.
	Path manifest.Path
	// Claim is the name of the claim it mounts, or "".
	Claim string
	// Template says that a claim template of the StatefulSet provides the
	// volume; Claim is then the first ordinal's.
	Template bool
	ReadOnly bool
	// EmptyDir says that the volume is empty whenever a pod starts.
	EmptyDir bool
	// MountPaths are where the containers see it, sorted, each once.
	MountPaths []string
	// Written says that a container mounts it other than read-only.
	Written bool
}

// Replicas is spec.replicas, 1 where it is not written.
func (w *Workload) Replicas() int64 {
	if n, ok := manifest.IntAt(w.Object.Fields, "spec", "replicas"); ok {
		return n
	}
	return 1
}

// RunsForever reports whether the workload's pods are meant to run on, as
// those of Jobs, CronJobs and hooks are not.
func (w *Workload) RunsForever() bool {
	switch w.Object.Kind {
	case "Job", "CronJob":
		return false
	}
	return w.Object.Hook == nil
}

// templatePath returns where a kind keeps its pod template.
func templatePath(o *manifest.Object) (path manifest.Path, ok bool) {
	switch o.Group() + "/" + o.Kind {
	case "/Pod":
		return nil, true
	case "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet", "/ReplicationController", "batch/Job",
		"extensions/Deployment", "extensions/DaemonSet", "extensions/ReplicaSet":
		return manifest.Path{"spec", "template"}, true
	case "batch/CronJob":
		return manifest.Path{"spec", "jobTemplate", "spec", "template"}, true
	}
	return nil, false
}

func workloadOf(o *manifest.Object) *Workload {
	path, ok := templatePath(o)
	if !ok {
		return nil
	}
	template := manifest.MapAt(o.Fields, path...)
	if template == nil {
		return nil
	}
	w := &Workload{
		Object:   o,
		Template: path,
		Labels:   manifest.StringMapAt(template, "metadata", "labels"),
		Spec:     manifest.MapAt(template, "spec"),
	}
	w.Volumes = volumesOf(w)
	return w
}

func volumesOf(w *Workload) []*Volume {
	mounts := mountsOf(w.Spec)
	templates := map[string]bool{}
	var out []*Volume
	for _, c := range claimsOf(w.Object) {
		if !c.Template {
			continue
		}
		name := manifest.StringAt(c.Fields, "metadata", "name")
		templates[name] = true
		out = append(out, &Volume{Name: name, Path: c.Path, Claim: c.Name + "0", Template: true, MountPaths: mounts.paths(name), Written: mounts[name].written})
	}
	for i, item := range manifest.ListAt(w.Spec, "volumes") {
		name := manifest.StringAt(item, "name")
		if templates[name] {
			continue // the StatefulSet controller puts the template's claim in its place
		}
		readOnly, _ := manifest.Lookup(item, "persistentVolumeClaim", "readOnly")
		_, emptyDir := manifest.Lookup(item, "emptyDir")
		out = append(out, &Volume{
			Name:       name,
			Path:       w.Template.Append("spec", "volumes", i),
			Claim:      manifest.StringAt(item, "persistentVolumeClaim", "claimName"),
			ReadOnly:   readOnly == true,
			EmptyDir:   emptyDir,
			MountPaths: mounts.paths(name),
			Written:    mounts[name].written && readOnly != true,
		})
	}
	return out
}

// mounts is how the containers of a pod see its volumes, by the volume's name.
type mounts map[string]mount

type mount struct {
	paths   []string
	written bool
}

// paths are sorted, each once.
func (m mounts) paths(volume string) []string {
	return slices.Compact(slices.Sorted(slices.Values(m[volume].paths)))
}

func mountsOf(spec map[string]any) mounts {
	out := mounts{}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range manifest.ListAt(spec, list) {
			for _, m := range manifest.ListAt(c, "volumeMounts") {
				name := manifest.StringAt(m, "name")
				readOnly, _ := manifest.Lookup(m, "readOnly")
				out[name] = mount{
					paths:   append(out[name].paths, manifest.StringAt(m, "mountPath")),
					written: out[name].written || readOnly != true,
				}
			}
		}
	}
	return out
}
