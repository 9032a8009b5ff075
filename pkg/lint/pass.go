package lint

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Pass is what a rule sees of one release. Rules must not change it.
type Pass struct {
	// Inventory holds the release's objects, hooks included.
	*inventory.Inventory
	// Rehearsal is nil for a bare stream of manifests, whose release, values
	// and template are unknown.
	Rehearsal *lifecycle.Rehearsal
	// Probe says that the values are the tool's own, not the chart's nor the
	// user's.
	Probe bool
	// Given are the claims and the Secrets that the values bring.
	Given Given

	rule     *Rule
	findings *[]Finding
}

// Given tells of claims and Secrets that the values bring instead of the
// chart's own.
type Given struct {
	// Claims are their names, by the path of the value that takes each, such as
	// persistence.existingClaim.
	Claims map[string]string
	// Makes are the claims that the chart makes where it is not given one, by
	// the path of that value.
	Makes map[string]Made
	// Secrets are those of the chart's own that pods read although the values
	// bring others.
	Secrets []OwnSecret
}

// OwnSecret is a Secret that a chart makes where it is not given one.
type OwnSecret struct {
	// Path is that of the value by which it is given one, such as
	// auth.existingSecret; several are joined by "or".
	Path   string
	Secret manifest.ID
	// Source is the template that makes it.
	Source string
	// Made says that the chart makes it all the same.
	Made bool
}

// Made is a claim of the release: as inventory.Claim, its object and its name.
type Made struct {
	Object manifest.ID
	Name   string
}

// Report is a hazard as a rule states it; Run fills in the rest.
type Report struct {
	// Severity is the rule's own when 0.
	Severity Severity
	// Object is where the hazard is, Path the field, nil for the whole object.
	Object *manifest.Object
	Path   manifest.Path
	// Related are further objects of the same cause. FixRelated says that the
	// fix rewrites them too.
	Related    []*manifest.Object
	FixRelated bool
	Message    string
	Verdict    string
	// Elsewhere says where another version of Kubernetes answers otherwise.
	Elsewhere string
	Breaks    []string
	Derives   []string
	// Commands are what a person runs for the step to pass, with the comments of
	// a shell. None destroys data without a comment that says so.
	Commands []string
	// NotFixable withholds the rule's fix from this one finding.
	NotFixable bool
	// Rewrite is the fix of this one finding, where the rule's own would need
	// to know more than the object.
	Rewrite yaml.Filter
}

// MostRelated bounds Finding.Related: findings of a release with thousands of objects
// that all concern one another would not end.
const MostRelated = 100

// Report records a finding.
func (p *Pass) Report(r Report) {
	f := Finding{
		Rule:      p.rule.Name,
		Severity:  r.Severity,
		Step:      p.rule.Step,
		Object:    idOf(r.Object),
		Message:   r.Message,
		Verdict:   r.Verdict,
		Elsewhere: r.Elsewhere,
		Breaks:    r.Breaks,
		Derives:   r.Derives,
		Commands:  r.Commands,
		Manifest:  Position{Line: r.Object.Line(r.Path)},
		object:    r.Object,
		path:      r.Path,
	}
	if f.Severity == 0 {
		f.Severity = p.rule.Severity
	}
	if r.Path != nil {
		f.Field = r.Path.String()
	}
	for _, o := range r.Related[:min(len(r.Related), MostRelated)] {
		f.Related = append(f.Related, o.ID)
	}
	if p.rule.Fix != nil && !r.NotFixable {
		f.Fixable = p.rule.Fix.Safety.String()
		f.targets = []*manifest.Object{r.Object}
		if r.FixRelated {
			f.targets = append(f.targets, r.Related...)
		}
		f.rewrite = r.Rewrite
	}
	if r.Object.Source != "" {
		f.Template = &Template{Path: templatePath(r.Object)}
	}
	*p.findings = append(*p.findings, f)
}

// idOf is how findings name an object.
func idOf(o *manifest.Object) manifest.ID {
	id := o.ID
	if manifest.ClusterScoped(o.Group(), o.Kind) {
		id.Namespace = "" // some charts write one
	}
	return id
}

// templatePath is the object's template within the chart's folder, "" when the
// stream does not say.
func templatePath(o *manifest.Object) string {
	_, path, found := strings.Cut(o.Source, "/")
	if !found {
		return o.Source
	}
	return path
}
