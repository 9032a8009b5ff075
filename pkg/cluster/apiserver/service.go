package apiserver

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	serviceapi "k8s.io/kubernetes/pkg/api/service"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/utils/ptr"
)

// service follows pkg/registry/core/service/strategy.go and storage/storage.go.
// Addresses and ports are not allocated: what an update leaves out is taken
// from the live Service, and what a create leaves out stays empty, all but the
// health check port, without which validation refuses.
func service() rules[*core.Service] {
	return rules[*core.Service]{
		BeginCreate: func(next *core.Service) field.ErrorList {
			if next.Spec.ClusterIP != "" && len(next.Spec.ClusterIPs) == 0 {
				next.Spec.ClusterIPs = []string{next.Spec.ClusterIP}
			}
			fillHealthCheckPort(next)
			return initFamilies(next, nil)
		},
		BeginUpdate: func(next, live *core.Service) field.ErrorList {
			defaultOnRead(live)
			fillHealthCheckPort(live)
			patchAllocated(next, live)
			fillHealthCheckPort(next)
			syncClusterIPs(next, live)
			return initFamilies(next, live)
		},
		PrepareCreate: func(next *core.Service) { next.Status = core.ServiceStatus{} },
		PrepareUpdate: func(next, live *core.Service) {
			next.Status = live.Status
			dropTypeDependent(next, live)
		},
		Validate:       validation.ValidateServiceCreate,
		ValidateUpdate: validation.ValidateServiceUpdate,
	}
}

// defaultOnRead completes a stored Service (defaultOnReadService).
func defaultOnRead(live *core.Service) {
	if live.Spec.ClusterIP != "" && len(live.Spec.ClusterIPs) == 0 {
		live.Spec.ClusterIPs = []string{live.Spec.ClusterIP}
	}
	if !hasClusterIP(live) {
		live.Spec.InternalTrafficPolicy = nil
		return
	}
	if len(live.Spec.IPFamilies) > 0 {
		return
	}
	single, dual := core.IPFamilyPolicySingleStack, core.IPFamilyPolicyRequireDualStack
	switch {
	case live.Spec.ClusterIP != core.ClusterIPNone:
		for _, ip := range live.Spec.ClusterIPs {
			live.Spec.IPFamilies = append(live.Spec.IPFamilies, familyOf(ip))
		}
		switch len(live.Spec.IPFamilies) {
		case 1:
			live.Spec.IPFamilyPolicy = &single
		case 2:
			live.Spec.IPFamilyPolicy = &dual
		}
	case len(live.Spec.Selector) == 0:
		live.Spec.IPFamilyPolicy = &dual
		live.Spec.IPFamilies = []core.IPFamily{core.IPv4Protocol, core.IPv6Protocol}
	default:
		live.Spec.IPFamilyPolicy = &single
		live.Spec.IPFamilies = []core.IPFamily{core.IPv4Protocol}
	}
}

// patchAllocated fills in what had been allocated and the client left out, so
// that sending the same manifest again is no change (patchAllocatedValues).
func patchAllocated(next, live *core.Service) {
	if hasClusterIP(live) && hasClusterIP(next) {
		if next.Spec.ClusterIP == "" {
			next.Spec.ClusterIP = live.Spec.ClusterIP
		}
		if len(next.Spec.ClusterIPs) == 0 {
			next.Spec.ClusterIPs = live.Spec.ClusterIPs
		}
	}
	if allocatesNodePorts(live) && allocatesNodePorts(next) {
		used := nodePorts(live).Intersection(nodePorts(next))
		byName := map[string]int32{}
		for _, port := range live.Spec.Ports {
			byName[port.Name] = port.NodePort
		}
		for i := range next.Spec.Ports {
			port := &next.Spec.Ports[i]
			if old := byName[port.Name]; port.NodePort == 0 && !used.Has(old) {
				port.NodePort = old
			}
		}
	}
	if serviceapi.NeedsHealthCheck(live) && serviceapi.NeedsHealthCheck(next) && next.Spec.HealthCheckNodePort == 0 {
		next.Spec.HealthCheckNodePort = live.Spec.HealthCheckNodePort
	}
}

// fillHealthCheckPort stands in for the allocation of the health check port: the
// first port of the default range.
func fillHealthCheckPort(s *core.Service) {
	const first = 30000
	if serviceapi.NeedsHealthCheck(s) && s.Spec.HealthCheckNodePort == 0 {
		s.Spec.HealthCheckNodePort = first
	}
}

// syncClusterIPs works out what a client meant that changed only one of
// clusterIP and clusterIPs (normalizeClusterIPs).
func syncClusterIPs(next, live *core.Service) {
	same := slices.Equal(live.Spec.ClusterIPs, next.Spec.ClusterIPs)
	switch {
	case live.Spec.ClusterIP == next.Spec.ClusterIP:
		if len(next.Spec.ClusterIPs) == 0 {
			next.Spec.ClusterIPs = live.Spec.ClusterIPs
		}
	case live.Spec.ClusterIP != "" && next.Spec.ClusterIP == "":
		if same {
			next.Spec.ClusterIPs = nil
		}
	case same:
		next.Spec.ClusterIPs = []string{next.Spec.ClusterIP}
	}
}

// dropTypeDependent wipes what the new type of the Service has no use for,
// unless the client changed it as well (dropTypeDependentFields).
func dropTypeDependent(next, live *core.Service) {
	if hasClusterIP(live) && !hasClusterIP(next) {
		if live.Spec.ClusterIP == next.Spec.ClusterIP && slices.Equal(live.Spec.ClusterIPs, next.Spec.ClusterIPs) {
			next.Spec.ClusterIP, next.Spec.ClusterIPs = "", nil
		}
		if slices.Equal(live.Spec.IPFamilies, next.Spec.IPFamilies) {
			next.Spec.IPFamilies = nil
		}
		if ptr.Equal(live.Spec.IPFamilyPolicy, next.Spec.IPFamilyPolicy) {
			next.Spec.IPFamilyPolicy = nil
		}
	}
	if hasNodePorts(live) && !hasNodePorts(next) && nodePorts(live).IsSuperset(nodePorts(next)) {
		for i := range next.Spec.Ports {
			next.Spec.Ports[i].NodePort = 0
		}
	}
	if serviceapi.NeedsHealthCheck(live) && !serviceapi.NeedsHealthCheck(next) &&
		live.Spec.HealthCheckNodePort == next.Spec.HealthCheckNodePort {
		next.Spec.HealthCheckNodePort = 0
	}
	if live.Spec.Type == core.ServiceTypeLoadBalancer && next.Spec.Type != core.ServiceTypeLoadBalancer {
		if ptr.Equal(live.Spec.AllocateLoadBalancerNodePorts, next.Spec.AllocateLoadBalancerNodePorts) {
			next.Spec.AllocateLoadBalancerNodePorts = nil
		}
		if ptr.Equal(live.Spec.LoadBalancerClass, next.Spec.LoadBalancerClass) {
			next.Spec.LoadBalancerClass = nil
		}
	}
	if serviceapi.ExternallyAccessible(live) && !serviceapi.ExternallyAccessible(next) &&
		live.Spec.ExternalTrafficPolicy == next.Spec.ExternalTrafficPolicy {
		next.Spec.ExternalTrafficPolicy = ""
	}
	if next.Spec.Type != core.ServiceTypeLoadBalancer {
		next.Status.LoadBalancer = core.LoadBalancerStatus{}
	}
	if !hasClusterIP(next) {
		next.Spec.InternalTrafficPolicy = nil // as it is read from then on
	}
}

func hasClusterIP(s *core.Service) bool { return s.Spec.Type != core.ServiceTypeExternalName }

func hasNodePorts(s *core.Service) bool {
	return s.Spec.Type == core.ServiceTypeNodePort || s.Spec.Type == core.ServiceTypeLoadBalancer
}

func allocatesNodePorts(s *core.Service) bool {
	return s.Spec.Type == core.ServiceTypeNodePort ||
		s.Spec.Type == core.ServiceTypeLoadBalancer && ptr.Deref(s.Spec.AllocateLoadBalancerNodePorts, true)
}

func nodePorts(s *core.Service) sets.Set[int32] {
	out := sets.New[int32]()
	for _, port := range s.Spec.Ports {
		if port.NodePort != 0 {
			out.Insert(port.NodePort)
		}
	}
	return out
}
