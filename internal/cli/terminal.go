package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colored reports whether to write colours: on a terminal, unless NO_COLOR is
// set to anything (https://no-color.org) or the terminal is dumb.
func (c *Command) colored(w io.Writer) bool {
	return isTerminal(w) && c.Getenv("NO_COLOR") == "" && c.Getenv("TERM") != "dumb"
}

// widest is the longest line that is good to read, in columns.
const widest = 110

// page is the width of texts that are read, not parsed, where there is no
// terminal: in columns.
const page = 100

// readable is the width of such texts.
func readable(w io.Writer) int { return min(cmp.Or(width(w), page), page) }

// width is that of the terminal, in columns, or 0 where there is none.
func width(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return min(columns, widest)
}

// progress shows on a terminal how many of many charts are done.
type progress struct {
	mu          sync.Mutex
	w           io.Writer // nil shows nothing
	done, total int
}

func (c *Command) progress(total int) *progress {
	p := &progress{total: total}
	if total > 1 && isTerminal(c.Stderr) {
		p.w = c.Stderr
	}
	return p
}

func (p *progress) step(path string) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	fmt.Fprintf(p.w, "\r\x1b[K%d/%d %s", p.done, p.total, path)
}

func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
