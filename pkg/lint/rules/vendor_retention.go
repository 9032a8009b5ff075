package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkVendorRetention finds custom resources whose operator deletes the data
// with them.
func checkVendorRetention(p *lint.Pass) {
	ops := newOperators(p)
	for _, o := range p.CustomResources() {
		if o.Hook != nil || fateStated(o) {
			continue
		}
		if path, how := deletesData(ops, o); how != "" {
			p.Report(lint.Report{
				Object:     o,
				Path:       path,
				Message:    fmt.Sprintf("helm uninstall deletes this %s, and its operator then deletes the claims with all data: %s", o.Kind, how),
				NotFixable: true, // a resource that stays behind without its operator and its roles is the next surprise
			})
		}
	}
}

// deletesData says by which field an operator is told to delete the data with
// a custom resource, or that it does so unless it is told not to. An operator
// that is gone by then heeds no finalizer: finalizer-blocks-deletion says more.
func deletesData(ops *operators, o *manifest.Object) (path manifest.Path, how string) {
	if path, name := deletingFinalizer(o); name != "" && ops.finalizerController(o, name) == nil {
		return path, fmt.Sprintf("the finalizer %s asks for it", name)
	}
	if path := deletingSwitch(o.Fields, nil); path != nil {
		return path, fmt.Sprintf("%s asks for it", path)
	}
	switch o.Group() + "/" + o.Kind {
	case "apps.kubeblocks.io/Cluster": // kubeblocks, apis/apps/v1/types.go, TerminationPolicyType
		path = manifest.Path{"spec", "terminationPolicy"}
		if policy := o.StringAt(path...); policy == "Delete" || policy == "WipeOut" {
			return path, fmt.Sprintf("terminationPolicy %s asks for it", policy)
		}
	case "elasticsearch.k8s.elastic.co/Elasticsearch": // Elastic's documentation of volume claim templates
		path = manifest.Path{"spec", "volumeClaimDeletePolicy"}
		switch o.StringAt(path...) {
		case "":
			return nil, "it does so unless volumeClaimDeletePolicy says DeleteOnScaledownOnly"
		case "DeleteOnScaledownAndClusterDeletion":
			return path, "volumeClaimDeletePolicy asks for it"
		}
	case "postgresql.cnpg.io/Cluster", "postgres-operator.crunchydata.com/PostgresCluster": // both own the claims that they make
		return nil, "it owns them, and nothing in the resource can say otherwise"
	}
	return nil, ""
}

// deletingFinalizer returns a finalizer by which an operator is told to delete
// claims, such as Percona's delete-pxc-pvc.
func deletingFinalizer(o *manifest.Object) (manifest.Path, string) {
	for i, name := range manifest.StringsAt(o.Fields, "metadata", "finalizers") {
		if strings.Contains(name, "delete") && strings.Contains(name, "pvc") {
			return manifest.Path{"metadata", "finalizers", i}, name
		}
	}
	return nil, ""
}

// deletingSwitch returns the place of a switch that makes an operator delete
// claims: deletePVC as the Cassandra operators have it, deleteClaim as Strimzi
// does.
func deletingSwitch(value any, path manifest.Path) manifest.Path {
	switches := []string{"deletepvc", "deletepvcs", "deleteclaim", "deleteclaims"}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if v[key] == true && slices.Contains(switches, strings.ToLower(key)) {
				return path.Append(key)
			}
			if found := deletingSwitch(v[key], path.Append(key)); found != nil {
				return found
			}
		}
	case []any:
		for i, item := range v {
			if found := deletingSwitch(item, path.Append(i)); found != nil {
				return found
			}
		}
	}
	return nil
}
