package rules

import (
	"fmt"
	"slices"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// HookDeletesClaim finds data and credentials that Helm deletes because they
// are declared as hooks.
var HookDeletesClaim = &lint.Rule{
	Name:     "hook-deletes-claim",
	Step:     lint.StepUpgrade,
	Severity: lint.Error,
	Title:    "a claim, StatefulSet or generated Secret is a hook, which Helm deletes and makes anew",
	Check:    checkHookDeletesClaim,
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.InApplication, What: "it comes up empty after an upgrade that passed"},
			{Where: lint.AtUpgrade, What: "it hangs until its timeout, while a claim is `Terminating` (Helm 3)"},
			{Where: lint.InClaims, What: "a claim is `Terminating` after an upgrade that passed (Helm 4)"},
		},
		Why: "The chart declares a claim, a StatefulSet or a generated Secret as a hook, and Helm deletes a hook and makes it anew each time its event comes. At " +
			"the next upgrade, or the next install, the claim is gone with its data, and an empty one of the same name takes its place.\n\n" +
			"This is the default: `before-hook-creation` is in effect unless another delete policy is written. While a pod still uses the old claim the deletion " +
			"waits: Helm 3 hangs until its timeout, Helm 4 reports success; once the pod is gone, so is the data. `helm.sh/resource-policy: keep` does not protect " +
			"a hook. Charts come to this where a hook Job needs a claim, and the claim is made a hook too, to be there in time. A generated Secret is no better " +
			"off: each event makes new credentials, and the database still has the old ones.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		After: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 8Gi
`,
		Remedy: "The claim is an ordinary object of the release, and kept. A Job that needs it runs after the install, not before. On a live release Helm then finds a " +
			"claim that is not marked as its own and refuses the upgrade, once: `--take-ownership` lets it pass.",
		Blind: "Hooks whose delete policies name neither `before-hook-creation` nor `hook-succeeded`: Helm does not delete those, and the next install finds them in its way. " +
			"Whether a Secret's content is generated is known only for a chart, not for manifests alone. How bad it is " +
			"goes by who reads the Secret; certificates that the chart hands to the API server in the same rendering are left out.",
		Incidents: []lint.Incident{
			{Ref: "sentry-kubernetes/charts#1529", What: "a claim is made a hook so that a Job finds it in time; from then on each upgrade makes it anew"},
			{Ref: "elastic/helm-charts#1677", What: "the certificates of Elasticsearch are a hook, and new at every upgrade"},
			{Ref: "helm/helm#13627", What: "a chart writes a delete policy that does not exist, `never`, so that its hook claims live through the next install"},
		},
	},
}

func checkHookDeletesClaim(p *lint.Pass) {
	for _, c := range p.Claims {
		if !c.Template && deletedAsHook(p, c.Object) {
			p.Report(hookReport(c.Object, claimSeverity(p, c), claimMessage(p, c)))
		}
	}
	for _, o := range p.Objects {
		if !deletedAsHook(p, o) {
			continue
		}
		switch o.Group() + "/" + o.Kind {
		case "apps/StatefulSet":
			p.Report(hookReport(o, lint.Error, setMessage(p, o)))
		case "/Secret":
			checkHookSecret(p, o)
		}
	}
}

func hookReport(o *manifest.Object, severity lint.Severity, message string) lint.Report {
	if o.HasAnnotation(manifest.ResourcePolicyAnnotation) {
		message += "; helm.sh/resource-policy does not protect a hook"
	}
	return lint.Report{
		Severity: severity,
		Object:   o,
		Path:     manifest.Path{"metadata", "annotations", manifest.HookAnnotation},
		Message:  message,
	}
}

func deletedAsHook(p *lint.Pass, o *manifest.Object) bool {
	return o.Hook != nil && remade(o.Hook) && len(occasions(p, o)) > 0 && !spared(p, o)
}

// spared reports whether the chart leaves the hook out for as long as lookup
// finds it, so that Helm has nothing to make anew.
func spared(p *lint.Pass, o *manifest.Object) bool {
	return leftOutOfUpgrades(p, o) && looksItselfUp(p.Rehearsal, o) && !o.Hook.DeletedBy("hook-succeeded")
}

func leftOutOfUpgrades(p *lint.Pass, o *manifest.Object) bool {
	return p.Rehearsal != nil && p.Rehearsal.Upgraded(o) == nil
}

// claimSeverity is milder for the hooks' own scratch space.
func claimSeverity(p *lint.Pass, c *inventory.Claim) lint.Severity {
	users := p.MountedBy(c)
	if len(users) == 0 || slices.ContainsFunc(users, func(w *inventory.Workload) bool { return w.Object.Hook == nil }) {
		return lint.Error
	}
	return lint.Warning
}

func claimMessage(p *lint.Pass, c *inventory.Claim) string {
	data := "the data on it"
	if users := p.MountedBy(c); len(users) > 0 {
		data = fmt.Sprintf("the data that %s keeps on it", users[0].Object.ID)
	}
	return fmt.Sprintf("Helm deletes this claim and %s %s", data, hookDeletion(p, c.Object, "a new, empty one"))
}

func setMessage(p *lint.Pass, set *manifest.Object) string {
	message := "Helm deletes this StatefulSet, and so stops all of its pods at once, " + hookDeletion(p, set, "a new one")
	if deletesClaims(set) {
		message += "; its claims, and the data on them, go with it"
	}
	return message
}

// hookDeletion says when Helm deletes a hook, and what it makes in its place.
func hookDeletion(p *lint.Pass, o *manifest.Object, successor string) string {
	if o.Hook.DeletedBy("hook-succeeded") {
		return "as soon as the hooks of " + enumerate(o.Hook.Events) + " have run"
	}
	return "at " + enumerate(occasions(p, o)) + ", and makes " + successor
}

// occasions are the commands at which Helm finds the hook of the time before.
// Uninstall leaves hooks alone, so that the next install meets them. Tests do not
// count: who makes data for them makes it anew on purpose.
func occasions(p *lint.Pass, o *manifest.Object) []string {
	var out []string
	if o.Hook.On("pre-upgrade", "post-upgrade") && !leftOutOfUpgrades(p, o) {
		out = append(out, "every upgrade")
	}
	if o.Hook.On("pre-rollback", "post-rollback") {
		out = append(out, "every rollback")
	}
	if o.Hook.On("pre-install", "post-install") {
		out = append(out, "the next install (uninstall leaves hooks behind)")
	}
	if o.Hook.On("pre-delete", "post-delete") {
		out = append(out, "the next uninstall")
	}
	return out
}

// checkHookSecret judges a Secret by what is in it: one that holds the same each
// time is made anew unharmed. One that goes once the hooks have run can be read
// by nothing but them.
func checkHookSecret(p *lint.Pass, o *manifest.Object) {
	if p.Rehearsal == nil || o.Hook.DeletedBy("hook-succeeded") || !randomSecret(p.Rehearsal, o) {
		return
	}
	var r lint.Report
	survivor := slices.IndexFunc(p.Claims, outlivesRelease)
	switch {
	case o.Hook.On("pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback") && changesOnUpgrade(p.Rehearsal, o):
		list := generated(p.Rehearsal, o)
		if keyPairsOnly(list) && (keepsIssuer(o, list) || issuedForTheAPIServer(p, list)) {
			return
		}
		r = hookReport(o, lint.Info, "new credentials each time: Helm deletes this Secret "+hookDeletion(p, o, "one with other random content"))
		if h := harmOf(p, o, list); h != nil {
			r.Severity = h.severity
			r.Related = h.readers
			r.Message += ", " + h.consequence
		}
	case o.Hook.On("pre-install", "post-install") && survivor >= 0 && !looksItselfUp(p.Rehearsal, o):
		r = hookReport(o, lint.Warning, fmt.Sprintf("the next install makes new credentials in place of this Secret, "+
			"and meets the data of %s, which outlives the release with the old ones", p.Claims[survivor].Object.ID))
	default:
		return
	}
	r.Derives = []string{"random"}
	p.Report(r)
}
