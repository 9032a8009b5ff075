package rules

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// HookBlocksRetry finds hooks that a failure leaves behind, in the way of the
// next try.
var HookBlocksRetry = &lint.Rule{
	Name:     "hook-blocks-retry",
	Step:     lint.StepUpgrade,
	Severity: lint.Warning,
	Title:    "a hook is left behind when it fails, and the next try finds it in the way",
	Check:    checkHookBlocksRetry,
	Fix: &lint.Fix{
		Safety: lint.OnRequest,
		Title:  "delete the old hook before the new one is created",
		Filter: func(o *manifest.Object, _ lint.FixOptions) yaml.Filter { return deleteBeforeCreation(o) },
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "`pre-upgrade hooks failed: … already exists`"},
			{Where: lint.AtInstall, What: "`failed pre-install: … already exists`"},
		},
		Why: "A hook, such as a migration Job, fails once and is left behind. One mends the cause and runs `helm upgrade` again, and Helm 3 gives up at once: " +
			"`jobs.batch \"db-migrate\" already exists`. Somebody with access to the cluster has to delete the Job by hand, often at night.\n\n" +
			"Helm creates a hook each time its event comes, under the same name. By default it first deletes the one of the time before (`before-hook-creation`). " +
			"Writing another policy, such as `hook-succeeded`, turns that off, and then only a hook that has succeeded is deleted. Helm 4 finds the old Job as " +
			"well: the same one is taken as failed without a new run, and one with another image is refused, since a Job's pods cannot change.",
		Before: `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: hook-succeeded
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: app:1.4
        args: [migrate]
`,
		After: `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: migrate
        image: app:1.4
        args: [migrate]
`,
		Remedy: "`before-hook-creation`, beside the other policy, removes what is left of the time before.",
		Blind: "Hooks that run for `helm test` or at an uninstall alone, and Jobs with `ttlSecondsAfterFinished`, which go by themselves. On manifests alone a name that ends in a number, " +
			"or in letters and figures mixed, is taken to be new each time.",
		FixSafety: "Safe for what runs and ends, such as a Job, or is written the same each time: Helm then deletes the old object, with its logs, whenever the hook " +
			"runs. Claims, StatefulSets and Secrets are left to their author, because that would delete what is in them.",
		Incidents: []lint.Incident{
			{Ref: "spiffe/helm-charts#197", What: "what a failed hook left behind fails each later upgrade; the users' pipelines delete it first"},
			{Ref: "lightdash/helm-charts#141", What: "an upgrade was interrupted; three weeks later the next one fails on a hook that it left"},
			{Ref: "portworx/helm#16", What: "an install with a wrong address fails, and the retry finds the old Job in its way"},
		},
	},
}

func checkHookBlocksRetry(p *lint.Pass) {
	var helpers []*manifest.Object
	failing := slices.DeleteFunc(slices.Clone(p.Objects), func(o *manifest.Object) bool { return !canFail(o) })
	for _, o := range p.Objects {
		if !runsAgain(o) || isDefinition(o) || o.Hook.DeletedBy("before-hook-creation") || o.Has("spec", "ttlSecondsAfterFinished") || namedAnew(p, o) || o.Name == "" {
			continue
		}
		succeeded, failed := o.Hook.DeletedBy("hook-succeeded"), o.Hook.DeletedBy("hook-failed")
		switch {
		case succeeded && failed || p.Rehearsal != nil && madeOnce(p, o):
		case !succeeded:
			p.Report(blocks(o, fmt.Sprintf("this hook stays when it has run (%s): %s", policiesText(o), fateOfNext(o))))
		case canFail(o):
			p.Report(blocks(o, "this hook stays when it has failed (it is only deleted by hook-succeeded): "+fateOfNext(o)))
		case slices.ContainsFunc(failing, func(other *manifest.Object) bool { return other.Hook.On(o.Hook.Events...) }):
			helpers = append(helpers, o)
		}
	}
	for _, fixable := range []bool{true, false} { // apart, since a fix mends all objects of a finding or none
		group := slices.DeleteFunc(slices.Clone(helpers), func(o *manifest.Object) bool { return mendable(o) != fixable })
		if len(group) > 0 {
			p.Report(helpersReport(group))
		}
	}
}

// runsAgain reports whether an object is a hook of an event that comes again
// when one tries again.
func runsAgain(o *manifest.Object) bool {
	return o.Hook.On("pre-install", "post-install", "pre-upgrade", "post-upgrade", "pre-rollback", "post-rollback")
}

// canFail reports whether Helm waits for the hook to end well (helm v3.22.0,
// pkg/kube/client.go, watchUntilReady).
func canFail(o *manifest.Object) bool {
	return o.Hook != nil && (o.Kind == "Job" && o.Group() == "batch" || o.Kind == "Pod" && o.Group() == "")
}

// madeUp is how a name looks that was new in this rendering: one that ends in
// the revision or in random letters.
var madeUp = lazy.Pattern(`\d$|-[a-z]*\d[a-z0-9]*$`)

// namedAnew reports whether the hook has another name at the next try.
func namedAnew(p *lint.Pass, o *manifest.Object) bool {
	r := p.Rehearsal
	if r == nil {
		return madeUp().MatchString(o.Name)
	}
	return slices.ContainsFunc([]*lifecycle.Rendering{r.Repeat, r.Upgrade}, func(rendering *lifecycle.Rendering) bool {
		other := r.In(rendering, o)
		return other != nil && other.Name != o.Name
	})
}

var hookDeletePolicy = manifest.Path{"metadata", "annotations", manifest.HookDeletePolicyAnnotation}

func blocks(o *manifest.Object, message string) lint.Report {
	return lint.Report{
		Object:     o,
		Path:       hookDeletePolicy,
		Message:    message,
		NotFixable: !mendable(o),
	}
}

// fateOfNext says what becomes of the next hook of that name.
func fateOfNext(o *manifest.Object) string {
	next := "the next " + strings.Join(commands(o), " or ") + " finds it in the way and is refused by Helm 3 (already exists)"
	if canFail(o) {
		next += "; Helm 4 does not run it again"
	}
	return next
}

// commands are those at which the hook runs.
func commands(o *manifest.Object) []string {
	var out []string
	for _, command := range []string{"install", "upgrade", "rollback"} {
		if o.Hook.On("pre-"+command, "post-"+command) {
			out = append(out, command)
		}
	}
	return out
}

func policiesText(o *manifest.Object) string {
	if text := o.Annotation(manifest.HookDeletePolicyAnnotation); strings.TrimSpace(text) != "" {
		return fmt.Sprintf("its delete policy is %q", text)
	}
	return "its delete policy is empty"
}

func helpersReport(helpers []*manifest.Object) lint.Report {
	subject := "this hook is"
	if len(helpers) > 1 {
		subject = enumerateObjects(helpers) + " are"
	}
	r := blocks(helpers[0], fmt.Sprintf("%s only deleted by hook-succeeded: when a hook after it fails, Helm before 3.19, or one that is stopped, leaves it behind, and the next try finds it in the way", subject))
	r.Severity = lint.Info
	r.Related, r.FixRelated = helpers[1:], true
	return r
}

// mendable reports whether nothing is lost when Helm deletes the hook of the
// time before.
func mendable(o *manifest.Object) bool { return !holdsData(o) && !inList(o) }

// deleteBeforeCreation adds before-hook-creation to the policies of a hook.
func deleteBeforeCreation(o *manifest.Object) yaml.Filter {
	policies := "before-hook-creation"
	if text := strings.TrimSpace(o.Annotation(manifest.HookDeletePolicyAnnotation)); text != "" {
		policies += "," + text
	}
	return setString(policies, lookupPath(hookDeletePolicy)...)
}
