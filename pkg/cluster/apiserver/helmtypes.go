package apiserver

import (
	"sync"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	admissionregistrationv1alpha1 "k8s.io/api/admissionregistration/v1alpha1"
	admissionregistrationv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	apiserverinternalv1alpha1 "k8s.io/api/apiserverinternal/v1alpha1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	certificatesv1alpha1 "k8s.io/api/certificates/v1alpha1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	coordinationv1alpha2 "k8s.io/api/coordination/v1alpha2"
	eventsv1 "k8s.io/api/events/v1"
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	flowcontrolv1 "k8s.io/api/flowcontrol/v1"
	flowcontrolv1beta1 "k8s.io/api/flowcontrol/v1beta1"
	flowcontrolv1beta2 "k8s.io/api/flowcontrol/v1beta2"
	flowcontrolv1beta3 "k8s.io/api/flowcontrol/v1beta3"
	lifecyclev1alpha1 "k8s.io/api/lifecycle/v1alpha1"
	nodev1alpha1 "k8s.io/api/node/v1alpha1"
	rbacv1alpha1 "k8s.io/api/rbac/v1alpha1"
	resourcev1 "k8s.io/api/resource/v1"
	resourcev1alpha3 "k8s.io/api/resource/v1alpha3"
	resourcev1beta1 "k8s.io/api/resource/v1beta1"
	resourcev1beta2 "k8s.io/api/resource/v1beta2"
	schedulingv1alpha3 "k8s.io/api/scheduling/v1alpha3"
	storagev1alpha1 "k8s.io/api/storage/v1alpha1"
	storagemigrationv1 "k8s.io/api/storagemigration/v1"
	storagemigrationv1beta1 "k8s.io/api/storagemigration/v1beta1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// clientTypes are the types that Helm's client knows beyond those judged here:
// client-go's scheme and the custom resource definition (helm.sh/helm/v3
// pkg/kube/converter.go, kubernetesNativeScheme). apiextensions.k8s.io/v1beta1
// is left out: Helm has its type and patches it as if it had not.
var clientTypes = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionregistrationv1.AddToScheme, admissionregistrationv1alpha1.AddToScheme, admissionregistrationv1beta1.AddToScheme,
		apiextensionsv1.AddToScheme, apiserverinternalv1alpha1.AddToScheme,
		authenticationv1.AddToScheme, authorizationv1.AddToScheme,
		certificatesv1.AddToScheme, certificatesv1alpha1.AddToScheme, certificatesv1beta1.AddToScheme,
		coordinationv1alpha2.AddToScheme, eventsv1.AddToScheme, eventsv1beta1.AddToScheme,
		flowcontrolv1.AddToScheme, flowcontrolv1beta1.AddToScheme, flowcontrolv1beta2.AddToScheme, flowcontrolv1beta3.AddToScheme,
		lifecyclev1alpha1.AddToScheme, nodev1alpha1.AddToScheme, rbacv1alpha1.AddToScheme,
		resourcev1.AddToScheme, resourcev1alpha3.AddToScheme, resourcev1beta1.AddToScheme, resourcev1beta2.AddToScheme,
		schedulingv1alpha3.AddToScheme, storagev1alpha1.AddToScheme,
		storagemigrationv1.AddToScheme, storagemigrationv1beta1.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	return s
})

// helmType returns an object of the type that Helm's client has for a manifest,
// or nil. A manifest that does not fit its type counts as of unknown kind
// (convertWithMapper). One of which Kubernetes' own reader has found that it fits
// is not asked about again: Helm's takes long over each type that it meets.
func (j *Judge) helmType(object map[string]any) runtime.Object {
	gvk := gvkOf(object)
	typed := newOf(builtin().scheme, gvk)
	if _, served := builtin().served[gvk]; served && j.Fits(object) {
		return typed
	}
	if typed == nil {
		typed = newOf(clientTypes(), gvk)
	}
	if typed == nil || runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed) != nil {
		return nil
	}
	return typed
}

func newOf(s *runtime.Scheme, gvk schema.GroupVersionKind) runtime.Object {
	if gvk.Version == runtime.APIVersionInternal || !s.Recognizes(gvk) {
		return nil
	}
	typed, err := s.New(gvk)
	if err != nil {
		return nil
	}
	return typed
}
