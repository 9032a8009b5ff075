package cluster

import (
	"reflect"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// elsewhere says where another minor version of Kubernetes than 1.37 answers
// otherwise to an update, or "". It knows 1.30 and later. Refused updates of a
// StatefulSet are refused by all of them, in other words.
func elsewhere(k key, live, next map[string]any, refused bool) string {
	differs := func(path ...any) bool {
		a, _ := manifest.Lookup(live, path...)
		b, _ := manifest.Lookup(next, path...)
		return !reflect.DeepEqual(a, b)
	}
	switch k.group + "/" + k.kind {
	case "apps/StatefulSet":
		if refused {
			return "Kubernetes 1.36 and older say: spec: Forbidden: updates to statefulset spec for fields other than … are forbidden"
		}
		if differs("spec", "revisionHistoryLimit") {
			return "Kubernetes 1.32 and older refuse it: spec.revisionHistoryLimit was frozen"
		}
	case "/PersistentVolumeClaim":
		if !refused && shrinks(live, next) {
			return "Kubernetes 1.31 and older refuse it: field can not be less than previous value"
		}
		if differs("spec", "volumeAttributesClassName") {
			return "Kubernetes 1.33 and older do not have spec.volumeAttributesClassName unless told to"
		}
	case "batch/Job":
		if suspended, _ := manifest.Lookup(live, "spec", "suspend"); !refused && suspended == true && differs("spec", "template") {
			return "Kubernetes 1.35 and older take less of it: only the scheduling of a Job that has never started may change"
		}
	}
	return ""
}

func shrinks(live, next map[string]any) bool { return compareSizes(live, next) > 0 }

// compareSizes compares what two claims ask for: -1 when the first asks for
// less. Sizes that cannot be read are equal.
func compareSizes(a, b map[string]any) int {
	size := []any{"spec", "resources", "requests", "storage"}
	first, err := resource.ParseQuantity(manifest.StringAt(a, size...))
	if err != nil {
		return 0
	}
	second, err := resource.ParseQuantity(manifest.StringAt(b, size...))
	if err != nil {
		return 0
	}
	return first.Cmp(second)
}
