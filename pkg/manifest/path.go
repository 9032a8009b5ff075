package manifest

import (
	"strconv"
	"strings"
)

// Path is the way to a field: map keys (string) and list indexes (int).
type Path []any

// Append returns a path with more steps; p keeps its own backing array.
func (p Path) Append(steps ...any) Path {
	out := make(Path, 0, len(p)+len(steps))
	return append(append(out, p...), steps...)
}

// HasPrefix reports whether p starts with all steps of prefix.
func (p Path) HasPrefix(prefix Path) bool {
	if len(prefix) > len(p) {
		return false
	}
	for i := range prefix {
		if p[i] != prefix[i] {
			return false
		}
	}
	return true
}

// String writes the path as people do: spec.volumes[0].name,
// metadata.annotations["helm.sh/hook"].
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch s := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(s) + "]")
		case string:
			if strings.ContainsAny(s, "./[]\" ") || s == "" {
				b.WriteString("[" + strconv.Quote(s) + "]")
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s)
		}
	}
	return b.String()
}
