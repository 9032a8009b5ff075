package lint

import "strings"

// Short makes an API server's message fit for a report: it leaves out the diff
// that some messages end in, and the middle of values that are printed whole.
func Short(message string) string {
	line, rest, _ := strings.Cut(message, "\n")
	if strings.HasSuffix(line, "errors:") { // a list of them follows
		line += " " + strings.Join(strings.Fields(rest), " ")
	}
	const head, tail = 240, 120
	if len(line) <= head+tail {
		return line
	}
	return strings.ToValidUTF8(line[:head], "") + " … " + strings.ToValidUTF8(line[len(line)-tail:], "")
}
