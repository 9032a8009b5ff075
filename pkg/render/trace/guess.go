package trace

import (
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// guess looks for a field's keys in a template's text, one after the other from
// the object's kind on. The line is 0 when not even that is there.
func guess(t *template, o *manifest.Object, path manifest.Path) Origin {
	out := Origin{Template: t.name}
	lines := t.lines()
	at := lineOf(lines, 0, func(line string) bool {
		key, value, found := strings.Cut(line, ":")
		return found && key == "kind" && strings.Trim(value, ` "'`) == o.Kind
	})
	if at < 0 {
		at = 0
	} else {
		out.place(lines, at)
	}
	for _, step := range path {
		key, ok := step.(string)
		if !ok {
			continue
		}
		next := lineOf(lines, at, func(line string) bool { return isKey(line, key) })
		if next < 0 {
			break
		}
		at = next
		out.place(lines, at)
	}
	return out
}

func (o *Origin) place(lines []string, at int) {
	o.Line = at + 1
	o.Column = 1 + len(lines[at]) - len(strings.TrimLeft(lines[at], " -"))
}

// lineOf returns the first line from a line on that is wanted, without its
// indentation and dash, or -1.
func lineOf(lines []string, from int, wanted func(string) bool) int {
	for i := from; i < len(lines); i++ {
		if wanted(strings.TrimLeft(lines[i], " -")) {
			return i
		}
	}
	return -1
}

// isKey reports whether a line begins with a key.
func isKey(line, key string) bool {
	for _, quote := range []string{"", `"`, `'`} {
		if strings.HasPrefix(line, quote+key+quote+":") {
			return true
		}
	}
	return false
}
