package apiserver

import (
	"fmt"
	"reflect"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsv1 "k8s.io/kubernetes/pkg/apis/apps/v1"
	appsv1beta1 "k8s.io/kubernetes/pkg/apis/apps/v1beta1"
	appsv1beta2 "k8s.io/kubernetes/pkg/apis/apps/v1beta2"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingv1 "k8s.io/kubernetes/pkg/apis/autoscaling/v1"
	autoscalingv2 "k8s.io/kubernetes/pkg/apis/autoscaling/v2"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchv1 "k8s.io/kubernetes/pkg/apis/batch/v1"
	batchv1beta1 "k8s.io/kubernetes/pkg/apis/batch/v1beta1"
	"k8s.io/kubernetes/pkg/apis/coordination"
	coordinationv1 "k8s.io/kubernetes/pkg/apis/coordination/v1"
	coordinationv1beta1 "k8s.io/kubernetes/pkg/apis/coordination/v1beta1"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/apis/discovery"
	discoveryv1 "k8s.io/kubernetes/pkg/apis/discovery/v1"
	discoveryv1beta1 "k8s.io/kubernetes/pkg/apis/discovery/v1beta1"
	"k8s.io/kubernetes/pkg/apis/extensions"
	extensionsv1beta1 "k8s.io/kubernetes/pkg/apis/extensions/v1beta1"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingv1 "k8s.io/kubernetes/pkg/apis/networking/v1"
	networkingv1beta1 "k8s.io/kubernetes/pkg/apis/networking/v1beta1"
	"k8s.io/kubernetes/pkg/apis/node"
	nodev1 "k8s.io/kubernetes/pkg/apis/node/v1"
	nodev1beta1 "k8s.io/kubernetes/pkg/apis/node/v1beta1"
	"k8s.io/kubernetes/pkg/apis/policy"
	policyv1 "k8s.io/kubernetes/pkg/apis/policy/v1"
	policyv1beta1 "k8s.io/kubernetes/pkg/apis/policy/v1beta1"
	"k8s.io/kubernetes/pkg/apis/rbac"
	rbacv1 "k8s.io/kubernetes/pkg/apis/rbac/v1"
	rbacv1beta1 "k8s.io/kubernetes/pkg/apis/rbac/v1beta1"
	"k8s.io/kubernetes/pkg/apis/scheduling"
	schedulingv1 "k8s.io/kubernetes/pkg/apis/scheduling/v1"
	schedulingv1beta1 "k8s.io/kubernetes/pkg/apis/scheduling/v1beta1"
	"k8s.io/kubernetes/pkg/apis/storage"
	storagev1 "k8s.io/kubernetes/pkg/apis/storage/v1"
	storagev1beta1 "k8s.io/kubernetes/pkg/apis/storage/v1beta1"
	"k8s.io/kubernetes/pkg/capabilities"
)

// api is everything that is registered: the types and what is done with them.
type api struct {
	scheme *runtime.Scheme
	// served has the versioned kinds that are judged.
	served map[schema.GroupVersionKind]strategy
}

// builtin registers the types once in a process, at the first use: it takes
// some milliseconds, which a program that judges nothing must not pay.
// pkg/api/legacyscheme would be filled when the program starts.
var builtin = sync.OnceValue(func() *api {
	capabilities.Setup(true, 0) // --allow-privileged, as clusters are run
	a := &api{scheme: newScheme(), served: map[schema.GroupVersionKind]strategy{}}
	strategies := table()
	known := a.scheme.AllKnownTypes()
	for gvk := range known {
		internal := schema.GroupVersionKind{Group: gvk.Group, Version: runtime.APIVersionInternal, Kind: gvk.Kind}
		t, ok := known[internal]
		if !ok || gvk == internal {
			continue
		}
		if s, ok := strategies[reflect.PointerTo(t)]; ok {
			a.served[gvk] = s
		}
	}
	return a
})

// newScheme registers the internal and the versioned types, with defaulting,
// conversion and declarative validation (pkg/apis/<group>/install). apps,
// policy and networking come before extensions, whose kinds they took over, so
// that messages name them.
func newScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		core.AddToScheme, corev1.AddToScheme,
		apps.AddToScheme, appsv1.AddToScheme, appsv1beta2.AddToScheme, appsv1beta1.AddToScheme,
		batch.AddToScheme, batchv1.AddToScheme, batchv1beta1.AddToScheme,
		storage.AddToScheme, storagev1.AddToScheme, storagev1beta1.AddToScheme,
		rbac.AddToScheme, rbacv1.AddToScheme, rbacv1beta1.AddToScheme,
		networking.AddToScheme, networkingv1.AddToScheme, networkingv1beta1.AddToScheme,
		policy.AddToScheme, policyv1.AddToScheme, policyv1beta1.AddToScheme,
		autoscaling.AddToScheme, autoscalingv2.AddToScheme, autoscalingv1.AddToScheme,
		scheduling.AddToScheme, schedulingv1.AddToScheme, schedulingv1beta1.AddToScheme,
		coordination.AddToScheme, coordinationv1.AddToScheme, coordinationv1beta1.AddToScheme,
		discovery.AddToScheme, discoveryv1.AddToScheme, discoveryv1beta1.AddToScheme,
		node.AddToScheme, nodev1.AddToScheme, nodev1beta1.AddToScheme,
		extensions.AddToScheme, extensionsv1beta1.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	return s
}

// kindOf returns the group and kind that messages name.
func (a *api) kindOf(internal runtime.Object) schema.GroupKind {
	kinds, _, err := a.scheme.ObjectKinds(internal)
	if err != nil {
		panic(fmt.Sprintf("apiserver: %T is not registered: %v", internal, err))
	}
	return kinds[0].GroupKind()
}
