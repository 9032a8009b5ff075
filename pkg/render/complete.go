package render

import (
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// refusal is how Helm prints the words of a template that calls required or
// fail (helm v3.22.0, pkg/engine/engine.go, cleanupExecError).
var refusal = lazy.Pattern(`(?s)execution error at \(([^)]*?):\d+:\d+\): (.*)`)

// demandedPath is how such words name a value: config.password,
// .Values.config.password.
var demandedPath = lazy.Pattern(`(?:Values\.)?[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*`)

// Completed gives a value of ours to each empty one that the chart asks for in
// the error with which it refused to render. It is false where the error asks
// for none that is empty.
func (r *Renderer) Completed(failure error) (Case, bool) {
	match := refusal().FindStringSubmatch(failure.Error())
	if match == nil {
		return Case{}, false
	}
	home := subChart(match[1])
	var changes []change
	seen := map[string]bool{}
	for _, word := range demandedPath().FindAllString(match[2], -1) {
		path := strings.Split(strings.TrimPrefix(word, "Values."), ".")
		if len(path) == 1 && !strings.HasPrefix(word, "Values.") {
			continue // any word
		}
		for _, full := range [][]string{append(home[:len(home):len(home)], path...), path} {
			if name := strings.Join(full, "."); !seen[name] && isEmptyText(r.values, full) {
				seen[name] = true
				changes = append(changes, change{path: full, value: fmt.Sprintf("%s%d", lifecycle.MadeUp, len(changes)+1)})
				break
			}
		}
	}
	if len(changes) == 0 {
		return Case{}, false
	}
	c := r.probe(changes)
	c.Probe = false // nothing that the chart's own values said is changed
	c.Claims, c.Secrets = claimsIn(c.Values), secretsIn(c.Values)
	return c, true
}

// subChart returns the names of the sub charts that a template lies in.
func subChart(template string) []string {
	var out []string
	parts := strings.Split(template, "/")
	for i, part := range parts[:len(parts)-1] {
		if part == "charts" {
			out = append(out, parts[i+1])
		}
	}
	return out
}

// isEmptyText reports whether values have a place for a text and nothing in it.
func isEmptyText(values map[string]any, path []string) bool {
	at := values
	for _, key := range path[:len(path)-1] {
		next, ok := at[key].(map[string]any)
		if !ok {
			return false
		}
		at = next
	}
	value, written := at[path[len(path)-1]]
	return written && (value == nil || value == "")
}
