package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// timeline is a plan with the findings at the steps where they bite.
type timeline struct {
	// Steps are those of one release, in time; Apart are further ones beside it.
	Steps, Apart []string
	Lanes        []lane
	// Notes are what moments refer to by number: the API server's words, and
	// which Helms meet them.
	Notes []string
}

// lane is the life of one object. One without a Kind is for the findings about
// all other objects, and has no life.
type lane struct {
	Kind, Name, Role string
	Cells            []moment
}

// moment is an object at one step.
type moment struct {
	Step string
	// Fate is what becomes of it, "" where the step does not concern it.
	Fate string
	// Look is the class of the fate's mark.
	Look string
	// Before and After say what there is of the object: alive, stray (in the
	// cluster and not in the release) or none.
	Before, After string
	// Note is the number of the note, 0 for none.
	Note  int
	Marks []htmlFinding
}

// newTimeline draws a plan, which may be nil. It returns nil when there is
// nothing to draw.
func newTimeline(plan *Plan, findings []*lint.Finding, shown []htmlFinding) *timeline {
	out := &timeline{}
	out.Steps, out.Apart = steps(plan, findings)
	lanes := map[manifest.ID]int{}
	if plan != nil {
		var n notes
		for _, row := range plan.Rows {
			lanes[row.Object] = len(out.Lanes)
			out.Lanes = append(out.Lanes, out.lane(row, &n))
		}
		out.Notes = n.texts
	}
	others := out.lane(PlanRow{Object: manifest.ID{Name: "other objects"}}, nil)
	marked := false
	for i, f := range findings {
		to := &others
		if at, ok := lanes[f.Object]; ok {
			to = &out.Lanes[at]
		} else {
			marked = true
		}
		for _, step := range bites(f) {
			at := slices.IndexFunc(to.Cells, func(m moment) bool { return m.Step == step })
			to.Cells[at].Marks = append(to.Cells[at].Marks, shown[i])
		}
	}
	if marked {
		out.Lanes = append(out.Lanes, others)
	}
	if len(out.Lanes) == 0 {
		return nil
	}
	return out
}

// steps are the columns: those that are played, and further ones where a
// finding needs them.
func steps(plan *Plan, findings []*lint.Finding) (inTime, apart []string) {
	var played []string
	if plan != nil && len(plan.Rows) > 0 {
		for _, s := range plan.Rows[0].Steps {
			played = append(played, s.Step)
		}
	} else {
		for _, step := range lifecycle.Steps() {
			played = append(played, string(step))
		}
	}
	needs := map[string]bool{}
	for _, f := range findings {
		for _, step := range bites(f) {
			needs[step] = true
		}
	}
	for _, step := range played {
		inTime = append(inTime, step)
		delete(needs, step)
		if step == string(lifecycle.Install) && needs[string(lint.StepRun)] {
			inTime = append(inTime, string(lint.StepRun))
			delete(needs, string(lint.StepRun))
		}
	}
	return inTime, slices.Sorted(maps.Keys(needs))
}

// bites are the steps at which a finding bites: those that it breaks, else that
// of its rule.
func bites(f *lint.Finding) []string {
	var out []string
	for _, b := range f.Breaks {
		name, _, _ := strings.Cut(b, " (")
		if slices.Contains(lifecycle.Steps(), lifecycle.Step(name)) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if len(out) == 0 && f.Step != "" {
		out = append(out, string(f.Step))
	}
	return out
}

// lane draws a row of a plan.
func (t *timeline) lane(row PlanRow, n *notes) lane {
	out := lane{Kind: row.Object.Kind, Name: row.Object.Name, Role: row.Role}
	if strings.EqualFold(row.Role, row.Object.Kind) {
		out.Role = ""
	}
	state := "none"
	for _, step := range t.Steps {
		m := moment{Step: step, Before: state}
		for _, s := range row.Steps {
			if s.Step == step {
				m.Fate, m.Look, m.Note = s.Fate, look(s.Fate), n.number(s)
				state = after(s.Fate, state)
			}
		}
		m.After = state
		out.Cells = append(out.Cells, m)
	}
	for _, step := range t.Apart {
		out.Cells = append(out.Cells, moment{Step: step, Before: "none", After: "none"})
	}
	return out
}

// after is what there is of an object after a step.
func after(fate, before string) string {
	switch fate {
	case "created", "changed", "unchanged", "adopted", "made anew", "found again":
		return "alive"
	case "kept", "left behind":
		return "stray"
	case "deleted":
		return "none"
	}
	return before
}

func look(fate string) string {
	switch fate {
	case "refused", "deleted", "unchanged", "changed":
		return fate
	case "kept", "left behind":
		return "stray"
	case "made anew":
		return "anew"
	case "":
		return ""
	}
	return "created"
}
