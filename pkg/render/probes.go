package render

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// Probes are cases that the tool makes itself, for most bugs of state do not
// show at default values: each claim and each Secret that the user may bring is given a name
// of ours, persistence is switched on and off, autoscalers on, workloads change
// their kind, labels are given to all objects and to pods. They vary what r renders; each kind of switch is turned once,
// everywhere at the same time. Replica counts are left alone: nearly every chart
// has one, most of what has a claim is meant to run once, and nobody is told
// anything by a warning to that effect.
func (r *Renderer) Probes() []Case {
	base := described(r.chart, r.values)
	var out []Case
	add := func(changes []change, installAlone bool) {
		if len(changes) > 0 {
			c := r.probe(changes)
			c.InstallAlone = installAlone
			out = append(out, c)
		}
	}
	on := switchesTurned(base, persistenceSwitch(), true)
	add(on, false)
	claims := claimNames(base, mentioned(r.chart, base, claimKey(), nil))
	if len(claims) > 0 {
		add(append(slices.Clone(claims), on...), true)
	}
	if len(claims) > 1 { // one claim of several is what a person gives
		for _, claim := range nearest(claims) {
			add(append([]change{claim}, on...), true)
		}
	}
	add(secretNames(base, mentioned(r.chart, base, secretKey(), nil)), true)
	add(switchesTurned(base, persistenceEnabled(), false), true)
	if scaled := switchesTurned(base, autoscalingSwitch(), true); len(scaled) > 0 {
		add(append(scaled, on...), true)
	}
	add(otherKinds(base), false)
	add(labelsGiven(base, labelsForAll()), true)
	add(labelsGiven(base, labelsForPods()), true)
	return out
}

// Sized turns a probe that gives names for claims into one that gives none, and
// asks for a size of its own beside each instead. It returns the sizes by the
// path of the name.
func (c Case) Sized() (Case, map[string]string) {
	out := c
	out.Values = copyMaps(c.Values, map[uintptr]any{}).(map[string]any)
	out.Claims = nil
	sizes := map[string]string{}
	for i, path := range slices.Sorted(maps.Keys(c.Claims)) {
		keys := strings.Split(path, ".")
		at := out.Values
		for _, key := range keys[:len(keys)-1] {
			at, _ = at[key].(map[string]any)
		}
		if at == nil {
			continue // a key with a dot in it
		}
		delete(at, keys[len(keys)-1])
		sizes[path] = fmt.Sprintf("%dMi", 4321+i)
		at["size"] = sizes[path]
	}
	return out, sizes
}

// change is one value that a probe sets.
type change struct {
	path          []string
	value         any
	claim, secret bool
}

func (r *Renderer) probe(changes []change) Case {
	values := copyMaps(r.user, map[uintptr]any{}).(map[string]any)
	c := Case{Probe: true, Claims: map[string]string{}, Secrets: map[string]string{}}
	var flags []string
	for _, ch := range changes {
		at := values
		for _, key := range ch.path[:len(ch.path)-1] {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at[ch.path[len(ch.path)-1]] = ch.value
		flags = append(flags, fmt.Sprintf("%s=%v", flagPath(ch.path), ch.value))
		if ch.claim {
			c.Claims[strings.Join(ch.path, ".")] = fmt.Sprint(ch.value)
		}
		if ch.secret {
			c.Secrets[strings.Join(ch.path, ".")] = fmt.Sprint(ch.value)
		}
	}
	c.Name = "--set " + strings.Join(flags, ",")
	c.Values = values
	return c
}

// flagPath writes a path as --set takes it.
func flagPath(path []string) string {
	escaped := make([]string, len(path))
	for i, key := range path {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `.`, `\.`, `,`, `\,`, `=`, `\=`, `[`, `\[`).Replace(key)
	}
	return strings.Join(escaped, ".")
}

var (
	claimKey          = lazy.Pattern(`(?i)^existing_?(pvc|(persistent)?_?(volume)?_?claim)(name)?$`)
	persistenceSwitch = lazy.Pattern(`(?i)(^|\.)(persistence|persistent_?volume|persistent_?storage|storage|data_?persistence|pvc)\.(enabled|create)$`)
	// Where a claim is merely not created, somebody else creates it.
	persistenceEnabled = lazy.Pattern(`(?i)(^|\.)(persistence|persistent_?volume|persistent_?storage|data_?persistence)\.enabled$`)
	autoscalingSwitch  = lazy.Pattern(`(?i)(^|\.)(autoscaling|autoscaler|horizontal_?pod_?autoscaler|hpa)\.(enabled|create)$`)
	kindKey            = lazy.Pattern(`(?i)(^|\.)(workload|deployment|controller|resource)?_?(kind|type)$`)
	kindSwitch         = lazy.Pattern(`(?i)(^|\.)((use_?|as_?)?stateful_?set(\.enabled)?|(use_?|as_?)deployment)$`)
)

// maxChanges bounds a probe of a chart with a great many sub charts.
const maxChanges = 40

// claimsIn are the names of claims that values give, by their paths.
func claimsIn(values map[string]any) map[string]string { return namesIn(values, claimKey()) }

// namesIn are the texts that values give for keys that match, by their paths.
func namesIn(values map[string]any, key *regexp.Regexp) map[string]string {
	var out map[string]string
	walkValues(values, nil, func(path []string, value any) {
		if name, ok := value.(string); ok && name != "" && key.MatchString(path[len(path)-1]) {
			if out == nil {
				out = map[string]string{}
			}
			out[strings.Join(path, ".")] = name
		}
	})
	return out
}

// claimNames gives every empty value that takes the name of a claim one of
// ours, and those that are mentioned.
func claimNames(values map[string]any, mentioned [][]string) []change {
	var out []change
	add := func(path []string) {
		if len(out) < maxChanges {
			out = append(out, change{path: path, value: fmt.Sprintf("claim-of-yours-%d", len(out)+1), claim: true})
		}
	}
	walkValues(values, nil, func(path []string, value any) {
		if claimKey().MatchString(path[len(path)-1]) && (value == nil || value == "") {
			add(path)
		}
	})
	for _, path := range mentioned {
		add(path)
	}
	return out
}

// nearest are the changes with the shortest paths, those of the chart itself
// before those of its sub charts.
func nearest(changes []change) []change {
	const enough = 4
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b change) int { return len(a.path) - len(b.path) })
	return sorted[:min(enough, len(sorted))]
}

// switchesTurned turns the boolean switches that match and are not yet so, but
// for those of a component that is off itself: nobody sets its persistence, and
// some charts make the claim all the same.
func switchesTurned(values map[string]any, pattern *regexp.Regexp, on bool) []change {
	var out []change
	walkValues(values, nil, func(path []string, value any) {
		if value == !on && pattern.MatchString(strings.Join(path, ".")) && !componentOff(values, path, pattern) && len(out) < maxChanges {
			out = append(out, change{path: path, value: on})
		}
	})
	return out
}

var (
	labelsForAll  = lazy.Pattern(`(?i)^(common|extra|additional|custom)_?labels$`)
	labelsForPods = lazy.Pattern(`(?i)^pod_?labels$`)
)

// labelsGiven puts a label of ours where values take labels for all objects, or
// for pods: both are known to end in selectors.
func labelsGiven(values map[string]any, keys *regexp.Regexp) []change {
	var out []change
	walkValues(values, nil, func(path []string, value any) {
		m, isMap := value.(map[string]any)
		if keys.MatchString(path[len(path)-1]) && (value == nil || isMap && len(m) == 0) && len(out) < maxChanges {
			out = append(out, change{path: append(path[:len(path):len(path)], "label-of-yours"), value: fmt.Sprintf("value-%d", len(out)+1)})
		}
	})
	return out
}

// componentOff reports whether a switch belongs to something that has a switch
// of its own, which is off and is not one of those that match.
func componentOff(values map[string]any, path []string, pattern *regexp.Regexp) bool {
	const own = "enabled"
	at := values
	for i, key := range path[:max(len(path)-2, 0)] {
		at, _ = at[key].(map[string]any)
		if at[own] == false && !pattern.MatchString(strings.Join(append(slices.Clone(path[:i+1]), own), ".")) {
			return true
		}
	}
	return false
}

// otherKinds makes Deployments of StatefulSets and the other way round, where
// values choose.
func otherKinds(values map[string]any) []change {
	others := map[string]string{"Deployment": "StatefulSet", "deployment": "statefulset", "StatefulSet": "Deployment", "statefulset": "deployment"}
	var out []change
	walkValues(values, nil, func(path []string, value any) {
		if len(out) >= maxChanges {
			return
		}
		joined := strings.Join(path, ".")
		if text, ok := value.(string); ok && others[text] != "" && kindKey().MatchString(joined) {
			out = append(out, change{path: path, value: others[text]})
		}
		if on, ok := value.(bool); ok && kindSwitch().MatchString(joined) {
			out = append(out, change{path: path, value: !on})
		}
	})
	return out
}

// walkValues visits the leaves of values in the order of their paths. Values
// under global stand in every chart and are left alone, as are lists.
func walkValues(value any, path []string, visit func(path []string, value any)) {
	m, ok := value.(map[string]any)
	if !ok || len(m) == 0 {
		if len(path) > 0 {
			visit(path, value)
		}
		return
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key != "global" {
			walkValues(m[key], append(path[:len(path):len(path)], key), visit)
		}
	}
}
