package lint

import "github.com/agnivade/levenshtein"

// Nearest returns the one of known that name was most likely meant to be, or ""
// when none is like it. Of several it is the first.
func Nearest(name string, known []string) string {
	best, bestDistance := "", len(name)/2+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}
