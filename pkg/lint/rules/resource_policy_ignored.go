package rules

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// ResourcePolicyIgnored finds resource policies that do not do what they say.
var ResourcePolicyIgnored = &lint.Rule{
	Name:     "resource-policy-ignored",
	Step:     lint.StepUninstall,
	Severity: lint.Error,
	Title:    "a helm.sh/resource-policy has no effect, or another one than it seems to",
	Check:    checkResourcePolicyIgnored,
	Fix: &lint.Fix{
		Safety: lint.Safe,
		Title:  "spell the policy as keep, where only the spelling is wrong",
		Filter: func(*manifest.Object, lint.FixOptions) yaml.Filter { return keepFilter(false) },
	},
	Doc: lint.Doc{
		Symptoms: []lint.Symptom{
			{Where: lint.AtUpgrade, What: "it deletes an object that is annotated to be kept"},
			{Where: lint.AtUninstall, What: "it leaves an object behind, or deletes one, against its annotation"},
		},
		Why: "An annotation `helm.sh/resource-policy` does not do what it says: an object that was to be kept is deleted with its data, or one that was to go stays " +
			"behind unnoticed.\n\n" +
			"Helm knows one policy, `keep`, and reads it in two ways. `helm uninstall` reads the release's manifest and forgives capitals and spaces. An upgrade " +
			"or a rollback that no longer renders the object reads the live object, and only the exact word counts: a claim marked `Keep` survives every " +
			"uninstall, and is deleted by the first upgrade that leaves it out. With any other word (`delete`, `retain`, nothing at all) uninstall neither keeps " +
			"the object nor deletes it.\n\n" +
			"In some places the annotation is never read: on a hook (although Helm's documentation says so), on the items of a List, in a claim template, or " +
			"written as a label.",
		Before: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .Release.Name }}-data
  annotations:
    helm.sh/resource-policy: Keep
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
		Remedy: "The word is `keep`, in small letters.",
		Blind:  "A policy on the List itself, which Helm 3 does honour at uninstall, and annotations that were only put on the live object.",
		FixSafety: "Always safe: only capitals and spaces change, and uninstall did keep the object before. Every other finding is left to the author, since nobody can " +
			"know what an unknown word was to mean.",
		Incidents: []lint.Incident{
			{Ref: "helm/helm#5137", What: "`resource-policy: delete` in a claim template, and the claims stay"},
		},
	},
}

func checkResourcePolicyIgnored(p *lint.Pass) {
	for _, o := range p.Objects {
		if r := ignoredPolicy(o); r != nil {
			p.Report(*r)
		}
	}
	for _, c := range p.Claims {
		if _, stated := manifest.Lookup(c.Fields, "metadata", "annotations", manifest.ResourcePolicyAnnotation); stated && c.Template {
			p.Report(policyInTemplate(c))
		}
	}
}

// ignoredPolicy returns what is wrong with the policy of an object, or nil.
func ignoredPolicy(o *manifest.Object) *lint.Report {
	value, stated := manifest.Lookup(o.Fields, "metadata", "annotations", manifest.ResourcePolicyAnnotation)
	policy, isString := value.(string)
	switch {
	case !stated:
		return policyAsLabel(o)
	case value != nil && !isString:
		return nil // the API server refuses the object
	case o.Hook != nil:
		return policyOnHook(o)
	case inList(o):
		return policyReport(o, weightOf(o), fmt.Sprintf("helm uninstall deletes this object in spite of its policy %q: Helm 3 looks for policies on the List itself, "+
			"not on its items (Helm 4 takes Lists apart only when a post-renderer runs)", policy))
	case !honouredByUninstall(policy):
		return policyReport(o, weightOf(o), fmt.Sprintf("Helm knows no policy %q: helm uninstall neither keeps this object knowingly nor deletes it, so that it stays behind unnoticed, "+
			"and an upgrade that leaves it out deletes it", policy))
	case policy != "keep":
		r := policyReport(o, weightOf(o), fmt.Sprintf("helm uninstall reads %q as keep, but an upgrade or rollback that leaves this object out does not, and deletes it", policy))
		r.NotFixable = false
		return r
	}
	return nil
}

func policyReport(o *manifest.Object, severity lint.Severity, message string) *lint.Report {
	return &lint.Report{
		Severity:   severity,
		Object:     o,
		Path:       manifest.Path{"metadata", "annotations", manifest.ResourcePolicyAnnotation},
		Message:    message,
		NotFixable: true,
	}
}

// weightOf says how bad it is to lose an object that was to be kept.
func weightOf(o *manifest.Object) lint.Severity {
	if holdsData(o) || !manifest.BuiltIn(o.Group()) {
		return lint.Error
	}
	return lint.Warning
}

func policyAsLabel(o *manifest.Object) *lint.Report {
	path := manifest.Path{"metadata", "labels", manifest.ResourcePolicyAnnotation}
	if _, stated := manifest.Lookup(o.Fields, path...); !stated || o.Hook != nil {
		return nil
	}
	r := policyReport(o, weightOf(o), "helm uninstall deletes this object: Helm reads the policy from metadata.annotations, and this one is a label")
	r.Path = path
	return r
}

// policyOnHook judges a policy on a hook by what Helm does to the hook: it goes
// by the hook's delete policies alone, and never deletes a definition (helm
// v3.22.0, pkg/action/hooks.go, deleteHookByPolicy). A hook that nothing deletes
// is kept, if for another reason.
func policyOnHook(o *manifest.Object) *lint.Report {
	if o.Hook.IsTest() || isDefinition(o) || !remade(o.Hook) {
		return nil
	}
	severity := lint.Warning
	if holdsData(o) {
		severity = lint.Error
	}
	return policyReport(o, severity, fmt.Sprintf("the policy does not protect a hook: Helm deletes it by its delete policy (%s)", enumerate(o.Hook.DeletePolicies)))
}

// policyInTemplate judges a policy in a claim template. The claims carry it, and
// nobody reads it: Helm does not know the claims, and their fate is for the
// StatefulSet controller to decide.
func policyInTemplate(c *inventory.Claim) lint.Report {
	r := lint.Report{
		Severity:   lint.Warning,
		Object:     c.Object,
		Path:       c.Path.Append("metadata", "annotations", manifest.ResourcePolicyAnnotation),
		Message:    "Helm does not know the claims made from this template and never reads their policy: spec." + retentionPolicy + " decides what becomes of them",
		NotFixable: true,
	}
	if deletesClaims(c.Object) {
		r.Severity = lint.Error
		r.Message += ", and it says Delete"
	}
	return r
}
