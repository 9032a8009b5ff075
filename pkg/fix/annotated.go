package fix

import (
	"maps"
	"reflect"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// onlyAnnotated reports whether two versions of an object differ in nothing but
// Helm's annotations, for whose sake the API server refuses no object: it reads
// the form of their names and the length of all of them together
// (k8s.io/apimachinery, pkg/api/validation/objectmeta.go, ValidateAnnotations).
func onlyAnnotated(before, after map[string]any) bool {
	x, textsBefore := bareOfHelm(before)
	y, textsAfter := bareOfHelm(after)
	return textsBefore && textsAfter && lengthOf(after) < mostAnnotations && reflect.DeepEqual(x, y)
}

// mostAnnotations is half of what names and values may be long together, in bytes.
const mostAnnotations = 128 << 10

// bareOfHelm returns an object without Helm's annotations, and whether all
// annotations are texts.
func bareOfHelm(fields map[string]any) (bare map[string]any, texts bool) {
	metadata, annotations := manifest.MapAt(fields, "metadata"), manifest.MapAt(fields, "metadata", "annotations")
	if value, ok := metadata["annotations"]; metadata == nil || ok && annotations == nil && value != nil {
		return nil, false
	}
	fields, metadata = maps.Clone(fields), maps.Clone(metadata)
	fields["metadata"] = metadata
	delete(metadata, "annotations")
	others := map[string]any{}
	for key, value := range annotations {
		if _, text := value.(string); !text {
			return nil, false
		}
		if !strings.HasPrefix(key, "helm.sh/") {
			others[key] = value
		}
	}
	if len(others) > 0 {
		metadata["annotations"] = others
	}
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
