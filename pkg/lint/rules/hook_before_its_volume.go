package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// HookBeforeItsVolume finds hooks whose pods need what Helm creates only after
// them.
var HookBeforeItsVolume = &lint.Rule{
	Name:        "hook-before-its-volume",
	Step:        lint.StepInstall,
	Severity:    lint.Error,
	Title:       "a hook's pod needs a claim, Secret, ConfigMap or ServiceAccount that is created only after it",
	TwoVersions: true,
	Check:       checkHookBeforeItsVolume,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtInstall, What: "it hangs for five minutes in a `pre-install` hook, then `timed out waiting for the condition` (Helm 3) or `context deadline exceeded` (Helm 4)"},
			{Where: lint.AtUpgrade, What: "it hangs for five minutes in a `pre-upgrade` hook, then `timed out waiting for the condition` (Helm 3) or `context deadline exceeded` (Helm 4)"},
			{Where: lint.InPods, What: "a hook's pod stays in `ContainerCreating` or `CreateContainerConfigError`"},
			{Where: lint.InPods, What: "no pod appears for a Job: `error looking up service account …`"},
		},
		Why: "A Job that runs before the install needs an object that Helm creates only after it: a claim, a Secret, a ConfigMap or a ServiceAccount. The Job waits " +
			"for the object, Helm waits for the Job, and after five minutes (`--timeout`) the install has failed, for everybody who tries it.\n\n" +
			"Helm runs `pre-install` and `pre-upgrade` hooks to their end before it creates anything else of the release. Among hooks the order is weight, then " +
			"*name* (although Helm's documentation puts the kind in between): a Job `app-migrate` comes before a ServiceAccount `app-sa` of the same weight. The " +
			"roles that a hook acts by, and the network policy that lets it out, are needed as early.\n\n" +
			"An upgrade hides the fault, because the objects are there from the revision before, until a version brings a new one. Then all who upgrade are stuck.",
		Before: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-database
stringData:
  url: postgres://app@postgres.example.com/app
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: app:1.4
        envFrom:
        - secretRef: {name: {{ .Release.Name }}-database}
`,
		After: `apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}-database
stringData:
  url: postgres://app@postgres.example.com/app
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: post-install,pre-upgrade
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: app:1.4
        envFrom:
        - secretRef: {name: {{ .Release.Name }}-database}
`,
		Remedy: "The Job runs after the install, when its Secret is there, and before each upgrade; `post-install,post-upgrade` serves as well. A ServiceAccount, its " +
			"roles or a ConfigMap can also become hooks of the same events with a lower weight. A claim, or a Secret that is generated, must not: Helm deletes " +
			"hooks and makes them anew (`hook-deletes-claim`).",
		Blind: "What a hook's program asks for over the network, such as a database of the same release; objects that another hook, an operator or a person creates; pull secrets; hooks of `helm test`. " +
			"On manifests alone it is not known whether the release is new, so that the finding is a warning there.",
		Incidents: []lint.Incident{
			{Ref: "elastic/helm-charts#1756", What: "Kibana's pre-install Job comes before the ConfigMap of its scripts, unless the release's name is early in the alphabet"},
			{Ref: "prometheus-community/helm-charts#3718", What: "the network policy of a pre-install Job is a post-install hook"},
			{Ref: "airbytehq/airbyte#10336", What: "the pre-install bootloader runs as a ServiceAccount that does not exist yet"},
			{Ref: "sapcc/helm-charts#11920", What: "a pre-upgrade migration uses a ServiceAccount that is new in that version: 71 tries in 67 minutes"},
			{Ref: "temporalio/helm-charts#432", What: "a ServiceAccount that the values turn on is missing in pre-upgrade hooks"},
			{Ref: "helm/helm#10768", What: "a Job waits for a ServiceAccount whose name comes later in the alphabet: hooks of one weight run by name"},
		},
	},
}

func checkHookBeforeItsVolume(p *lint.Pass) {
	if !anyHooks(p) {
		return
	}
	j := &hookJudge{p: p, seen: map[string]bool{}, alike: map[string][]*hookFault{}}
	install := p.Inventory
	start := scene{}
	if r := p.Rehearsal; r != nil && r.TwoVersions {
		start.install(install, nil)
		j.upgrade(start, install, inventoryOf(p, r.Upgrade), "in the new version")
	} else {
		start.install(install, j.at("install", install, ""))
		j.upgrade(start, install, install, "")
		if r != nil {
			j.upgrade(start, install, inventoryOf(p, r.Upgrade), "in the next revision")
			j.upgrade(start, install, inventoryOf(p, r.NextVersion), "with the next version")
		}
		start.rollback(install, j.at("rollback", install, ""))
		start.uninstall(install, j.at("uninstall", install, ""))
	}
	for _, f := range j.faults {
		p.Report(f.report(p))
	}
}

// anyHooks reports whether any rendering of the release has hooks that make pods.
func anyHooks(p *lint.Pass) bool {
	inventories := []*inventory.Inventory{p.Inventory}
	if p.Rehearsal != nil {
		inventories = append(inventories, inventoryOf(p, p.Rehearsal.Upgrade))
	}
	return slices.ContainsFunc(inventories, func(inv *inventory.Inventory) bool {
		return slices.ContainsFunc(inv.Workloads, func(w *inventory.Workload) bool { return w.Object.Hook != nil })
	})
}

// inventoryOf is the inventory of another rendering of the release, that of the
// first where it was not needed.
func inventoryOf(p *lint.Pass, r *lifecycle.Rendering) *inventory.Inventory {
	if r == nil || r == p.Rehearsal.Install {
		return p.Inventory
	}
	return inventory.New(p.Release, r.Stream.Objects())
}

// hookJudge looks at each hook as Helm comes to it.
type hookJudge struct {
	p      *lint.Pass
	faults []*hookFault
	seen   map[string]bool
	// alike are the faults that lack the same, by what they lack.
	alike map[string][]*hookFault
}

// watch is called ahead of each hook of an event.
type watch func(s scene, event string) func(hook *manifest.Object)

func (w watch) on(s scene, event string) func(hook *manifest.Object) {
	if w == nil {
		return nil
	}
	return w(s, event)
}

func (s scene) install(inv *inventory.Inventory, w watch) {
	s.run(inv, "pre-install", w.on(s, "pre-install"))
	s.apply(nil, inv)
	s.run(inv, "post-install", w.on(s, "post-install"))
}

func (j *hookJudge) upgrade(start scene, old, next *inventory.Inventory, novelty string) {
	s, w := maps.Clone(start), j.at("upgrade", next, novelty)
	s.run(next, "pre-upgrade", w.on(s, "pre-upgrade"))
	s.apply(old, next)
	s.run(next, "post-upgrade", w.on(s, "post-upgrade"))
}

func (s scene) rollback(inv *inventory.Inventory, w watch) {
	s = maps.Clone(s)
	s.run(inv, "pre-rollback", w.on(s, "pre-rollback"))
	s.run(inv, "post-rollback", w.on(s, "post-rollback"))
}

func (s scene) uninstall(inv *inventory.Inventory, w watch) {
	s = maps.Clone(s)
	s.run(inv, "pre-delete", w.on(s, "pre-delete"))
	s.apply(inv, nil)
	s.run(inv, "post-delete", w.on(s, "post-delete"))
}

// hookFault is a hook, or several, that come before something they need.
type hookFault struct {
	kind                    faultKind
	command, event, novelty string
	// also are further commands that fail for the same cause.
	also []string
	// release is the release's name where it is for that name that what is
	// missing comes after the hook.
	release string
	hooks   []*manifest.Object
	path    manifest.Path
	missing []*manifest.Object
}

type faultKind int

const (
	// lacks: a pod does not start without what is missing.
	lacks faultKind = iota
	// leftover: what is needed is there from an install long ago, and from
	// nothing else.
	leftover
	// byChance: what is needed is there because of the release's name.
	byChance
	// rights: the pod starts, and may do nothing.
	rights
	// policy: the pod starts, and may reach nothing.
	policy
)

// at watches the hooks of a command. novelty says when the objects of inv came
// to be what they are.
func (j *hookJudge) at(command string, inv *inventory.Inventory, novelty string) watch {
	all := whole(inv)
	other := *j.p
	other.Inventory = inv
	pass := &other
	return func(s scene, event string) func(hook *manifest.Object) {
		return func(hook *manifest.Object) {
			w := inv.WorkloadOf(hook)
			if w == nil || hook.Kind == "CronJob" || suspended(hook) {
				return
			}
			home := inv.Namespace(hook)
			faults := make([]*hookFault, policy+1)
			for kind := range faults {
				faults[kind] = &hookFault{kind: faultKind(kind), command: command, event: event, novelty: novelty, hooks: []*manifest.Object{hook}}
			}
			for _, n := range needsOf(w) {
				provider := all.find(n, home)
				switch there := s.find(n, home); {
				case provider == nil || provider.Hook.IsTest():
				case there == nil:
					faults[lacks].add(n.path, provider)
					if provider.Hook.On(event) && j.orderedByRelease(provider, hook) {
						faults[lacks].release = j.p.Release.Name
					}
				case command == "upgrade" && n.kind == "ServiceAccount" && installedOnly(there):
					faults[leftover].add(n.path, there)
				case waitedFor(hook) && there.Hook.On(event) && j.orderedByRelease(there, hook):
					faults[byChance].add(n.path, there)
				}
			}
			if waitedFor(hook) {
				faults[rights].add(w.Template.Append("spec", "serviceAccountName"), lateRights(pass, s, all, w)...)
				faults[policy].add(w.Template.Append("metadata", "labels"), latePolicies(pass, s, w)...)
			}
			for _, f := range faults {
				j.record(f)
			}
		}
	}
}

// orderedByRelease reports whether two hooks of one weight come in their order
// because one of their names starts with the release's, and the other does not.
func (j *hookJudge) orderedByRelease(first, second *manifest.Object) bool {
	release := j.p.Release.Name
	return release != "" && first.Hook.Weight == second.Hook.Weight && strings.HasPrefix(first.Name, release) != strings.HasPrefix(second.Name, release)
}

// installedOnly reports whether an object is a hook that upgrades do not run.
func installedOnly(o *manifest.Object) bool {
	return o.Hook.On("pre-install") && !o.Hook.On("pre-upgrade", "post-upgrade")
}

func (f *hookFault) add(path manifest.Path, providers ...*manifest.Object) {
	for _, o := range providers {
		if f.path == nil {
			f.path = path
		}
		if !slices.Contains(f.missing, o) {
			f.missing = append(f.missing, o)
		}
	}
}

// record keeps a fault, unless the same hook has been found at fault before.
// Hooks that lack the same at one event are one fault.
func (j *hookJudge) record(f *hookFault) {
	if len(f.missing) == 0 {
		return
	}
	missing := strings.Join(namesOf(f.missing), " ")
	hook := f.hooks[0].ID.String() + " " + f.path.String()
	if j.seen[hook] {
		return
	}
	j.seen[hook] = true
	for _, other := range j.alike[missing] {
		if other.sameOrder(f) && other.kind == f.kind && waitedFor(other.hooks[0]) == waitedFor(f.hooks[0]) {
			other.hooks = append(other.hooks, f.hooks[0])
			if f.command != other.command && !slices.Contains(other.also, f.command) {
				other.also = append(other.also, f.command)
			}
			return
		}
	}
	j.faults, j.alike[missing] = append(j.faults, f), append(j.alike[missing], f)
}

// sameOrder reports whether two faults are of one event, or what is missing is
// a hook of both events and comes too late for the same reason.
func (f *hookFault) sameOrder(other *hookFault) bool {
	return f.event == other.event || f.missing[0].Hook.On(f.event) && f.missing[0].Hook.On(other.event) && f.later() == other.later()
}

// waitedFor reports whether Helm waits for a hook before it goes on.
func waitedFor(o *manifest.Object) bool { return canFail(o) }

func (f *hookFault) report(p *lint.Pass) lint.Report {
	hook := f.hooks[0]
	r := lint.Report{
		Object:  hook,
		Path:    f.path,
		Related: slices.Concat(f.hooks[1:], f.missing),
	}
	subject := "the hook needs " + enumerateObjects(f.missing)
	switch {
	case f.kind == rights:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("the hook's ServiceAccount has no rights without %s, %s", enumerateObjects(f.missing), f.later())
	case f.kind == policy:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("%s is made for the hook's pods, %s: where traffic is denied by default they reach nothing", enumerateObjects(f.missing), f.later())
	case f.kind == byChance:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("%s, a hook of the same weight that comes before it by the release's name %q: hooks of one weight go by name, so that a release of another name fails", subject, p.Release.Name)
	case f.kind == leftover:
		r.Severity = lint.Warning
		r.Message = fmt.Sprintf("%s, a hook of the install alone: an upgrade that brings both, from an earlier version or by a switch in the values, does not create it, and fails", subject)
	case !waitedFor(hook):
		r.Severity = lint.Info
		r.Message = fmt.Sprintf("%s, %s; until then its pods do not start", subject, f.later())
	default:
		r.Message = fmt.Sprintf("%s, %s: its pod never starts, and helm %s fails when its time is up", subject, f.later(), f.command)
		if len(f.also) > 0 {
			r.Message += fmt.Sprintf(" (so does helm %s)", enumerate(f.also))
		}
		r.Breaks = append([]string{f.command}, f.also...)
		if p.Rehearsal == nil {
			r.Severity = lint.Warning
		}
	}
	return r
}

// later says when what is missing comes, or came.
func (f *hookFault) later() string {
	first, hook := f.missing[0], f.hooks[0]
	it := "it"
	if len(f.missing) > 1 {
		it = "them"
	}
	switch {
	case f.event == "post-delete" && !first.Hook.On(f.event):
		return "which helm uninstall has deleted by then"
	case first.Hook.On(f.event) && first.Hook.Weight > hook.Hook.Weight:
		return fmt.Sprintf("which Helm creates only afterwards (its weight is %d, this hook's %d)", first.Hook.Weight, hook.Hook.Weight)
	case first.Hook.On(f.event) && f.release != "":
		return fmt.Sprintf("which Helm creates only afterwards (hooks of one weight, here %d, go by name, here by the release's, %q)", hook.Hook.Weight, f.release)
	case first.Hook.On(f.event):
		return fmt.Sprintf("which Helm creates only afterwards (hooks of one weight, here %d, go by name)", hook.Hook.Weight)
	case first.Hook != nil && f.command == "upgrade" && !first.Hook.On("post-upgrade"):
		return fmt.Sprintf("and Helm deletes %s after the install (hook-succeeded) and does not create %s at an upgrade", it, it)
	case first.Hook.On(strings.Replace(f.event, "post-", "pre-", 1)):
		return fmt.Sprintf("and Helm has deleted %s by then (hook-succeeded)", it)
	case first.Hook != nil:
		return fmt.Sprintf("and Helm creates %s at %s", it, strings.Join(first.Hook.Events, ", "))
	case f.novelty != "":
		return fmt.Sprintf("new %s, and Helm creates %s only after the %s hooks", f.novelty, it, f.event)
	}
	return fmt.Sprintf("and Helm creates %s only after the %s hooks", it, f.event)
}
