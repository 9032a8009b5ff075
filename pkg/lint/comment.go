package lint

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// Comments in a template that ignore findings, on the line that a finding
// points at or on the lines right above it; or anywhere, about the whole file:
//
//	{{- /* helm-stateful:ignore RULE REASON */ -}}
//	# helm-stateful:ignore RULE REASON
//	# helm-stateful:ignore-file RULE REASON
var (
	ignoreComment = lazy.Pattern(`(?:#|/\*)\s*helm-stateful:(ignore(?:-file)?)\b[ \t]*([^\s*]*)[ \t]*(.*)$`)
	// onlyComment is a line that renders nothing, or a comment.
	onlyComment = lazy.Pattern(`^\s*(#.*|\{\{-?\s*/\*.*\*/\s*-?\}\})?\s*$`)
	commentEnd  = lazy.Pattern(`\s*(\*/\s*-?\}\}.*)?\s*$`)
)

// Commented returns the ignores that stand in a template. path is relative to
// the chart's folder, as findings have it.
func Commented(path string, text []byte) []Directive {
	if !bytes.Contains(text, []byte("helm-stateful:ignore")) {
		return nil
	}
	lines := strings.Split(string(text), "\n")
	var out []Directive
	for i, line := range lines {
		found := ignoreComment().FindStringSubmatchIndex(line)
		if found == nil {
			continue
		}
		d := Directive{Rule: line[found[4]:found[5]], Ignore: Ignore{
			Reason: commentEnd().ReplaceAllString(line[found[6]:found[7]], ""),
			Source: IgnoredByComment,
			Place:  fmt.Sprintf("%s:%d", path, i+1),
		}}
		if d.Rule == "" || d.Reason == "" {
			d.Mistake = "the comment ignores nothing: write helm-stateful:" + line[found[2]:found[3]] + " RULE REASON"
		}
		wholeFile := line[found[2]:found[3]] == "ignore-file"
		from, to := i+1, target(lines, i)
		d.Covers = func(f *Finding) bool {
			return f.Template != nil && f.Template.Path == path && (wholeFile || f.Template.Line >= from && f.Template.Line <= to)
		}
		out = append(out, d)
	}
	return out
}

// target is the line, from 1, that a comment on the i-th line is about: its
// own, or the next one that says something.
func target(lines []string, i int) int {
	for ; i < len(lines)-1 && onlyComment().MatchString(lines[i]); i++ {
	}
	return i + 1
}
