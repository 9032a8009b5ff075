package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

func isSecret(o *manifest.Object) bool { return o.Kind == "Secret" && o.Group() == "" }

func isConfigMap(o *manifest.Object) bool { return o.Kind == "ConfigMap" && o.Group() == "" }

// readersOf returns the workloads whose pods read one of the keys of a Secret or
// ConfigMap.
func readersOf(p *lint.Pass, o *manifest.Object, keys []string) []*inventory.Workload {
	var out []*inventory.Workload
	for _, w := range p.Workloads {
		if p.SameNamespace(o, w.Object) && slices.ContainsFunc(keys, func(key string) bool { return reads(w, o, key) }) {
			out = append(out, w)
		}
	}
	return out
}

// resourcesNaming returns the custom resources that name a Secret, so that their
// operator reads it. Those that only tell a controller what to do keep nothing.
func resourcesNaming(p *lint.Pass, secret *manifest.Object) []*manifest.Object {
	var out []*manifest.Object
	for _, o := range p.CustomResources() {
		if isSecret(secret) && !isSetting(o) && p.SameNamespace(o, secret) && namesSecret(o.Fields["spec"], false, secret.Name) {
			out = append(out, o)
		}
	}
	return out
}

// namesSecret reports whether value holds the name below a key that speaks of
// secrets.
func namesSecret(value any, spoken bool, name string) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			if namesSecret(item, spoken || strings.Contains(strings.ToLower(key), "secret"), name) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return namesSecret(item, spoken, name) })
	case string:
		return spoken && v == name
	}
	return false
}

// reads reports whether the workload's pods get a key of a Secret or ConfigMap
// as environment or as a file.
func reads(w *inventory.Workload, o *manifest.Object, key string) bool {
	reference, source, volume, name := "secretKeyRef", "secretRef", "secret", "secretName"
	if o.Kind == "ConfigMap" {
		reference, source, volume, name = "configMapKeyRef", "configMapRef", "configMap", "name"
	}
	for _, list := range []string{"initContainers", "containers"} {
		for _, c := range manifest.ListAt(w.Spec, list) {
			for _, e := range manifest.ListAt(c, "env") {
				if from := manifest.MapAt(e, "valueFrom", reference); from["name"] == o.Name && from["key"] == key {
					return true
				}
			}
			for _, e := range manifest.ListAt(c, "envFrom") {
				if manifest.StringAt(e, source, "name") == o.Name {
					return true
				}
			}
		}
	}
	for _, v := range manifest.ListAt(w.Spec, "volumes") {
		if from := manifest.MapAt(v, volume); from[name] == o.Name && holdsKey(from, key) {
			return true
		}
		for _, s := range manifest.ListAt(v, "projected", "sources") {
			if from := manifest.MapAt(s, volume); from["name"] == o.Name && holdsKey(from, key) {
				return true
			}
		}
	}
	return false
}

// readsAsEnvironment reports whether all keys of a Secret or ConfigMap are in the
// environment of the workload's pods.
func readsAsEnvironment(w *inventory.Workload, o *manifest.Object) bool {
	source := "secretRef"
	if o.Kind == "ConfigMap" {
		source = "configMapRef"
	}
	return slices.ContainsFunc(slices.Concat(manifest.ListAt(w.Spec, "containers"), manifest.ListAt(w.Spec, "initContainers")), func(c any) bool {
		return slices.ContainsFunc(manifest.ListAt(c, "envFrom"), func(e any) bool { return manifest.StringAt(e, source, "name") == o.Name })
	})
}

// holdsKey reports whether a volume of a Secret or ConfigMap has a file for the
// key: without items there is one for each.
func holdsKey(volume map[string]any, key string) bool {
	items := manifest.ListAt(volume, "items")
	return len(items) == 0 || slices.ContainsFunc(items, func(item any) bool { return manifest.StringAt(item, "key") == key })
}
