package rules

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Commands by which a hook of helm uninstall deletes what no manifest says,
// each within one command of a script.
var (
	deletesDefinitions = lazy.Pattern(`(?i)\bdelete\s[^;&|]*?\b(crds?|customresourcedefinitions?)\b|/customresourcedefinitions/[^;&|]*-X ?DELETE\b`)
	deletesVolumes     = lazy.Pattern(`(?i)\bdelete\s[^;&|]*?\b(pvcs?|persistentvolumeclaims?)\b`)
	actsOnAll          = lazy.Pattern(`(?i)\b(scale|delete)\s[^;&|]*?\b(deploy|deployments?|statefulsets?|sts|pods?|jobs?|secrets?|configmaps?|services?)(\.\S+)?\s[^;&|]*?--all(=true)?(\s|$)`)
)

// reportCleanup reports the hooks of helm uninstall that run a command which
// matches, each once. The message has a place for the command.
func reportCleanup(p *lint.Pass, command *regexp.Regexp, message string) {
	for _, w := range p.Workloads {
		if !w.Object.Hook.On("pre-delete", "post-delete") {
			continue
		}
		if match := command.FindString(commandsOf(p, w)); match != "" {
			p.Report(lint.Report{
				Severity:   lint.Warning,
				Object:     w.Object,
				Message:    fmt.Sprintf(message, strings.Join(w.Object.Hook.Events, " and "), shortened(match)),
				NotFixable: true,
			})
		}
	}
}

// commandsOf joins what a workload's containers run: commands, arguments,
// environment, and the scripts in the ConfigMaps that it mounts. A line that
// ends ends a command.
func commandsOf(p *lint.Pass, w *inventory.Workload) string {
	texts := []string{containerText(w, "command", "args", "env")}
	mounted := map[string]bool{}
	for _, v := range manifest.ListAt(w.Spec, "volumes") {
		mounted[manifest.StringAt(v, "configMap", "name")] = true
	}
	for _, o := range p.Kind("", "ConfigMap") {
		if o.Name != "" && mounted[o.Name] && p.SameNamespace(o, w.Object) {
			data := manifest.StringMapAt(o.Fields, "data")
			for _, key := range slices.Sorted(maps.Keys(data)) {
				texts = append(texts, data[key])
			}
		}
	}
	text := strings.ReplaceAll(strings.Join(texts, "\n"), "\\\n", " ")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), " ; ")
}

// shortened is a command as a message quotes it: its verb, and what it is about.
func shortened(command string) string {
	const enough = 60
	command = strings.Join(strings.Fields(command), " ")
	if len(command) <= enough {
		return command
	}
	verb, rest, _ := strings.Cut(command, " ")
	rest = rest[len(rest)-min(len(rest), enough):]
	for _, end := range []string{" ", "/"} { // of a word, or within an address
		if _, tail, found := strings.Cut(rest, end); found {
			return verb + " … " + tail
		}
	}
	return verb + " …"
}
