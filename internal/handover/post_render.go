package handover

// PostRenders reports whether the program, run with these arguments, is a
// post-renderer, for which Helm waits (internal/cli, withDefaultCommand).
func PostRenders(args []string) bool {
	if len(args) == 0 {
		return true
	}
	switch args[0] {
	case "post-render":
		return true
	case "", "-h", "--help", "--version":
		return false
	}
	return args[0][0] == '-'
}
