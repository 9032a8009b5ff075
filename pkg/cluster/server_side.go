package cluster

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/merge"
	"sigs.k8s.io/structured-merge-diff/v6/typed"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// applier does server-side apply with the API server's own library.
type applier struct {
	custom managedfields.TypeConverter
}

func newApplier() *applier {
	return &applier{custom: managedfields.NewDeducedTypeConverter()}
}

// The field managers of a rehearsal (helm v4.3.1, pkg/kube/client.go,
// ManagedFieldsManager).
const (
	managerHelm        = "helm"
	managerControllers = "kube-controller-manager"
)

// apply applies next as the manager that has applied previous. Fields that
// Helm no longer applies, and nobody else owns, go; a different value for a
// field that a controller owns is a conflict.
//
// The error says that the library cannot read one of the objects by its kind's
// schema: it has fields or an API version that the schema does not know.
func (a *applier) apply(live *resident, previous, next map[string]any) (map[string]any, lifecycle.Verdict, error) {
	fail := func(err error) (map[string]any, lifecycle.Verdict, error) {
		return nil, lifecycle.Verdict{}, fmt.Errorf("server-side apply of %s: %w", describe(next), err)
	}
	config, err := a.typed(next)
	if err != nil {
		return fail(err)
	}
	current, err := a.typed(live.fields)
	if err != nil {
		return fail(err)
	}
	version := fieldpath.APIVersion(manifest.StringAt(next, "apiVersion"))
	managers := fieldpath.ManagedFields{}
	for manager, fields := range map[string]map[string]any{managerHelm: previous, managerControllers: identified(live)} {
		if fields == nil {
			continue
		}
		owned, err := a.fieldSet(fields)
		if err != nil {
			return fail(err)
		}
		managers[manager] = fieldpath.NewVersionedSet(owned, version, manager == managerHelm)
	}
	updater := (&merge.UpdaterBuilder{Converter: sameVersion{}}).BuildUpdater()
	result, _, err := updater.Apply(current, config, version, managers, managerHelm, false)
	var conflicts merge.Conflicts
	switch {
	case errors.As(err, &conflicts):
		return nil, conflictVerdict(conflicts, version), nil
	case err != nil:
		return fail(err)
	case result == nil:
		return nil, lifecycle.Verdict{}, nil
	}
	patched, ok := result.AsValue().Unstructured().(map[string]any)
	if !ok {
		return fail(errors.New("it made no object"))
	}
	return copied(patched), lifecycle.Verdict{}, nil
}

// identified adds to a controller's fields what every typed object needs.
func identified(r *resident) map[string]any {
	if r.byControllers == nil {
		return nil
	}
	fields := copied(r.byControllers)
	fields["apiVersion"], fields["kind"] = r.fields["apiVersion"], r.fields["kind"]
	return fields
}

// typed reads an object by its kind's schema, or by what it looks like where
// there is none.
func (a *applier) typed(fields map[string]any) (*typed.TypedValue, error) {
	object := &unstructured.Unstructured{Object: copied(fields)}
	if manifest.BuiltIn(groupOf(object.GetAPIVersion())) {
		kind, err := builtInSchemas().of(object.GroupVersionKind())
		if err != nil {
			return nil, err
		}
		value, err := kind.ObjectToTyped(object)
		if err == nil {
			return value, nil
		}
		if !isNoSchema(err) {
			return nil, kind.mistakes(object.Object)
		}
	}
	return a.custom.ObjectToTyped(object)
}

// isNoSchema tells that the schema does not have the kind, as that of an API
// version that is no longer served (apimachinery, pkg/util/managedfields), or of
// CustomResourceDefinition, which is not client-go's (structured-merge-diff,
// typed/helpers.go).
func isNoSchema(err error) bool {
	return strings.Contains(err.Error(), "no corresponding type") || strings.Contains(err.Error(), "no type found matching") || runtime.IsNotRegisteredError(err)
}

// fieldSet are the fields that a manifest owns: all of its own, but for those
// that name the object.
func (a *applier) fieldSet(fields map[string]any) (*fieldpath.Set, error) {
	value, err := a.typed(fields)
	if err != nil {
		return nil, err
	}
	set, err := value.ToFieldSet()
	if err != nil {
		return nil, err
	}
	return set.Difference(fieldpath.NewSet(
		fieldpath.MakePathOrDie("apiVersion"), fieldpath.MakePathOrDie("kind"),
		fieldpath.MakePathOrDie("metadata"), fieldpath.MakePathOrDie("metadata", "name"), fieldpath.MakePathOrDie("metadata", "namespace"),
	)), nil
}

// conflictVerdict says what the API server says (apimachinery,
// pkg/util/managedfields/internal/conflict.go).
func conflictVerdict(conflicts merge.Conflicts, version fieldpath.APIVersion) lifecycle.Verdict {
	v := lifecycle.Verdict{Refused: true}
	s := "s"
	if len(conflicts) == 1 {
		s = ""
	}
	v.Message = fmt.Sprintf("Apply failed with %d conflict%s: ", len(conflicts), s)
	for i, c := range conflicts {
		if i > 0 {
			v.Message += ", "
		}
		v.Message += fmt.Sprintf("conflict with %q using %s: %s", c.Manager, version, c.Path)
		v.Fields = append(v.Fields, c.Path.String()[1:])
	}
	return v
}

// describe names an object as the API server's messages on apply do.
func describe(o map[string]any) string {
	gvk := schema.FromAPIVersionAndKind(manifest.StringAt(o, "apiVersion"), manifest.StringAt(o, "kind"))
	return fmt.Sprintf("%s/%s; %s", manifest.StringAt(o, "metadata", "namespace"), manifest.StringAt(o, "metadata", "name"), gvk)
}

// sameVersion converts nothing: a rehearsal speaks one version of each kind.
type sameVersion struct{}

func (sameVersion) Convert(object *typed.TypedValue, _ fieldpath.APIVersion) (*typed.TypedValue, error) {
	return object, nil
}

func (sameVersion) IsMissingVersionError(error) bool { return false }
