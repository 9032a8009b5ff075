package lint

import (
	"slices"
	"strings"
)

// oncePerCause joins findings of different values cases that have one cause
// under two names: one is about an object that the other counts among its
// related ones, or a value such as nameOverride gives the only object that a
// template makes another name.
func oncePerCause(findings []Finding) []Finding {
	seen := map[cause][]int{} // of findings in out
	alone := map[causeInCase]int{}
	for i := range findings {
		for _, name := range findings[i].Cases {
			alone[causeInCase{causeOf(&findings[i]), name}]++
		}
	}
	var out []Finding
	for _, f := range findings {
		group := cause{Rule: f.Rule, Chart: f.ChartPath, Field: f.Field}
		at := slices.IndexFunc(seen[group], func(i int) bool { return sameCause(&out[i], &f, alone) })
		if at < 0 {
			seen[group] = append(seen[group], len(out))
			out = append(out, f)
			continue
		}
		i := seen[group][at]
		cases := slices.Concat(out[i].Cases, f.Cases)
		if f.Severity > out[i].Severity {
			out[i] = f
		}
		out[i].Cases = cases
	}
	return out
}

// cause is what findings of one cause have in common, as far as it can be told
// without the names of objects.
type cause struct{ Rule, Chart, Field, APIVersion, Kind, Template string }

type causeInCase struct {
	cause
	Case string
}

func causeOf(f *Finding) cause {
	c := cause{Rule: f.Rule, Chart: f.ChartPath, Field: f.Field, APIVersion: f.Object.APIVersion, Kind: f.Object.Kind}
	if f.Template != nil {
		c.Template = f.Template.Path
	}
	return c
}

func sameCause(a, b *Finding, alone map[causeInCase]int) bool {
	if (a.Ignored == nil) != (b.Ignored == nil) || len(a.Cases) == 0 || len(b.Cases) == 0 ||
		slices.ContainsFunc(a.Cases, func(name string) bool { return slices.Contains(b.Cases, name) }) {
		return false
	}
	if slices.Contains(a.Related, b.Object) || slices.Contains(b.Related, a.Object) {
		return true
	}
	if a.Field != "" && a.Object.Name == b.Object.Name && a.Object.Kind != b.Object.Kind && a.Verdict != "" && nameless(a) == nameless(b) {
		return true // a workload that a switch gives another kind
	}
	same := causeOf(a)
	return same.Template != "" && same == causeOf(b) && nameless(a) == nameless(b) && !slices.ContainsFunc(slices.Concat(a.Cases, b.Cases), func(name string) bool {
		return alone[causeInCase{same, name}] != 1
	})
}

// nameless is what a finding says, without the names of the objects that it is
// about.
func nameless(f *Finding) string {
	names := []string{f.Object.Name}
	for _, o := range f.Related {
		names = append(names, o.Name)
	}
	slices.SortStableFunc(names, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	text := f.Message
	for _, name := range names {
		if name != "" {
			text = strings.ReplaceAll(text, name, "")
		}
	}
	return text
}
