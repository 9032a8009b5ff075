package cluster

import (
	"fmt"
	"reflect"

	"github.com/helm-stateful/helm-stateful/pkg/cluster/apiserver"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// fit reports whether the schema of an object's kind takes it. Where it does not,
// it depends on how the object is applied whether that is refused: server-side
// apply does, where otherwise unknown fields are dropped unsaid and lists may
// have an item twice (k8s.io/apimachinery, pkg/util/managedfields;
// structured-merge-diff, typed/validate.go). The schema, which takes long to
// read, is only asked about an object that may not fit.
func (c *Cluster) fit(mode lifecycle.Mode, object map[string]any, request *apiserver.Request) (fits bool, v lifecycle.Verdict) {
	if request.Fits() && !repeats(object) {
		return true, lifecycle.Verdict{}
	}
	c.diverged = true
	if mode == lifecycle.ServerSide {
		if _, err := c.apply.typed(object); err != nil {
			return false, lifecycle.Verdict{Refused: true, Message: fmt.Sprintf("failed to create typed patch object (%s): %v", describe(object), err)}
		}
	}
	return false, lifecycle.Verdict{}
}

// repeats reports whether a list in the object has null for an item, or two
// items that may be one to the schema.
func repeats(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, item := range v {
			if repeats(item) {
				return true
			}
		}
	case []any:
		for i, item := range v {
			if item == nil || repeats(item) {
				return true
			}
			for _, other := range v[:i] {
				if same(other, item) {
					return true
				}
			}
		}
	}
	return false
}

// same reports whether two items of a list are equal, or have the same value
// for what names items of their kind.
func same(a, b any) bool {
	x, isMap := a.(map[string]any)
	y, ok := b.(map[string]any)
	if !isMap || !ok {
		return reflect.DeepEqual(a, b)
	}
	for _, key := range []string{"mountPath", "devicePath", "containerPort", "port", "name", "ip", "topologyKey", "uid"} {
		if value, named := x[key]; named {
			return reflect.DeepEqual(value, y[key]) && reflect.DeepEqual(x["protocol"], y["protocol"])
		}
	}
	return reflect.DeepEqual(x, y)
}
