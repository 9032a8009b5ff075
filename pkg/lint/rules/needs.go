package rules

import (
	"cmp"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// need is an object without which a workload's pods do not start.
type need struct {
	group, kind, name string
	// path is where the workload names it.
	path manifest.Path
}

// needsOf returns what a workload's pods do not start without, in the order in
// which the workload names it. References that say optional are left out, and
// so are pull secrets: without them the image may still be pulled.
func needsOf(w *inventory.Workload) []need {
	var out []need
	spec := w.Template.Append("spec")
	add := func(group, kind, name string, steps ...any) {
		if name != "" {
			out = append(out, need{group, kind, name, spec.Append(steps...)})
		}
	}
	account := "serviceAccountName"
	if manifest.StringAt(w.Spec, account) == "" {
		account = "serviceAccount"
	}
	if name := manifest.StringAt(w.Spec, account); name != "default" { // every namespace has that one
		add("", "ServiceAccount", name, account)
	}
	add("scheduling.k8s.io", "PriorityClass", manifest.StringAt(w.Spec, "priorityClassName"), "priorityClassName")
	add("node.k8s.io", "RuntimeClass", manifest.StringAt(w.Spec, "runtimeClassName"), "runtimeClassName")
	for _, list := range []string{"initContainers", "containers"} {
		for i, c := range manifest.ListAt(w.Spec, list) {
			for j, e := range manifest.ListAt(c, "env") {
				addReferences(add, manifest.MapAt(e, "valueFrom"), "secretKeyRef", "configMapKeyRef", list, i, "env", j, "valueFrom")
			}
			for j, e := range manifest.ListAt(c, "envFrom") {
				addReferences(add, manifest.MapAt(e), "secretRef", "configMapRef", list, i, "envFrom", j)
			}
		}
	}
	for i, v := range manifest.ListAt(w.Spec, "volumes") {
		add("", "PersistentVolumeClaim", manifest.StringAt(v, "persistentVolumeClaim", "claimName"), "volumes", i, "persistentVolumeClaim", "claimName")
		addReferences(add, manifest.MapAt(v), "secret", "configMap", "volumes", i)
		for j, s := range manifest.ListAt(v, "projected", "sources") {
			addReferences(add, manifest.MapAt(s), "secret", "configMap", "volumes", i, "projected", "sources", j)
		}
	}
	return out
}

// addReferences adds the Secret and the ConfigMap that from names below two keys.
func addReferences(add func(group, kind, name string, steps ...any), from map[string]any, secret, configMap string, steps ...any) {
	for _, key := range []string{secret, configMap} {
		kind := "Secret"
		if key == configMap {
			kind = "ConfigMap"
		}
		reference := manifest.MapAt(from, key)
		if reference["optional"] == true {
			continue
		}
		name := cmp.Or(manifest.StringAt(reference, "name"), manifest.StringAt(reference, "secretName"))
		add("", kind, name, append(steps[:len(steps):len(steps)], key)...)
	}
}
