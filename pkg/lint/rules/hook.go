package rules

import "github.com/helm-stateful/helm-stateful/pkg/manifest"

// remade reports whether a delete policy removes a hook that has done no wrong:
// before the next one is created, or once it has succeeded.
func remade(h *manifest.Hook) bool {
	return h.DeletedBy("before-hook-creation") || h.DeletedBy("hook-succeeded")
}
