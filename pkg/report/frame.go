package report

import (
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

// frame is a template's line with what a finding points at in the middle.
type frame struct {
	Line                int
	Before, At, Further string
}

// frameOf cuts the line of a finding, or is nil where that is not known.
func frameOf(f *lint.Finding) *frame {
	if f.Template == nil || f.Template.Text == "" || f.Template.Line == 0 {
		return nil
	}
	line := []rune(f.Template.Text)
	start := min(max(f.Template.Column-1, 0), len(line))
	end := start + tokenLength(string(line[start:]))
	return &frame{Line: f.Template.Line, Before: string(line[:start]), At: string(line[start:end]), Further: string(line[end:])}
}

// tokenLength is the number of characters of the key, or the action, that text
// begins with.
func tokenLength(text string) int {
	end := len(text)
	switch {
	case strings.HasPrefix(text, "{{"):
		if i := strings.Index(text, "}}"); i >= 0 {
			end = i + len("}}")
		}
	case strings.HasPrefix(text, `"`), strings.HasPrefix(text, "'"):
		if i := strings.Index(text[1:], text[:1]); i >= 0 {
			end = i + 2
		}
	default:
		if i := strings.IndexAny(text, ": \t,]}"); i > 0 {
			end = i
		}
	}
	return len([]rune(text[:end]))
}

// fit cuts the line to a number of characters, around what is pointed at.
func (f frame) fit(width int) frame {
	const ellipsis = "…"
	before, at, further := []rune(f.Before), []rune(f.At), []rune(f.Further)
	if over := len(before) + min(len(at), width/2) - width; over > 0 {
		before = append([]rune(ellipsis), before[min(over+1, len(before)):]...)
	}
	if room := max(width-len(before), 1); len(at) > room {
		at, further = append(at[:room-1:room-1], []rune(ellipsis)...), nil
	} else if room -= len(at); room == 0 {
		further = nil
	} else if len(further) > room {
		further = append(further[:room-1:room-1], []rune(ellipsis)...)
	}
	return frame{Line: f.Line, Before: string(before), At: string(at), Further: string(further)}
}
