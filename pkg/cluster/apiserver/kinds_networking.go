package apiserver

import (
	"reflect"

	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/apis/discovery"
	discoveryvalidation "k8s.io/kubernetes/pkg/apis/discovery/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/features"
)

// ingress follows pkg/registry/networking/ingress/strategy.go.
func ingress() rules[*networking.Ingress] {
	return rules[*networking.Ingress]{
		PrepareCreate: func(next *networking.Ingress) {
			next.Status = networking.IngressStatus{}
			next.Generation = 1
		},
		PrepareUpdate: func(next, live *networking.Ingress) {
			next.Status = live.Status
			advance(next, live, next.Spec, live.Spec)
		},
		Validate:       validation.ValidateIngressCreate,
		ValidateUpdate: validation.ValidateIngressUpdate,
	}
}

// ingressClass follows pkg/registry/networking/ingressclass/strategy.go.
func ingressClass() rules[*networking.IngressClass] {
	return rules[*networking.IngressClass]{
		ClusterScoped:  true,
		PrepareCreate:  func(next *networking.IngressClass) { next.Generation = 1 },
		PrepareUpdate:  func(next, live *networking.IngressClass) { advance(next, live, next.Spec, live.Spec) },
		Validate:       validation.ValidateIngressClass,
		ValidateUpdate: validation.ValidateIngressClassUpdate,
	}
}

// networkPolicy follows pkg/registry/networking/networkpolicy/strategy.go.
func networkPolicy() rules[*networking.NetworkPolicy] {
	return rules[*networking.NetworkPolicy]{
		PrepareCreate: func(next *networking.NetworkPolicy) { next.Generation = 1 },
		PrepareUpdate: func(next, live *networking.NetworkPolicy) {
			if !reflect.DeepEqual(live.Spec, next.Spec) {
				next.Generation = live.Generation + 1
			}
		},
		Validate: func(next *networking.NetworkPolicy) field.ErrorList {
			return validation.ValidateNetworkPolicy(next, validation.ValidationOptionsForNetworking(next, nil))
		},
		ValidateUpdate: func(next, live *networking.NetworkPolicy) field.ErrorList {
			return validation.ValidateNetworkPolicyUpdate(next, live, validation.ValidationOptionsForNetworking(next, live))
		},
	}
}

// ipAddress follows pkg/registry/networking/ipaddress/strategy.go.
func ipAddress() rules[*networking.IPAddress] {
	return rules[*networking.IPAddress]{
		ClusterScoped: true,
		Validate:      validation.ValidateIPAddress,
		ValidateUpdate: func(next, live *networking.IPAddress) field.ErrorList {
			return append(validation.ValidateIPAddress(next), validation.ValidateIPAddressUpdate(next, live)...)
		},
	}
}

// serviceCIDR follows pkg/registry/networking/servicecidr/strategy.go.
func serviceCIDR() rules[*networking.ServiceCIDR] {
	wiped := func() bool { return utilfeature.DefaultFeatureGate.Enabled(features.ServiceCIDRStatusFieldWiping) }
	return rules[*networking.ServiceCIDR]{
		ClusterScoped: true,
		PrepareCreate: func(next *networking.ServiceCIDR) {
			if wiped() {
				next.Status = networking.ServiceCIDRStatus{}
			}
		},
		PrepareUpdate: func(next, live *networking.ServiceCIDR) {
			if wiped() {
				next.Status = live.Status
			}
		},
		Validate:       validation.ValidateServiceCIDR,
		ValidateUpdate: validation.ValidateServiceCIDRUpdate,
	}
}

// endpointSlice follows pkg/registry/discovery/endpointslice/strategy.go,
// without the conversion of the topology that v1 no longer has.
func endpointSlice() rules[*discovery.EndpointSlice] {
	return rules[*discovery.EndpointSlice]{
		PrepareCreate: func(next *discovery.EndpointSlice) { next.Generation = 1 },
		PrepareUpdate: func(next, live *discovery.EndpointSlice) {
			content := func(s *discovery.EndpointSlice) []any {
				return []any{s.AddressType, s.Endpoints, s.Ports, s.Labels}
			}
			advance(next, live, content(next), content(live))
		},
		Validate:       discoveryvalidation.ValidateEndpointSliceCreate,
		ValidateUpdate: discoveryvalidation.ValidateEndpointSliceUpdate,
	}
}
