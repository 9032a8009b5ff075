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
	// Filter returns the rewrite of one object. It must change nothing the
	// second time. It is nil where every finding brings a Rewrite of its own.
	Filter func(o *manifest.Object, options FixOptions) yaml.Filter
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
	// Why tells a person who has never met the hazard what happens.
	Why string
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

// Incident is a public report of a hazard.
type Incident struct {
	// Ref is owner/repository#number.
	Ref string `json:"ref"`
	// What happened, in a few words.
	What string `json:"what"`
}
