package lint

import "slices"

// Merge joins the findings of several values cases, or lists that are merged
// already: equal ones become one, of the worst severity, which names all of its
// cases. One that is ignored in some cases alone is not ignored. The cases come
// in the order of the lists. One cause is told once, see oncePerCause.
func Merge(cases ...[]Finding) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, findings := range cases {
		for _, f := range findings {
			cases := f.Cases
			if len(cases) == 0 && f.Case != "" {
				cases = []string{f.Case}
			}
			i, known := at[f.Fingerprint]
			if !known {
				at[f.Fingerprint] = len(out)
				f.Cases = slices.Clone(cases)
				out = append(out, f)
				continue
			}
			names := out[i].Cases
			for _, name := range cases {
				if !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
			ignored := out[i].Ignored
			if f.Ignored == nil {
				ignored = nil
			}
			if f.Severity > out[i].Severity {
				out[i] = f
			}
			out[i].Cases, out[i].Ignored = names, ignored
		}
	}
	out = oncePerCause(out)
	slices.SortStableFunc(out, Compare)
	return out
}
