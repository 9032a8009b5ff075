// Package lazy puts off what packages would otherwise do as the program starts,
// before its first line: a post-renderer that Helm waits for pays for all of it
// and needs little.
package lazy

import (
	"regexp"
	"sync"
)

// Pattern returns what compiles a regular expression at its first call and
// returns the same from then on. It panics there where the expression is wrong;
// a test of internal/house compiles all of them.
func Pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
