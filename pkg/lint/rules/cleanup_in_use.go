package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// deletesSettings matches a command that deletes ConfigMaps, Secrets or
// ServiceAccounts by name, with all that follows.
var deletesSettings = lazy.Pattern(`(?i)\bdelete\s[^;&|]*?\b(cm|configmaps?|secrets?|sa|serviceaccounts?)[\s/][^;&|]*`)

// checkCleanupInUse finds hooks that delete, ahead of everything else, what the
// pods of the release still need: whatever of them starts anew meanwhile does
// not come up, and cannot clean up after itself.
func checkCleanupInUse(p *lint.Pass) {
	for _, hook := range cleaningHooks(p) {
		for _, command := range deletesSettings().FindAllString(commandsOf(p, hook), -1) {
			if o, user := inUse(p, command); o != nil {
				p.Report(lint.Report{
					Severity:   lint.Warning,
					Object:     hook.Object,
					Related:    []*manifest.Object{o, user.Object},
					NotFixable: true,
					Message: fmt.Sprintf("a pre-delete hook deletes %s while %s, which needs it, still runs: Helm deletes that only afterwards. Delete it in a post-delete hook",
						o, user.Object),
				})
				break
			}
		}
	}
}

// inUse returns an object of the release that a command names, and a workload
// that runs on and needs it.
func inUse(p *lint.Pass, command string) (*manifest.Object, *inventory.Workload) {
	words := strings.FieldsFunc(command, func(r rune) bool { return r == ' ' || r == '/' || r == '\t' })
	for _, o := range p.Objects {
		if o.Hook != nil || o.Group() != "" || !slices.Contains(words, o.Name) || !slices.ContainsFunc(words, func(word string) bool { return isPlural(longName(word), o.Kind) }) {
			continue
		}
		for _, w := range p.Workloads {
			if w.RunsForever() && p.SameNamespace(w.Object, o) && anyString(w.Spec, "", func(_, value string) bool { return value == o.Name }) {
				return o, w
			}
		}
	}
	return nil, nil
}

// longName is what kubectl's short name of a resource stands for.
func longName(resource string) string {
	switch resource = strings.ToLower(resource); resource {
	case "cm":
		return "configmaps"
	case "sa":
		return "serviceaccounts"
	}
	return resource
}
