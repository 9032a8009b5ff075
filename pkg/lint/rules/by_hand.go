package rules

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// What a person types where Helm alone cannot do it: commands for a POSIX
// shell, in order, with comments where one stops or loses something.

// kubectl is a command about one object, such as "delete statefulset db
// --namespace prod".
func kubectl(p *lint.Pass, verb string, o *manifest.Object, flags ...string) string {
	parts := append([]string{"kubectl", verb, strings.ToLower(o.Kind), word(o.Name)}, namespaceFlag(p.Inventory, o)...)
	return strings.Join(append(parts, flags...), " ")
}

func namespaceFlag(inv *inventory.Inventory, o *manifest.Object) []string {
	if manifest.ClusterScoped(o.Group(), o.Kind) || inv.Namespace(o) == "" {
		return nil
	}
	return []string{"--namespace", word(inv.Namespace(o))}
}

// helmUpgrade is the upgrade itself.
func helmUpgrade(p *lint.Pass, flags ...string) string {
	return helm(p, "upgrade", append([]string{"CHART"}, flags...)...)
}

// helm is a command about the release. CHART stands for the chart.
func helm(p *lint.Pass, verb string, args ...string) string {
	parts := append([]string{"helm", verb, word(p.Release.Name)}, args...)
	return strings.Join(append(parts, "--namespace", word(p.Release.Namespace)), " ")
}

var plainWord = lazy.Pattern(`^[A-Za-z0-9._/:@%+=,-]+$`)

// word quotes what a shell would not take as one word.
func word(text string) string {
	if plainWord().MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// stopPods are the commands that stop a workload's pods until the upgrade makes
// new ones. Deleting it works in every apply mode; kubectl scale would take the
// replicas away from Helm 4. The claims of a StatefulSet stay: those that go
// with it are let go of by --cascade=orphan.
func stopPods(p *lint.Pass, w *inventory.Workload) []string {
	if w.Object.Kind != "StatefulSet" {
		return []string{kubectl(p, "delete", w.Object)}
	}
	return append([]string{kubectl(p, "delete", w.Object, "--cascade=orphan")}, deletePods(p, w.Object)...)
}

// deletePods deletes the pods that an orphaned StatefulSet leaves behind.
func deletePods(p *lint.Pass, set *manifest.Object) []string {
	var pods []string
	for _, ordinal := range ordinals(set) {
		pods = append(pods, word(fmt.Sprintf("%s-%d", set.Name, ordinal)))
	}
	if len(pods) == 0 {
		return nil
	}
	parts := append([]string{"kubectl", "delete", "pod"}, pods...)
	return []string{strings.Join(append(parts, namespaceFlag(p.Inventory, set)...), " ")}
}

// ordinals number the pods of a StatefulSet, as the manifest has them.
func ordinals(set *manifest.Object) []int64 {
	start, _ := manifest.IntAt(set.Fields, "spec", "ordinals", "start")
	replicas, ok := manifest.IntAt(set.Fields, "spec", "replicas")
	if !ok {
		replicas = 1
	}
	var out []int64
	for i := start; i < start+min(replicas, 100); i++ {
		out = append(out, i)
	}
	return out
}
