package lint

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the one of known that name was most likely meant to be: the
// one with the fewest other letters, else the one that shares the most words.
// It is "" when none is like it; of several it is the first.
func Nearest(name string, known []string) string {
	best, bestDistance := "", len(name)/2+1
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, k); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	if best != "" {
		return best
	}
	bestShared := 0
	for _, k := range known {
		shared := 0
		for word := range strings.SplitSeq(name, "-") {
			if len(word) > 2 && strings.Contains(k, word) {
				shared += len(word)
			}
		}
		if shared > bestShared {
			best, bestShared = k, shared
		}
	}
	return best
}
