package fix

import (
	"maps"
	"reflect"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// harmless reports whether an object that was fixed need not be shown to the API
// server, because it says of it what it says of the object before. To set up even
// a simulated one takes longer than all else that a post-renderer does. Two
// differences are harmless: Helm's annotations and ours, of which it reads but the
// form of the names and the length of all together (k8s.io/apimachinery,
// pkg/api/validation/objectmeta.go, ValidateAnnotations), and the retention policy
// that it gives a StatefulSet by itself (pkg/apis/apps/v1/defaults.go).
func harmless(before, after map[string]any) bool {
	x, textsBefore := bare(before)
	y, textsAfter := bare(after)
	if !textsBefore || !textsAfter || lengthOf(after) >= mostAnnotations {
		return false
	}
	return reflect.DeepEqual(x, y) || reflect.DeepEqual(x, withoutDefaultPolicy(y))
}

// mostAnnotations is half of what names and values may be long together, in bytes.
const mostAnnotations = 128 << 10

// bare returns an object without Helm's annotations and ours, and whether all
// annotations are texts.
func bare(fields map[string]any) (without map[string]any, texts bool) {
	metadata, annotations := manifest.MapAt(fields, "metadata"), manifest.MapAt(fields, "metadata", "annotations")
	if value := metadata["annotations"]; metadata == nil || annotations == nil && value != nil {
		return nil, false
	}
	others := map[string]any{}
	for key, value := range annotations {
		if _, text := value.(string); !text {
			return nil, false
		}
		if !strings.HasPrefix(key, "helm.sh/") && !strings.HasPrefix(key, "helm-stateful.io/") {
			others[key] = value
		}
	}
	fields, metadata = maps.Clone(fields), maps.Clone(metadata)
	fields["metadata"], metadata["annotations"] = metadata, others
	return fields, true
}

// lengthOf is how long an object's annotations are, which are texts.
func lengthOf(fields map[string]any) int {
	total := 0
	for key, value := range manifest.MapAt(fields, "metadata", "annotations") {
		total += len(key) + len(value.(string))
	}
	return total
}

// withoutDefaultPolicy returns a StatefulSet without the retention policy that it
// would be given, and any other object as it is.
func withoutDefaultPolicy(fields map[string]any) map[string]any {
	const policy = "persistentVolumeClaimRetentionPolicy"
	apiVersion, _ := fields["apiVersion"].(string)
	given := map[string]any{"whenDeleted": "Retain", "whenScaled": "Retain"}
	if fields["kind"] != "StatefulSet" || !strings.HasPrefix(apiVersion, "apps/") || !reflect.DeepEqual(manifest.MapAt(fields, "spec", policy), given) {
		return fields
	}
	fields = maps.Clone(fields)
	spec := maps.Clone(manifest.MapAt(fields, "spec"))
	fields["spec"] = spec
	delete(spec, policy)
	return fields
}
