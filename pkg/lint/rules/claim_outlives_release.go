package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ClaimOutlivesRelease finds claim templates whose claims stay behind after
// helm uninstall without anyone having said that they should.
var ClaimOutlivesRelease = &lint.Rule{
	Name:     "claim-outlives-release",
	Step:     lint.StepUninstall,
	Severity: lint.Warning,
	Title:    "the claims of a StatefulSet stay behind after helm uninstall, unasked",
	Check:    checkClaimOutlivesRelease,
	Fix: &lint.Fix{
		Safety:      lint.Safe,
		Title:       "state that the claims stay",
		DeleteTitle: "state that the claims go with the StatefulSet",
		Filter: func(_ *manifest.Object, o lint.FixOptions) yaml.Filter {
			return retentionFilter(o.Retention == lint.RetentionDelete)
		},
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InClaims, What: "the claims of a StatefulSet are still there after `helm uninstall`"},
			{Where: lint.InApplication, What: "a new install starts with the data of the old one"},
			{Where: lint.InApplication, What: "`password authentication failed` after an uninstall and a new install"},
		},
		Why: "`helm uninstall` leaves the claims of a StatefulSet behind, and the next install of that name mounts them again. The new release meets an old " +
			"database, with a password that no longer fits or tables that it does not expect; until then the volumes cost money, unseen.\n\n" +
			"These claims are not in the chart. The StatefulSet's controller makes them from `volumeClaimTemplates` and calls them `<template>-<set>-<ordinal>`; " +
			"Helm does not know them. What else the release stored in ordinary claims is deleted at the same time, so that half of the state survives. To keep the " +
			"data may be just what you want. Then write it down, for Kubernetes and for whoever reads the chart.",
		Before: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      containers:
      - name: db
        image: postgres:17
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
`,
		After: `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .Release.Name }}-db
spec:
  serviceName: {{ .Release.Name }}-db
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/instance: {{ .Release.Name }}
    spec:
      containers:
      - name: db
        image: postgres:17
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 8Gi
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
`,
		Remedy: "`persistentVolumeClaimRetentionPolicy` states what becomes of the claims. `whenDeleted: Retain` writes down what Kubernetes does without it; with " +
			"`Delete` the claims go with the StatefulSet.",
		Blind: "Claims that operators make for their custom resources, and hooks or scripts that delete the claims.",
		FixSafety: "`Retain` is always safe. The field may change at any time, in every apply mode, from Kubernetes 1.27 on (1.23 behind a feature gate; older servers do " +
			"not know it). `Delete`, which only `--retention delete` writes, also reaches the claims that exist already, and deletes the data whenever the " +
			"StatefulSet is deleted, be it to rename it or to make it anew.",
		Incidents: []lint.Incident{
			{Ref: "apache/incubator-devlake-helm-chart#306", What: "the database's claim survives, Grafana's does not, and the next install meets old tables"},
			{Ref: "helm/charts#17404", What: "Nextcloud's own claim goes, its database's stays, and a new install fails on it"},
			{Ref: "helm/helm#5156", What: "claims made from templates are left on the cluster"},
			{Ref: "DataDog/helm-charts#2492", What: "the policy stands at the wrong level, and has no effect"},
		},
	},
}

func checkClaimOutlivesRelease(p *lint.Pass) {
	templates := map[*manifest.Object][]*inventory.Claim{}
	for _, c := range p.Claims {
		if c.Template {
			templates[c.Object] = append(templates[c.Object], c)
		}
	}
	deleted := sync.OnceValue(func() []string { return deletedClaims(p) })
	for _, set := range p.Objects {
		claims := templates[set]
		if len(claims) == 0 || set.Hook != nil || len(manifest.MapAt(set.Fields, "spec", retentionPolicy)) > 0 {
			continue
		}
		misplaced := misplacedPolicy(set, claims)
		r := lint.Report{Object: set, Path: misplaced, Message: outlivesMessage(p, set, claims, misplaced, deleted())}
		if misplaced == nil {
			r.Path = manifest.Path{"spec", "volumeClaimTemplates"}
		}
		// A misplaced policy may say Delete: it wants to be moved, not overruled.
		r.NotFixable = misplaced != nil
		p.Report(r)
	}
}

func outlivesMessage(p *lint.Pass, set *manifest.Object, claims []*inventory.Claim, misplaced manifest.Path, deleted []string) string {
	message := fmt.Sprintf("helm uninstall leaves the claims of this StatefulSet behind (%s) without Helm's ownership annotations", enumerate(firstNames(set, claims)))
	if !slices.ContainsFunc(claims, func(c *inventory.Claim) bool { return tiedToRelease(p, c) }) {
		message += ", and no label ties them to the release"
	}
	message += "; the next install finds their old data"
	if len(deleted) > 0 {
		message += fmt.Sprintf(", while uninstall deletes %s: half of the state survives", enumerate(deleted))
	}
	if misplaced != nil {
		message += fmt.Sprintf("; %s is at the wrong level, where it has no effect: it belongs in spec", misplaced)
	}
	return message
}

// firstNames are the claims' names for the lowest ordinal.
func firstNames(set *manifest.Object, claims []*inventory.Claim) []string {
	ordinal, _ := manifest.IntAt(set.Fields, "spec", "ordinals", "start")
	var names []string
	for _, c := range claims {
		names = append(names, fmt.Sprintf("%s%d", c.Name, ordinal))
	}
	return names
}

// tiedToRelease reports whether a label of the claims made from a template
// leads to the release. Where its name is not known the customary labels are
// taken to do so.
func tiedToRelease(p *lint.Pass, c *inventory.Claim) bool {
	for label, value := range claimLabels(c) {
		switch {
		case p.Release.Name != "":
			if strings.Contains(value, p.Release.Name) {
				return true
			}
		case label == "app.kubernetes.io/instance" || label == "release":
			return true
		}
	}
	return false
}

// claimLabels are the labels of a claim made from a template: the template's
// own, with those of the set's selector laid over them (kubernetes,
// pkg/controller/statefulset/stateful_set_utils.go, getPersistentVolumeClaims).
func claimLabels(c *inventory.Claim) map[string]string {
	labels := manifest.StringMapAt(c.Fields, "metadata", "labels")
	selector := []any{"spec", "selector", "matchLabels"}
	if !c.Object.Has("spec", "selector") { // what apps/v1beta1 makes of it
		selector = []any{"spec", "template", "metadata", "labels"}
	}
	for k, v := range manifest.StringMapAt(c.Object.Fields, selector...) {
		labels[k] = v
	}
	return labels
}

// deletedClaims names the claims that go with the release, though nothing says
// that they are worth nothing.
func deletedClaims(p *lint.Pass) []string {
	var names []string
	for _, c := range p.Claims {
		if !c.Template && c.Object.Hook == nil && !fateStated(c.Object) && len(p.MountedBy(c)) > 0 {
			names = append(names, c.Object.ID.String())
		}
	}
	return names
}

// misplacedPolicy returns where a set states its policy in a place in which
// Kubernetes does not look for it, or nil.
func misplacedPolicy(set *manifest.Object, claims []*inventory.Claim) manifest.Path {
	places := []manifest.Path{nil, {"metadata"}, {"spec", "template"}, {"spec", "template", "spec"}}
	for _, c := range claims {
		places = append(places, c.Path, c.Path.Append("spec"))
	}
	for _, place := range places {
		if path := place.Append(retentionPolicy); set.Has(path...) {
			return path
		}
	}
	return nil
}

// retentionFilter states what becomes of a StatefulSet's claims. Those of
// replicas that are scaled away stay in any case.
func retentionFilter(whenDeleted bool) yaml.Filter {
	fate := "Retain"
	if whenDeleted {
		fate = "Delete"
	}
	return yaml.FilterFunc(func(n *yaml.RNode) (*yaml.RNode, error) {
		return n.Pipe(setString(fate, "spec", retentionPolicy, "whenDeleted"), setString("Retain", "spec", retentionPolicy, "whenScaled"))
	})
}
