package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// source is where a variable or a file of a pod comes from: a key of a Secret
// or ConfigMap.
type source struct {
	object *manifest.Object
	key    string
	value  string
}

// String names the key and the object, without the latter's namespace.
func (s source) String() string { return fmt.Sprintf("%q of %s", s.key, s.object) }

// sources are those of the variables and files of a workload's pods, by the name
// of the variable or the file's path.
type sources map[string]source

// add notes a source; the first of a place counts.
func (s sources) add(place string, o *manifest.Object, key string) {
	if o == nil || s[place].object != nil {
		return
	}
	if value, ok := contentOf(o)[key]; ok {
		s[place] = source{object: o, key: key, value: value}
	}
}

// sourcesOf tells where the variables and the files of a workload's pods come
// from, as far as the release has it. A variable that names such a file, as
// POSTGRES_PASSWORD_FILE does, counts as the variable itself.
func sourcesOf(s scene, namespace string, w *inventory.Workload) sources {
	out := sources{}
	named := func(kind, name string) *manifest.Object { return s[placeIn("", kind, namespace, name)] }
	containers := slices.Concat(manifest.ListAt(w.Spec, "containers"), manifest.ListAt(w.Spec, "initContainers"))
	for _, c := range containers {
		for _, m := range manifest.ListAt(c, "volumeMounts") {
			out.addFiles(named, w, m)
		}
	}
	for _, c := range containers {
		for _, e := range manifest.ListAt(c, "env") {
			name := manifest.StringAt(e, "name")
			out.add(name, named("Secret", manifest.StringAt(e, "valueFrom", "secretKeyRef", "name")), manifest.StringAt(e, "valueFrom", "secretKeyRef", "key"))
			out.add(name, named("ConfigMap", manifest.StringAt(e, "valueFrom", "configMapKeyRef", "name")), manifest.StringAt(e, "valueFrom", "configMapKeyRef", "key"))
			if file := out[manifest.StringAt(e, "value")]; strings.HasSuffix(name, "_FILE") {
				out.add(strings.TrimSuffix(name, "_FILE"), file.object, file.key)
			}
		}
		for _, e := range manifest.ListAt(c, "envFrom") {
			for _, o := range []*manifest.Object{named("Secret", manifest.StringAt(e, "secretRef", "name")), named("ConfigMap", manifest.StringAt(e, "configMapRef", "name"))} {
				for _, key := range keysIn(o, nil) {
					out.add(manifest.StringAt(e, "prefix")+key.path, o, key.name)
				}
			}
		}
	}
	return out
}

// addFiles adds the files that a mount shows.
func (s sources) addFiles(named func(kind, name string) *manifest.Object, w *inventory.Workload, mount any) {
	volumes := manifest.ListAt(w.Spec, "volumes")
	i := slices.IndexFunc(volumes, func(v any) bool { return manifest.StringAt(v, "name") == manifest.StringAt(mount, "name") })
	if i < 0 {
		return
	}
	at, part := manifest.StringAt(mount, "mountPath"), manifest.StringAt(mount, "subPath")
	show := func(o *manifest.Object, volume map[string]any) {
		for _, key := range keysIn(o, manifest.ListAt(volume, "items")) {
			switch part {
			case "":
				s.add(strings.TrimSuffix(at, "/")+"/"+key.path, o, key.name)
			case key.path:
				s.add(at, o, key.name)
			}
		}
	}
	for _, v := range append([]any{volumes[i]}, manifest.ListAt(volumes[i], "projected", "sources")...) {
		secret, configMap := manifest.MapAt(v, "secret"), manifest.MapAt(v, "configMap")
		show(named("Secret", cmp.Or(manifest.StringAt(secret, "secretName"), manifest.StringAt(secret, "name"))), secret)
		show(named("ConfigMap", manifest.StringAt(configMap, "name")), configMap)
	}
}

// shownKey is a key of a Secret or ConfigMap, and the file or variable that it
// becomes.
type shownKey struct{ name, path string }

// keysIn are the keys that items name, or all.
func keysIn(o *manifest.Object, items []any) []shownKey {
	var out []shownKey
	for _, item := range items {
		out = append(out, shownKey{manifest.StringAt(item, "key"), manifest.StringAt(item, "path")})
	}
	if o != nil && len(items) == 0 {
		for key := range contentOf(o) {
			out = append(out, shownKey{key, key})
		}
	}
	return out
}
