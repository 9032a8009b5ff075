package apiserver

import (
	"context"

	"k8s.io/apimachinery/pkg/api/operation"
	"k8s.io/apimachinery/pkg/api/validate"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// declarativeBeta is the feature gate DeclarativeValidationBeta, on by default
// since 1.36 (k8s.io/apiserver pkg/features/kube_features.go): errors of the
// generated rules in beta replace the handwritten ones.
const declarativeBeta = true

// validateDeclaratively adds the errors of the generated validation (the
// +k8s: tags, pkg/apis/*/*/zz_generated.validations.go) and drops handwritten
// errors that they replace (k8s.io/apiserver pkg/registry/rest/validate.go,
// ValidateDeclarativelyWithMigrationChecks). live is nil at a create.
func (a *api) validateDeclaratively(op operation.Type, options map[string]bool, rules []field.NormalizationRule,
	next, live runtime.Object, errs field.ErrorList,
) field.ErrorList {
	ctx := context.Background()
	errs = errs.MarkFromImperative()
	var found field.ErrorList
	switch op {
	case operation.Create:
		found = a.scheme.Validate(ctx, options, next)
	case operation.Update:
		found = a.scheme.ValidateUpdate(ctx, options, next, live)
	}
	enforced := validate.FilterEnforcedDeclarativeErrors(ctx, found, declarativeBeta)
	errs = validate.FilterCoveredHandwrittenErrors(ctx, errs, enforced, declarativeBeta, rules...)
	return append(errs, enforced...)
}
