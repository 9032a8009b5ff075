package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// DataHolderRenamed finds claims that a new version of the chart no longer
// has, or not under their name, and credentials of the data that go the same
// way.
var DataHolderRenamed = &lint.Rule{
	Name:           "data-holder-renamed",
	Step:           lint.StepUpgrade,
	Severity:       lint.Error,
	Title:          "the new version has the data's claim, or its password, under another name, or not at all",
	NeedsRehearsal: true,
	TwoVersions:    true,
	Check:          checkDataHolderRenamed,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "it comes up empty after an upgrade that passed"},
			{Where: lint.InClaims, What: "a new, empty claim stands beside the old one, or in its place, after an upgrade"},
			{Where: lint.InPods, What: "`password authentication failed` after an upgrade that has renamed a Secret or its keys"},
		},
		Why: "A new version of the chart renames a claim or a StatefulSet, moves it to another namespace, or makes another kind of it. The upgrade passes, and the " +
			"application comes up empty: Helm knows objects by kind and name, so it creates a new, empty one and deletes the old one.\n\n" +
			"A claim of the release goes with its data, unless it is kept by `helm.sh/resource-policy: keep`. The claims of a StatefulSet stay behind, and nothing " +
			"mounts them. The same happens where the new version keeps the workload and drops the claim, as when the default of `persistence.enabled` changes.\n\n" +
			"A generated password goes the same way. Under another name of its Secret, or of the key in it, the new version makes up another one, while the database was set up " +
			"with the old one; a template that looks the old name up as well carries it over.",
		Before: namedClaim("data"),
		Next:   namedClaim("storage"),
		After:  namedClaim("data"),
		Remedy: "The new version leaves the name as it was. Where it has to change, the data has to be moved first; the finding lists the commands, which belong into " +
			"the release notes. Of a password the new version is given the old value; a command reads it before it is gone.",
		Blind: "Renamed volumes within one claim, and data that an operator moves. Passwords are compared where pods that keep data read them, by the name of the variable or the path " +
			"of the file: one whose variable is renamed as well is not seen, nor one that an operator reads, nor another default under the old name.",
		Incidents: []lint.Incident{
			{Ref: "openabdev/openab#117", What: "the chart was renamed, its claim with it: a new, empty one, and no word of it"},
			{Ref: "openabdev/openab#247", What: "other values give the claim another name, and Helm deletes the old one with its data"},
			{Ref: "bitnami/charts#11799", What: "the new version looks for PostgreSQL's password under another key of the Secret"},
			{Ref: "apache/incubator-devlake-helm-chart#306", What: "a StatefulSet became a Deployment, and the claim with the encryption key was left behind"},
		},
	},
}

func namedClaim(name string) string {
	return `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-` + name + `
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  strategy: {type: Recreate}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.0.0
      volumes:
      - name: data
        persistentVolumeClaim:
          claimName: {{ .Release.Name }}-` + name + `
`
}

func checkDataHolderRenamed(p *lint.Pass) {
	if !p.Rehearsal.TwoVersions {
		return
	}
	next := inventory.New(p.Release, p.Rehearsal.Upgrade.Stream.Objects())
	checkRenamedCredentials(p, next)
	heirs := map[*inventory.Claim][]*inventory.Claim{}
	shared := map[*inventory.Claim]int{} // heirs of how many
	gone := slices.DeleteFunc(slices.Clone(p.Claims), func(c *inventory.Claim) bool {
		return c.Object.Hook != nil || stillThere(next, c) || p.Rehearsal.Random(c.Object, manifest.Path{"metadata", "name"})
	})
	for _, c := range gone {
		heirs[c] = newClaims(p, next, c)
		for _, h := range heirs[c] {
			shared[h]++
		}
	}
	for _, c := range gone {
		if len(heirs[c]) == 0 {
			if r := dropped(p, next, c); r != nil {
				p.Report(*r)
			}
			continue
		}
		r := renamed(p, c, heirs[c])
		if only := heirs[c][0]; len(heirs[c]) == 1 && shared[only] == 1 {
			r.Commands = moveByHand(p, next, c, only)
		}
		p.Report(r)
	}
}

// stillThere reports whether the new version has the claim under its name.
func stillThere(next *inventory.Inventory, c *inventory.Claim) bool {
	return slices.ContainsFunc(next.Claims, func(n *inventory.Claim) bool {
		return n.Name == c.Name && n.Template == c.Template && next.Namespace(n.Object) == next.Namespace(c.Object)
	})
}

// newClaims are the claims that the new version makes for the pods that had
// the old one mounted, and that the old version did not make.
func newClaims(p *lint.Pass, next *inventory.Inventory, c *inventory.Claim) []*inventory.Claim {
	users := p.MountedBy(c)
	var out []*inventory.Claim
	for _, n := range next.Claims {
		if n.Object.Hook != nil || stillThere(p.Inventory, n) {
			continue
		}
		if len(users) == 0 || slices.ContainsFunc(next.MountedBy(n), func(w *inventory.Workload) bool { return servesSame(users, w) }) {
			out = append(out, n)
		}
	}
	return out
}

// servesSame reports whether a workload of the new version does the work of one
// of the old: it has the same name, or its pods carry the labels by which
// applications and their parts are told apart, or run the same image as the
// same part.
func servesSame(users []*inventory.Workload, w *inventory.Workload) bool {
	return slices.ContainsFunc(users, func(u *inventory.Workload) bool {
		if u.Object.Name == w.Object.Name {
			return true
		}
		part, partDiffers := sameLabel(u, w, "app.kubernetes.io/component", "component")
		app, appDiffers := sameLabel(u, w, "app.kubernetes.io/name", "app")
		return !partDiffers && (!appDiffers && (app || part) || sameImage(u, w))
	})
}

// sameLabel compares labels that pods of both workloads carry.
func sameLabel(u, w *inventory.Workload, labels ...string) (same, differs bool) {
	for _, label := range labels {
		a, inOld := u.Labels[label]
		b, inNew := w.Labels[label]
		same = same || inOld && inNew && a == b
		differs = differs || inOld && inNew && a != b
	}
	return same, differs
}

// sameImage reports whether the first containers run the same image, whatever
// its registry and tag.
func sameImage(u, w *inventory.Workload) bool {
	image := imageName(u)
	return image != "" && image == imageName(w)
}

func imageName(w *inventory.Workload) string {
	image := repositoryOf(manifest.StringAt(w.Spec, "containers", 0, "image"))
	return image[strings.LastIndexByte(image, '/')+1:]
}

func renamed(p *lint.Pass, c *inventory.Claim, heirs []*inventory.Claim) lint.Report {
	fate := "is deleted, and its data with it"
	if outlivesRelease(c) {
		fate = "stays behind, out of use"
	}
	var names []string
	for _, h := range heirs {
		names = append(names, h.Object.String())
	}
	r := lint.Report{
		Object:  c.Object,
		Path:    manifest.Path{"metadata", "name"},
		Message: fmt.Sprintf("the new version makes %s instead of %s: it starts empty, and what was there %s", strings.Join(names, ", "), called(c), fate),
		Breaks:  []string{upgradeAnyHelm},
	}
	if keptByUpgrade(p.Rehearsal, c.Object) {
		r.Severity = lint.Warning
	}
	return r
}

// dropped is the finding about a claim that the new version no longer has and
// that nothing takes the place of, or nil where nobody misses it.
func dropped(p *lint.Pass, next *inventory.Inventory, c *inventory.Claim) *lint.Report {
	r := &lint.Report{Object: c.Object, Path: manifest.Path{"metadata", "name"}, Breaks: []string{upgradeAnyHelm}}
	stays := keptByUpgrade(p.Rehearsal, c.Object) || c.Template && !deletesClaims(c.Object)
	mounting, without := usersLeft(p, next, c)
	switch {
	case mounting != nil && stays, mounting == nil && without == nil && stays:
		return nil
	case mounting != nil:
		r.Message = fmt.Sprintf("the new version of %s mounts the claim and the release no longer has it: the upgrade deletes it, and its data", mounting)
	case without != nil && stays:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("the new version has %s do without %s: it starts empty, and what was there stays behind, out of use", without, called(c))
		return r
	case without != nil:
		r.Message = fmt.Sprintf("the new version has %s do without %s: the upgrade deletes it, and its data", without, called(c))
	default:
		r.Severity = lint.Info
		r.Message = "the new version has no use for the claim: the upgrade deletes it, and its data"
		return r
	}
	if !c.Template {
		r.Commands = []string{
			"# the claim stays when the live object says so, out of the release",
			kubectl(p, "annotate", c.Object, manifest.ResourcePolicyAnnotation+"=keep"),
		}
	}
	return r
}

// usersLeft looks in the new version for a workload that mounts a claim under
// its old name, and for one that takes the place of those that did and does
// not.
func usersLeft(p *lint.Pass, next *inventory.Inventory, c *inventory.Claim) (mounting, without *manifest.Object) {
	users := p.MountedBy(c)
	for _, w := range next.Workloads {
		switch {
		case w.Object.Hook != nil || !w.RunsForever():
		case stillMounts(w, c) && next.Namespace(w.Object) == p.Namespace(c.Object):
			mounting = w.Object
		case w.Object.ID == c.Object.ID: // a StatefulSet without the template, which is refused
		case slices.ContainsFunc(users, func(u *inventory.Workload) bool { return u.Object.ID == w.Object.ID }),
			!has(p.Inventory, w) && servesSame(users, w):
			if without == nil || likeness(users, w.Object) >= likeness(users, without) {
				without = w.Object
			}
		}
	}
	return mounting, without
}

// likeness is how much of the end of its name, where the part of an application
// stands, a workload has in common with one of the others.
func likeness(users []*inventory.Workload, o *manifest.Object) int {
	most := 0
	for _, u := range users {
		n := 0
		for n < min(len(u.Object.Name), len(o.Name)) && u.Object.Name[len(u.Object.Name)-1-n] == o.Name[len(o.Name)-1-n] {
			n++
		}
		most = max(most, n)
	}
	return most
}

func has(inv *inventory.Inventory, w *inventory.Workload) bool {
	return slices.ContainsFunc(inv.Workloads, func(o *inventory.Workload) bool { return o.Object.ID == w.Object.ID })
}

// called is how a message names a claim, or those of a StatefulSet.
func called(c *inventory.Claim) string {
	if c.Template {
		return fmt.Sprintf("the claims %s0 … of %s", c.Name, c.Object)
	}
	return c.Object.String()
}

func stillMounts(w *inventory.Workload, c *inventory.Claim) bool {
	return slices.ContainsFunc(w.Volumes, func(v *inventory.Volume) bool { return !v.Template && v.Claim != "" && c.Provides(v.Claim) })
}

// keptByUpgrade reports whether the upgrade leaves a claim of the release where
// it is.
func keptByUpgrade(reh *lifecycle.Rehearsal, o *manifest.Object) bool {
	return slices.ContainsFunc(reh.Plays[0].Of(lifecycle.Upgrade), func(e lifecycle.Event) bool { return e.Object == o && e.Action == lifecycle.Kept })
}
