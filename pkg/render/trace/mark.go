package trace

import (
	"unicode/utf8"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

// A mark is two characters: the first of plane 16, the second of plane 15,
// each worth fifteen bits. The planes are private and next to never used; a lone
// character of them, such as an icon of a font, is no mark.
const (
	high = 0x100000
	low  = 0xF0000
	bits = 15
)

// markSize is the length of a mark in bytes.
const markSize = 8

// lead is the first byte of a character of plane 16 in UTF-8.
const lead = 0xF4

// markPattern matches a mark, for Go's regexp, which is what templates have.
const markPattern = `[\x{100000}-\x{10FFFD}][\x{F0000}-\x{F7FFF}]`

var marksPattern = lazy.Pattern(`(?:` + markPattern + `)+`)

// encode writes the mark of a number.
func encode(n int) string {
	return string([]rune{high + rune(n>>bits), low + rune(n&(1<<bits-1))})
}

// decode reads a mark at the start of text.
func decode(text string) (n int, ok bool) {
	if len(text) < markSize || text[0] != lead {
		return 0, false
	}
	h, size := utf8.DecodeRuneInString(text)
	l, _ := utf8.DecodeRuneInString(text[size:])
	if h < high || l < low || l >= low+1<<bits {
		return 0, false
	}
	return int(h-high)<<bits | int(l-low), true
}

// nextLead returns where, after its first byte, a text may have a mark.
func nextLead(text string) int {
	for i := 1; i < len(text); i++ {
		if text[i] == lead {
			return i
		}
	}
	return len(text)
}
