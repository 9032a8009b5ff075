package report

import (
	"strings"
	"unicode/utf8"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
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

var link = lazy.Pattern(`\[([^\]]+)\]\(https://[^)]+\)`)

// WrapMarkdown breaks the paragraphs of a Markdown text into lines of a width,
// for people who read it as it stands; 0 leaves it as it is. Headings, tables
// and code are left whole; of a link its text is left.
func WrapMarkdown(text string, width int) string {
	if width == 0 {
		return text
	}
	var out strings.Builder
	code := false
	for line := range strings.Lines(text) {
		fence := strings.HasPrefix(line, "```")
		switch {
		case fence || code || strings.HasPrefix(line, "|") || strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
			out.WriteString(line)
		case strings.HasPrefix(line, "- "):
			out.WriteString(wrapped(link().ReplaceAllString(line, "$1"), width, 0, "  ") + "\n")
		default:
			out.WriteString(wrapped(link().ReplaceAllString(line, "$1"), width, 0, "") + "\n")
		}
		code = code != fence
	}
	return out.String()
}
