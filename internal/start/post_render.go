package start

import "strings"

// postRenders reports whether the program, run with these arguments, is a
// post-renderer, for which Helm waits and which uses little memory (internal/cli,
// withDefaultCommand).
func postRenders(args []string) bool {
	return len(args) == 0 || args[0] == "post-render" || strings.HasPrefix(args[0], "-")
}
