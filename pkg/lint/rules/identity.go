package rules

import (
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ownershipError is why Helm refuses to take over what another release owns
// (helm v3.22.0, pkg/action/validate.go).
const ownershipError = "invalid ownership metadata"

// ignoresRelease reports whether an object of another release of the chart has
// the same name: in the same namespace, or for a cluster-scoped object anywhere.
// A name that changes with the namespace alone is the same for two releases in
// one.
func ignoresRelease(p *lint.Pass, o *manifest.Object) bool {
	name := manifest.Path{"metadata", "name"}
	r := p.Rehearsal
	other := r.In(r.Other, o)
	switch {
	case r.Other == nil || other == nil || o.Name == "" || r.Random(o, name):
		return false
	case other.Name == o.Name:
		return true
	case manifest.ClusterScoped(o.Group(), o.Kind) || !manifest.BuiltIn(o.Group()):
		return false
	}
	return !slices.Contains(r.Derives(o, name), lifecycle.FromReleaseName)
}

// pinnedNamespace returns the namespace that an object is written to wherever
// its release is installed, or "".
func pinnedNamespace(p *lint.Pass, o *manifest.Object) string {
	r := p.Rehearsal
	other := r.In(r.Other, o)
	if r.Other == nil || other == nil || other.Namespace != o.Namespace || manifest.ClusterScoped(o.Group(), o.Kind) {
		return ""
	}
	return o.Namespace
}

// oneOfAKind reports whether a kind's names are given by what they stand for,
// so that two releases mean the same object by one name.
func oneOfAKind(o *manifest.Object) bool {
	switch o.Group() + "/" + o.Kind {
	case "/Namespace", "apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService", "scheduling.k8s.io/PriorityClass",
		"node.k8s.io/RuntimeClass", "networking.k8s.io/IngressClass", "gateway.networking.k8s.io/GatewayClass", "storage.k8s.io/CSIDriver":
		return true
	}
	return false
}

// chosenByUser reports whether the user's own values spell a name, or a part of
// it under a key such as fullnameOverride, or list something under it. A value
// that is nothing but a template spells none.
func chosenByUser(p *lint.Pass, name string) bool {
	for _, section := range p.Rehearsal.Values.User {
		if section, ok := section.(map[string]any); ok && hasKey(section, name) {
			return true
		}
	}
	return anyString(p.Rehearsal.Values.User, "", func(key, value string) bool {
		if strings.Trim(templateAction().ReplaceAllString(value, ""), "-") == "" {
			return false
		}
		return spells(value, name) || writesName(value, name) || namingKey().MatchString(key) && strings.Contains("-"+name+"-", "-"+value+"-")
	})
}

// hasKey reports whether values list something under a name, at any depth: a
// chart makes an object of each item, under its key. At the top the keys are
// those of sub charts.
func hasKey(values map[string]any, name string) bool {
	for key, value := range values {
		item, isMap := value.(map[string]any)
		if isMap && (key == name || hasKey(item, name)) {
			return true
		}
	}
	return false
}

var namingKey = lazy.Pattern(`(?i)^name$|nameoverride$|(cluster|release|resource|app|instance|deployment)[-_]?name$`)

// writesName reports whether a text is a manifest, or several, with an object of
// that name.
func writesName(text, name string) bool {
	for line := range strings.Lines(text) {
		key, value, found := strings.Cut(strings.TrimSpace(line), ":")
		if found && key == "name" && strings.Contains(text, "\n") && spells(strings.Trim(value, " \"'"), name) {
			return true
		}
	}
	return false
}

// madeOnce reports whether the chart leaves an object out for as long as lookup
// finds it, so that it is in nobody's way.
func madeOnce(p *lint.Pass, o *manifest.Object) bool {
	return leftOutOfUpgrades(p, o) && looksItselfUp(p.Rehearsal, o)
}

// forMonitoring reports whether an object of worth only tells a monitoring
// system what to do.
func forMonitoring(o *manifest.Object) bool {
	for label := range o.Labels() {
		if isConfigMap(o) && (strings.Contains(label, "dashboard") || strings.Contains(label, "datasource")) {
			return true
		}
	}
	return false
}

// byWorth sorts objects so that the one whose loss would be the worst comes
// first, and keeps the order of the others.
func byWorth(p *lint.Pass, objects []*manifest.Object) []*manifest.Object {
	out := slices.Clone(objects)
	slices.SortStableFunc(out, func(a, b *manifest.Object) int { return worth(p, b) - worth(p, a) })
	return out
}

func worth(p *lint.Pass, o *manifest.Object) int {
	switch o.Group() + "/" + o.Kind {
	case "/PersistentVolumeClaim":
		return 7
	case "apps/StatefulSet":
		if len(p.ClaimsOf(o)) > 0 {
			return 6
		}
		return 5
	case "/PersistentVolume":
		return 4
	case "/Secret":
		return 3
	case "storage.k8s.io/StorageClass":
		return 2
	case "/Service", "/ConfigMap", "/ServiceAccount", "apps/Deployment", "apps/DaemonSet", "batch/Job", "batch/CronJob", "/Pod", "apps/ReplicaSet":
		return 1
	}
	return 0
}

func namesOf(objects []*manifest.Object) []string {
	var out []string
	for _, o := range objects {
		out = append(out, o.ID.String())
	}
	return out
}
