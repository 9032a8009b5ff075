package stateful

import (
	"context"
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/inventory"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// Plan rehearses a chart and tells the life of each object that holds state:
// claims, those that StatefulSets make, StatefulSets, the Secrets that the pods
// with claims read, definitions and namespaces.
func Plan(ctx context.Context, path string, o LintOptions) (*report.Plan, error) {
	o, _, err := o.withDefaults().settings(path)
	if err != nil {
		return nil, err
	}
	chart, err := o.Fetcher.Load(ctx, "", path)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("the chart took more than %s", o.Timeout))
	defer cancel()
	rehearsal, err := within(ctx, o.Timeout, func() (*lifecycle.Rehearsal, error) { return rehearse(ctx, chart, o) })
	if err != nil {
		return nil, err
	}
	info := report.Chart{Chart: chart.Name, Version: chart.Version, Path: render.ShownName(path), Note: upgradeNote(rehearsal)}
	return planOf(rehearsal, info), nil
}

// planOf reads a plan off a rehearsal.
func planOf(rehearsal *lifecycle.Rehearsal, chart report.Chart) *report.Plan {
	release := rehearsal.Release
	plan := &report.Plan{SchemaVersion: report.SchemaVersion, Chart: chart, Release: release.Name, Namespace: release.Namespace}
	p := newPlanner(rehearsal)
	if !rehearsal.TwoVersions {
		p.rows(plan)
		return plan
	}
	p.steps = []lifecycle.Step{lifecycle.Install, lifecycle.Upgrade, lifecycle.Rollback}
	p.rows(plan)
	p.inventory = inventory.New(release, rehearsal.Upgrade.Stream.Objects())
	p.rows(plan)
	return plan
}

// upgradeNote says what keeps an upgrade from being rehearsed as it would
// happen, or nothing.
func upgradeNote(r *lifecycle.Rehearsal) string {
	switch {
	case r.UpgradeError != nil:
		return "only the install could be rehearsed; an upgrade with these values does not render: " + r.UpgradeError.Error()
	case r.Upgrade != nil && r.Upgrade.Demand != nil:
		return "the chart's notes refuse an upgrade with these values: " + lint.Short(strings.Join(strings.Fields(r.Upgrade.Demand.Error()), " "))
	}
	return ""
}

// planner fills a plan's rows.
type planner struct {
	rehearsal *lifecycle.Rehearsal
	steps     []lifecycle.Step
	inventory *inventory.Inventory
	// events are those of the plays, by what befalls whom.
	events map[happening][]lifecycle.Event
	// left are the names, but for their ordinals, of the claims that the first play
	// leaves behind.
	left map[string]bool
}

// happening is a step of an object's life.
type happening struct {
	play *lifecycle.Play
	step lifecycle.Step
	id   manifest.ID
}

func newPlanner(r *lifecycle.Rehearsal) *planner {
	p := &planner{
		rehearsal: r, steps: lifecycle.Steps(), inventory: inventory.New(r.Release, r.Install.Stream.Objects()),
		events: map[happening][]lifecycle.Event{}, left: map[string]bool{},
	}
	for _, play := range r.Plays {
		for _, e := range play.Events {
			at := happening{play, e.Step, e.Object.ID}
			p.events[at] = append(p.events[at], e)
		}
	}
	if len(r.Plays) > 0 {
		for _, o := range r.Plays[0].Left {
			if manifest.StringAt(o, "kind") == "PersistentVolumeClaim" {
				p.left[strings.TrimRight(manifest.StringAt(o, "metadata", "name"), "0123456789")] = true
			}
		}
	}
	return p
}

// rows adds those of the inventory that the plan does not have.
func (p *planner) rows(plan *report.Plan) {
	known := map[manifest.ID]bool{}
	for _, r := range plan.Rows {
		known[r.Object] = true
	}
	add := func(rows ...report.PlanRow) {
		for _, r := range rows {
			if !known[r.Object] {
				plan.Rows = append(plan.Rows, r)
			}
		}
	}
	secrets := p.secretsOfState()
	for _, o := range p.inventory.Objects {
		role := ""
		switch o.Group() + "/" + o.Kind {
		case "/PersistentVolumeClaim":
			role = "claim"
		case "apps/StatefulSet":
			role = "StatefulSet"
		case "/Secret":
			if reader := secrets[o.Name]; reader != "" {
				role = "Secret that " + reader + " reads"
			}
		case "apiextensions.k8s.io/CustomResourceDefinition":
			role = "definition"
		case "/Namespace":
			role = "namespace"
		}
		if role == "" {
			continue
		}
		if o.Hook != nil {
			role += " (hook)"
		}
		add(report.PlanRow{Object: o.ID, Role: role, Steps: p.life(o)})
		if o.Kind == "StatefulSet" {
			add(p.claimsOf(o)...)
		}
	}
}

// secretsOfState names the Secrets that pods with claims read, with the first
// such workload, a StatefulSet before others.
func (p *planner) secretsOfState() map[string]string {
	out := map[string]string{}
	for _, w := range p.inventory.Workloads {
		if !w.MountsClaims() {
			continue
		}
		for _, name := range w.Secrets() {
			if out[name] == "" || (w.Object.Kind == "StatefulSet" && !strings.HasPrefix(out[name], "StatefulSet/")) {
				out[name] = w.Object.String()
			}
		}
	}
	return out
}

// life is what becomes of an object in each step.
func (p *planner) life(o *manifest.Object) []report.PlanStep {
	var steps []report.PlanStep
	for _, step := range p.steps {
		var found []report.PlanStep
		for _, play := range p.rehearsal.Plays {
			found = append(found, p.inStep(play, step, o))
		}
		steps = append(steps, joined(step, found, p.rehearsal.Plays))
	}
	return steps
}

// inStep is what becomes of an object in one step of one play.
func (p *planner) inStep(play *lifecycle.Play, step lifecycle.Step, o *manifest.Object) report.PlanStep {
	out := report.PlanStep{Step: string(step)}
	for _, e := range p.events[happening{play, step, o.ID}] {
		if e.Action == lifecycle.Created && out.Fate == string(lifecycle.Deleted) {
			out.Fate = "made anew"
			continue
		}
		out.Fate = string(e.Action)
		if e.Verdict.Refused {
			out.Verdict = e.Verdict.Message
		}
	}
	return out
}

// joined puts the plays' answers together: one where they agree, else the
// refusal with the Helms that it meets.
func joined(step lifecycle.Step, found []report.PlanStep, plays []*lifecycle.Play) report.PlanStep {
	out := found[0]
	for i, f := range found {
		if f.Fate == found[0].Fate {
			continue
		}
		refused, other := 0, i
		if f.Fate == string(lifecycle.Refused) {
			refused, other = i, 0
		}
		out = found[refused]
		out.Helm = plays[refused].Mode.Helm()
		out.Otherwise = found[other].Fate
	}
	out.Step = string(step)
	return out
}

// claimsOf are the rows of the claims that a StatefulSet makes, one a claim
// template.
func (p *planner) claimsOf(set *manifest.Object) []report.PlanRow {
	var rows []report.PlanRow
	for _, c := range p.inventory.ClaimsOf(set) {
		id := manifest.ID{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: set.Namespace, Name: c.Name + "0"}
		row := report.PlanRow{Object: id, Role: "claims of " + set.String()}
		stays := p.left[c.Name]
		if p.rehearsal.TwoVersions { // which are played without an uninstall
			stays = manifest.StringAt(set.Fields, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") != "Delete"
		}
		before := ""
		for _, s := range p.life(set) {
			fate := claimFate(lifecycle.Step(s.Step), s.Fate, before, stays)
			if fate != "" {
				before = fate
			}
			row.Steps = append(row.Steps, report.PlanStep{Step: s.Step, Fate: fate})
		}
		rows = append(rows, row)
	}
	return rows
}

const leftBehindFate = "left behind"

// claimFate is what becomes of a StatefulSet's claims when the set fares so,
// and the claims have fared as before says.
func claimFate(step lifecycle.Step, set, before string, stays bool) string {
	none := before == "" || before == string(lifecycle.Deleted)
	switch {
	case set == "", set == string(lifecycle.Refused) && none:
		return ""
	case step == lifecycle.Uninstall || set == string(lifecycle.Deleted):
		if stays {
			return leftBehindFate
		}
		return string(lifecycle.Deleted)
	case none:
		return string(lifecycle.Created)
	case before == leftBehindFate:
		return "found again"
	}
	return string(lifecycle.Unchanged)
}
