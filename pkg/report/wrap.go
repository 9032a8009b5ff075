package report

import (
	"strings"
	"unicode/utf8"
)

// wrapped breaks text into lines of a width, between words. The first begins at
// a column, the others with a margin. A word that is too long is left whole.
func wrapped(text string, width, column int, margin string) string {
	var out strings.Builder
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if i > 0 {
			out.WriteString("\n" + margin)
			column = len(margin)
		}
		for j, word := range strings.Fields(line) {
			length := utf8.RuneCountInString(word)
			switch {
			case j == 0:
			case column+1+length > width:
				out.WriteString("\n" + margin)
				column = len(margin)
			default:
				out.WriteString(" ")
				column++
			}
			out.WriteString(word)
			column += length
		}
	}
	return out.String()
}

// indent puts the lines after the first under the first.
func indent(text string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
