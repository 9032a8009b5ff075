package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// Annotations by which Helm recognises hooks and kept objects
// (helm v3.22.0, pkg/release/hook.go and pkg/kube/resource_policy.go).
const (
	HookAnnotation             = "helm.sh/hook"
	HookWeightAnnotation       = "helm.sh/hook-weight"
	HookDeletePolicyAnnotation = "helm.sh/hook-delete-policy"
	ResourcePolicyAnnotation   = "helm.sh/resource-policy"
)

// Hook is how Helm runs an object outside of the release's manifest.
type Hook struct {
	// Events are the names Helm knows, in the order written; "test-success" is
	// listed as "test".
	Events []string
	Weight int
	// DeletePolicies are in effect: before-hook-creation alone when the
	// manifest states none (helm v3.22.0, pkg/action/hooks.go).
	DeletePolicies []string
	// Dropped says that the annotation names an event that Helm does not know:
	// Helm then leaves the whole object out of the release.
	Dropped bool
}

// On reports whether the hook runs at one of the events.
func (h *Hook) On(events ...string) bool {
	return h != nil && slices.ContainsFunc(events, func(e string) bool { return slices.Contains(h.Events, e) })
}

// DeletedBy reports whether a delete policy is in effect.
func (h *Hook) DeletedBy(policy string) bool {
	return h != nil && slices.Contains(h.DeletePolicies, policy)
}

// IsTest reports whether the hook runs for helm test alone.
func (h *Hook) IsTest() bool {
	return h != nil && len(h.Events) > 0 && !slices.ContainsFunc(h.Events, func(e string) bool { return e != "test" })
}

// hookOf reads the hook annotations as Helm does: events and policies are
// separated by commas, trimmed and lower-cased, a weight that is no number is 0
// (helm v3.22.0, pkg/releaseutil/manifest_sorter.go).
func hookOf(o *Object) *Hook {
	if !o.HasAnnotation(HookAnnotation) {
		return nil
	}
	h := &Hook{}
	for _, event := range splitList(o.Annotation(HookAnnotation)) {
		switch event {
		case "pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade",
			"pre-rollback", "post-rollback", "test":
			h.Events = append(h.Events, event)
		case "test-success":
			h.Events = append(h.Events, "test")
		default:
			h.Dropped = true
		}
	}
	if weight, err := strconv.Atoi(o.Annotation(HookWeightAnnotation)); err == nil {
		h.Weight = weight
	}
	if o.HasAnnotation(HookDeletePolicyAnnotation) {
		h.DeletePolicies = splitList(o.Annotation(HookDeletePolicyAnnotation))
	} else {
		h.DeletePolicies = []string{"before-hook-creation"}
	}
	return h
}

func splitList(text string) []string {
	parts := strings.Split(text, ",")
	for i, p := range parts {
		parts[i] = strings.ToLower(strings.TrimSpace(p))
	}
	return parts
}
