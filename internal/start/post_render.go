package start

import (
	"slices"
	"strings"
)

// postRenders reports whether the program, run with these arguments, is a
// post-renderer, for which Helm waits and which uses little memory (internal/cli,
// withDefaultCommand).
func postRenders(args []string) bool {
	switch {
	case len(args) == 0 || args[0] == "post-render":
		return true
	case slices.Contains([]string{"-h", "--help", "--version"}, args[0]):
		return false
	}
	return strings.HasPrefix(args[0], "-")
}
