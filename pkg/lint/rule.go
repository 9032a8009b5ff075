package lint

import (
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Step is the step of a release's life at which a hazard bites.
type Step string

// The steps, in the order of a release's life.
const (
	StepInstall   Step = "install"
	StepRun       Step = "run"
	StepUpgrade   Step = "upgrade"
	StepUninstall Step = "uninstall"
	StepReinstall Step = "reinstall"
	StepRestore   Step = "restore"
	StepSibling   Step = "sibling"
)

// Rule finds one kind of hazard. Rules are values that never change; all that
// is known of a rule (its check, its fix, its documentation) stands in one
// file, named after the rule.
type Rule struct {
	// Name is kebab-case and the rule's only identifier.
	Name string
	Step Step
	// Severity is the highest that the rule reports.
	Severity Severity
	// Title says what the rule finds, in one line without a full stop.
	Title string
	// NeedsRehearsal says that the rule compares renderings, so that it has
	// nothing to say about a bare stream of manifests.
	NeedsRehearsal bool
	// TwoVersions says that the rule has something to say about an upgrade from
	// one version of a chart to another, be it alone or beside others.
	TwoVersions bool
	// InstallAlone says that the install is all that the rule looks at, of a
	// rehearsal too.
	InstallAlone bool
	// Check reports what it finds and changes nothing.
	Check func(*Pass)
	// Fix is nil where manifests cannot be mended.
	Fix *Fix
	Doc Doc
}

// Safety says when a fix is applied.
type Safety int

const (
	// Safe fixes are applied by the post-renderer unless it is told otherwise:
	// they change no field that is frozen on a live release.
	Safe Safety = iota + 1
	// OnRequest fixes are applied only when asked for by name.
	OnRequest
)

// String is safe or on request.
func (s Safety) String() string {
	if s == Safe {
		return "safe"
	}
	return "on request"
}

// OnlyTwoVersions reports whether the rule has nothing to say about a chart
// alone.
func (r *Rule) OnlyTwoVersions() bool { return r.Doc.Next != "" }

// Fix rewrites the objects of a finding.
type Fix struct {
	Safety Safety
	// Title says what the fix does, as an imperative.
	Title string
	// DeleteTitle says what it does instead where data is to go with its
	// release (RetentionDelete); empty where that makes no difference.
	DeleteTitle string
	// Filter returns the rewrite of one object. It must change nothing the
	// second time. It is nil where every finding brings a Rewrite of its own.
	Filter func(o *manifest.Object, options FixOptions) yaml.Filter
}

// Offer says what the fix would do.
func (f *Fix) Offer() string {
	if f.DeleteTitle == "" {
		return f.Title
	}
	return f.Title + " (or, with --retention delete: " + f.DeleteTitle + ")"
}

// Deed says what the fix has done, under the options it was applied with.
func (f *Fix) Deed(o FixOptions) string {
	if o.Retention == RetentionDelete && f.DeleteTitle != "" {
		return f.DeleteTitle
	}
	return f.Title
}

// Retention is what becomes of data when its release is uninstalled.
type Retention string

// The retentions.
const (
	RetentionKeep   Retention = "keep"
	RetentionDelete Retention = "delete"
)

// FixOptions are the choices a fix leaves to its user.
type FixOptions struct {
	// Retention is RetentionKeep unless set.
	Retention Retention
}

// Doc is what explain and docs/rules print. Texts are Markdown.
type Doc struct {
	// Symptoms are what a person meets before they know what the hazard is
	// called.
	Symptoms []Symptom
	// Why tells a person who has never met the hazard what happens, to whom, and
	// what it costs: the first two sentences say it all, the rest how it comes.
	Why string
	// Remedy says what After does otherwise and why that helps; and what else
	// helps.
	Remedy string
	// Before is a template that the rule reports; After is what becomes of it:
	// by the fix, byte for byte, where there is one, else by hand. The rule
	// has nothing to say about After.
	Before, After string
	// Next is, for a rule about two versions, the template of the new one: the
	// rule reports Before followed by Next, and not Before followed by After.
	Next string
	// Values is the values.yaml that goes with both, mostly empty.
	Values string
	// Blind says what the rule cannot see.
	Blind string
	// FixSafety says when the fix is safe; empty where there is no fix.
	FixSafety string
	// Incidents are public issues in which the hazard struck.
	Incidents []Incident
}

// Symptom is what a hazard looks like to a person who does not know its name.
type Symptom struct {
	Where Where `json:"where"`
	// What is seen, as Markdown without a full stop: the words of Helm or of the
	// cluster stand in backquotes.
	What string `json:"what"`
}

// Where is a place where people look when something is wrong.
type Where string

// The places, in the order in which a list of symptoms goes through them.
const (
	AtInstall     Where = "helm install"
	AtUpgrade     Where = "helm upgrade"
	AtRollback    Where = "helm rollback"
	AtUninstall   Where = "helm uninstall"
	InPods        Where = "pods"
	InClaims      Where = "claims"
	InApplication Where = "application"
)

// Places are all of them.
func Places() []Where {
	return []Where{AtInstall, AtUpgrade, AtRollback, AtUninstall, InPods, InClaims, InApplication}
}

// Incident is a public report of a hazard.
type Incident struct {
	// Ref is owner/repository#number.
	Ref string `json:"ref"`
	// What happened, in a few words.
	What string `json:"what"`
}
