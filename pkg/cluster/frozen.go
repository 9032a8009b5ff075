package cluster

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// frozenField is a field that cannot change once it is set.
type frozenField struct{ path, reason string }

// frozenFields are those of the kinds that package apiserver does not judge:
// definitions and resource.k8s.io are validated by CEL, which takes long to
// start, and the rules of snapshots lie in definitions that others install
// (kubernetes-csi/external-snapshotter v8.7.0, client/config/crd).
func frozenFields(k key) []frozenField {
	const reason = "field is immutable"
	switch (groupKind{k.group, k.kind}) {
	case groupKind{"apiextensions.k8s.io", definitionKind}:
		return []frozenField{{"spec.group", reason}, {"spec.names.plural", reason}, {"spec.scope", reason}, {"spec.names.kind", reason}}
	case groupKind{"resource.k8s.io", "ResourceClaim"}, groupKind{"resource.k8s.io", "ResourceClaimTemplate"},
		groupKind{"storagemigration.k8s.io", "StorageVersionMigration"}:
		return []frozenField{{"spec", "null: " + reason}}
	case groupKind{"resource.k8s.io", "ResourceSlice"}:
		return []frozenField{{"spec.pool.name", reason}, {"spec.driver", reason}, {"spec.nodeName", reason}}
	case groupKind{"snapshot.storage.k8s.io", "VolumeSnapshot"}:
		return []frozenField{
			{"spec.source.persistentVolumeClaimName", "persistentVolumeClaimName is immutable"},
			{"spec.source.volumeSnapshotContentName", "volumeSnapshotContentName is immutable"},
		}
	case groupKind{"snapshot.storage.k8s.io", "VolumeSnapshotContent"}:
		return []frozenField{
			{"spec.source.snapshotHandle", "snapshotHandle is immutable"},
			{"spec.source.volumeHandle", "volumeHandle is immutable"},
			{"spec.sourceVolumeMode", "sourceVolumeMode is immutable"},
		}
	case groupKind{"groupsnapshot.storage.k8s.io", "VolumeGroupSnapshotClass"}:
		return []frozenField{
			{"deletionPolicy", "deletionPolicy is immutable once set"},
			{"driver", "driver is immutable once set"},
			{"parameters", "parameters are immutable once set"},
		}
	}
	return nil
}

// judgeFrozen refuses to change a frozen field.
func judgeFrozen(k key, live, next map[string]any) lifecycle.Verdict {
	var messages, fields []string
	refuse := func(path, format string, args ...any) {
		fields = append(fields, path)
		messages = append(messages, path+": "+fmt.Sprintf(format, args...))
	}
	for _, f := range frozenFields(k) {
		path := splitPath(f.path)
		was, set := manifest.Lookup(live, path...)
		is, still := manifest.Lookup(next, path...)
		if set && still && !reflect.DeepEqual(was, is) {
			refuse(f.path, "Invalid value: %s%s", printed(is), f.reason)
		}
	}
	switch {
	case k.kind == definitionKind && k.group == "apiextensions.k8s.io":
		judgeDefinition(live, next, refuse)
	case k.kind == "APIService" && k.group == "apiregistration.k8s.io":
		name := manifest.StringAt(next, "spec", "version") + "." + manifest.StringAt(next, "spec", "group")
		if name != k.name {
			refuse("metadata.name", "Invalid value: %q: must be `spec.version+\".\"+spec.group`: %q", k.name, name)
		}
	}
	if len(messages) == 0 {
		return lifecycle.Verdict{}
	}
	what := strings.Join(messages, ", ")
	if len(messages) > 1 {
		what = "[" + what + "]"
	}
	kind := k.kind
	if k.group != "" {
		kind += "." + k.group
	}
	return lifecycle.Verdict{Refused: true, Message: fmt.Sprintf("%s %q is invalid: %s", kind, k.name, what), Fields: fields}
}

// judgeDefinition keeps the version that objects are stored in
// (k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/validation). Versions
// that were stored before that one are not known here.
func judgeDefinition(live, next map[string]any, refuse func(path, format string, args ...any)) {
	var versions []string
	for _, v := range manifest.ListAt(next, "spec", "versions") {
		versions = append(versions, manifest.StringAt(v, "name"))
	}
	for _, v := range manifest.ListAt(live, "spec", "versions") {
		name := manifest.StringAt(v, "name")
		if stored, _ := manifest.Lookup(v, "storage"); stored == true && !slices.Contains(versions, name) {
			refuse("status.storedVersions[0]", "Invalid value: %[1]q: missing from spec.versions; %[1]s was previously a storage version, and must remain "+
				"in spec.versions until a storage migration ensures no data remains persisted in %[1]s and removes %[1]s from status.storedVersions", name)
		}
	}
	was, _ := manifest.Lookup(live, "spec", "preserveUnknownFields")
	if is, _ := manifest.Lookup(next, "spec", "preserveUnknownFields"); is == true && was != true {
		refuse("spec.preserveUnknownFields", "Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")
	}
}

func splitPath(path string) []any {
	var out []any
	for part := range strings.SplitSeq(path, ".") {
		out = append(out, part)
	}
	return out
}

// printed is a value in front of a reason. CEL prints no maps.
func printed(value any) string {
	if _, isMap := value.(map[string]any); isMap {
		return ""
	}
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value) + ": "
	}
	return string(out) + ": "
}
