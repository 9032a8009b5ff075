package apiserver

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/core/validation"
	netutils "k8s.io/utils/net"
	"k8s.io/utils/ptr"
)

// initFamilies sets ipFamilies and ipFamilyPolicy, or says why it cannot
// (pkg/registry/core/service/storage/alloc.go, initIPFamilyFields). The cluster
// has both families and IPv4 comes first: a Service that asks for two is not
// refused. live is nil at a create.
func initFamilies(next, live *core.Service) field.ErrorList {
	if next.Spec.Type == core.ServiceTypeExternalName || live != nil && keepsPreferDualStack(next, live) {
		return nil
	}
	headlessWithoutSelector := next.Spec.ClusterIP == core.ClusterIPNone && len(next.Spec.Selector) == 0
	if next.Spec.IPFamilyPolicy == nil {
		switch {
		case live != nil && live.Spec.IPFamilyPolicy != nil:
			next.Spec.IPFamilyPolicy = live.Spec.IPFamilyPolicy
		case headlessWithoutSelector:
			next.Spec.IPFamilyPolicy = ptr.To(core.IPFamilyPolicyRequireDualStack)
		default:
			next.Spec.IPFamilyPolicy = ptr.To(core.IPFamilyPolicySingleStack)
		}
	}
	if errs := validation.ValidateServiceClusterIPsRelatedFields(next, live); len(errs) > 0 {
		return errs
	}
	if errs := checkPolicy(next, live); len(errs) > 0 {
		return errs
	}
	if next.Spec.ClusterIP != core.ClusterIPNone {
		for i, ip := range next.Spec.ClusterIPs {
			if i >= len(next.Spec.IPFamilies) {
				next.Spec.IPFamilies = append(next.Spec.IPFamilies, familyOf(ip))
			}
		}
	}
	if len(next.Spec.IPFamilies) == 0 {
		next.Spec.IPFamilies = []core.IPFamily{core.IPv4Protocol}
	}
	if *next.Spec.IPFamilyPolicy != core.IPFamilyPolicySingleStack && len(next.Spec.IPFamilies) == 1 {
		next.Spec.IPFamilies = append(next.Spec.IPFamilies, otherFamily(next.Spec.IPFamilies[0]))
	}
	return nil
}

// checkPolicy refuses a policy that contradicts the families or addresses.
func checkPolicy(next, live *core.Service) field.ErrorList {
	var errs field.ErrorList
	refuse := func(message string) {
		errs = append(errs, field.Invalid(field.NewPath("spec", "ipFamilyPolicy"), next.Spec.IPFamilyPolicy, message))
	}
	single := *next.Spec.IPFamilyPolicy == core.IPFamilyPolicySingleStack
	switch {
	case live == nil:
	case single:
		if slices.Equal(live.Spec.ClusterIPs, next.Spec.ClusterIPs) && len(next.Spec.ClusterIPs) > 1 {
			next.Spec.ClusterIPs = next.Spec.ClusterIPs[:1]
		}
		if slices.Equal(live.Spec.IPFamilies, next.Spec.IPFamilies) && len(next.Spec.IPFamilies) > 1 {
			next.Spec.IPFamilies = next.Spec.IPFamilies[:1]
		}
	default:
		if n := len(next.Spec.ClusterIPs); n > 0 && n < len(live.Spec.ClusterIPs) {
			refuse("must be 'SingleStack' to release the secondary cluster IP")
		}
		if n := len(next.Spec.IPFamilies); n > 0 && n < len(live.Spec.IPFamilies) {
			refuse("must be 'SingleStack' to release the secondary IP family")
		}
	}
	if single && len(next.Spec.ClusterIPs) == 2 {
		refuse("must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")
	}
	if single && len(next.Spec.IPFamilies) == 2 {
		refuse("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")
	}
	return errs
}

// keepsPreferDualStack tells a Service that preferred two families and still
// says the same (isMatchingPreferDualStackClusterIPFields).
func keepsPreferDualStack(next, live *core.Service) bool {
	prefer := core.IPFamilyPolicyPreferDualStack
	return live.Spec.Type == next.Spec.Type &&
		next.Spec.IPFamilyPolicy != nil && *next.Spec.IPFamilyPolicy == prefer &&
		ptr.Deref(live.Spec.IPFamilyPolicy, prefer) == prefer &&
		slices.Equal(live.Spec.ClusterIPs, next.Spec.ClusterIPs) &&
		slices.Equal(live.Spec.IPFamilies, next.Spec.IPFamilies)
}

func familyOf(ip string) core.IPFamily {
	if netutils.IsIPv6String(ip) {
		return core.IPv6Protocol
	}
	return core.IPv4Protocol
}

func otherFamily(family core.IPFamily) core.IPFamily {
	if family == core.IPv4Protocol {
		return core.IPv6Protocol
	}
	return core.IPv4Protocol
}
