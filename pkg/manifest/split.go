package manifest

import (
	"bytes"
	"strings"
)

const sourcePrefix = "# Source: "

// split cuts text at its separator lines. Every byte of text is in exactly one
// document. A document without a "# Source:" line of its own has the one of
// the document before it: Helm prints a crds/ file of many documents under one
// such line.
func split(text []byte) *Stream {
	s := &Stream{}
	line := 1
	current := &Document{Line: 1}
	start := 0 // where current.body starts
	flush := func(end int) {
		current.body = text[start:end:end]
		if len(current.separator) > 0 || len(current.body) > 0 {
			s.Documents = append(s.Documents, current)
		}
	}
	for offset := 0; offset < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[offset:], '\n'); i >= 0 {
			end = offset + i + 1
		}
		switch n := separatorLength(text[offset:end]); {
		case n > 0:
			flush(offset)
			current = &Document{Line: line, separator: text[offset : offset+n : offset+n]}
			if offset+n == end {
				current.Line = line + 1
			}
			start = offset + n
		case endsDocument(text[offset:end]):
			flush(offset)
			current = &Document{Line: line + 1, separator: text[offset:end:end]}
			start = end
		}
		line++
		offset = end
	}
	flush(len(text))

	source := ""
	for _, d := range s.Documents {
		if own := sourceOf(d.body); own != "" {
			source = own
		}
		d.Source = source
	}
	return s
}

// separatorLength returns how many bytes at the start of a line separate two
// documents: the whole line "---", or the three dashes when content follows
// them. Like Helm's own SplitManifests (pkg/releaseutil/manifest.go) it takes
// "---apiVersion: v1" for a separator; a longer row of dashes (a PEM header)
// is none.
func separatorLength(line []byte) int {
	if !bytes.HasPrefix(line, []byte("---")) || (len(line) > 3 && line[3] == '-') {
		return 0
	}
	if len(bytes.TrimSpace(line[3:])) == 0 {
		return len(line)
	}
	return 3
}

// endsDocument reports whether a line is YAML's document end marker. kyaml
// stops reading at it and loses what follows.
func endsDocument(line []byte) bool {
	return bytes.HasPrefix(line, []byte("...")) && len(bytes.TrimSpace(line[3:])) == 0
}

// sourceOf returns the template named by a "# Source:" comment above the
// document's first line of content.
func sourceOf(body []byte) string {
	for len(body) > 0 {
		line := body
		if i := bytes.IndexByte(body, '\n'); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		text := strings.TrimSpace(string(line))
		if rest, ok := strings.CutPrefix(text, sourcePrefix); ok {
			return strings.TrimSpace(rest)
		}
		if text != "" && !strings.HasPrefix(text, "#") {
			return ""
		}
	}
	return ""
}
