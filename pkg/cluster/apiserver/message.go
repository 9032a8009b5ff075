package apiserver

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// invalid is the answer 422, worded by the API machinery itself.
func invalid(kind schema.GroupKind, name string, errs field.ErrorList) Verdict {
	return refusal(apierrors.NewInvalid(kind, name, errs))
}

// undecodable is the answer 400 to an object that does not fit its type
// (k8s.io/apiserver pkg/endpoints/handlers/rest.go, transformDecodeError).
func undecodable(gvk schema.GroupVersionKind, err error) Verdict {
	return refusal(apierrors.NewBadRequest(
		fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, gvk.Kind, err)))
}

// badRequest is the answer 400 to a request that contradicts itself.
func badRequest(format string, args ...any) Verdict {
	return refusal(apierrors.NewBadRequest(fmt.Sprintf(format, args...)))
}

// refusal reads the verdict off the status that the API server would send.
func refusal(err error) Verdict {
	v := Verdict{Refused: true, Message: err.Error()}
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			v.Fields = append(v.Fields, cause.Field)
		}
	}
	return v
}
