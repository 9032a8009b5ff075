package lint

import "slices"

// Merge joins the findings of several values cases: equal ones become one, of
// the worst severity, which names all of its cases. One that is ignored in some
// cases alone is not ignored. The cases come in the order of the lists.
func Merge(cases ...[]Finding) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, findings := range cases {
		for _, f := range findings {
			i, known := at[f.Fingerprint]
			if !known {
				at[f.Fingerprint] = len(out)
				f.Cases = []string{f.Case}
				out = append(out, f)
				continue
			}
			names := out[i].Cases
			if !slices.Contains(names, f.Case) {
				names = append(names, f.Case)
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
	slices.SortStableFunc(out, Compare)
	return out
}
