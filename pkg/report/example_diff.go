package report

import (
	"slices"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// exampleDiff shows what changes from one text to another, line by line: with a
// - what goes, with a + what comes, and a few lines around both. What is left
// out in between is a line of its own.
func exampleDiff(from, to string) string {
	before, after := slices.Collect(strings.Lines(from)), slices.Collect(strings.Lines(to))
	var b strings.Builder
	write := func(mark string, some []string) {
		for _, line := range some {
			b.WriteString(mark + line)
		}
	}
	for i, group := range difflib.NewMatcher(before, after).GetGroupedOpCodes(around) {
		if i > 0 {
			b.WriteString(" …\n")
		}
		for _, op := range group {
			if op.Tag == 'e' {
				write(" ", before[op.I1:op.I2])
				continue
			}
			write("-", before[op.I1:op.I2])
			write("+", after[op.J1:op.J2])
		}
	}
	return b.String()
}

// around is the number of lines shown before and after a change.
const around = 4
