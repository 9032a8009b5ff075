package render

import (
	"bytes"
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

var (
	chance  = engine.Chance()
	upgrade = []string{".IsUpgrade", ".IsInstall", ".Revision"}
	lookup  = []string{"lookup"}
	fileset = []string{"Files"}
)

// isTemplate tells whether a chart's file is a template or may become one by tpl.
// Those of sub charts are looked at as theirs.
func isTemplate(f *chart.File) bool {
	return !strings.HasPrefix(f.Name, "charts/") && !strings.HasPrefix(f.Name, "crds/") && !strings.HasSuffix(f.Name, ".md")
}

// names reports whether one of the words stands in text, not within a longer
// one. Regular expressions took a fifth of the time of a small chart.
func names(text []byte, words []string) bool {
	for _, word := range words {
		for from := 0; ; {
			at := bytes.Index(text[from:], []byte(word))
			if at < 0 {
				break
			}
			start, end := from+at, from+at+len(word)
			within := start > 0 && inWord(text[start]) && inWord(text[start-1])
			if !within && (end == len(text) || !inWord(text[end])) {
				return true
			}
			from = end
		}
	}
	return false
}

func inWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

// mentions are what a template's text names. It may name more than it uses, never
// less.
type mentions struct {
	chance, upgrade, lookup bool
	files                   bool // .Files
}

func mentionsIn(text []byte) mentions {
	return mentions{chance: names(text, chance), upgrade: names(text, upgrade), lookup: names(text, lookup), files: names(text, fileset)}
}

// reader reads the files of a chart once for all values cases. It is safe for
// concurrent use.
type reader struct {
	mu    sync.Mutex
	known map[*chart.File]mentions
}

func newReader() *reader { return &reader{known: map[*chart.File]mentions{}} }

func (r *reader) mentionsOf(f *chart.File) mentions {
	r.mu.Lock()
	known, ok := r.known[f]
	r.mu.Unlock()
	if !ok {
		known = mentionsIn(f.Data)
		r.mu.Lock()
		r.known[f] = known
		r.mu.Unlock()
	}
	return known
}

// sensesOf reads off the templates, and whatever tpl may render, which inputs
// can matter, and whether .Files are among them.
func (r *reader) sensesOf(c *chart.Chart) (s lifecycle.Senses, files bool) {
	for _, f := range c.Raw {
		if !isTemplate(f) {
			continue
		}
		m := r.mentionsOf(f)
		s.Chance = s.Chance || m.chance
		s.Upgrade = s.Upgrade || m.upgrade
		s.UpgradeLookup = s.UpgradeLookup || m.upgrade && m.lookup
		files = files || m.files
	}
	for _, d := range c.Dependencies() {
		sub, subFiles := r.sensesOf(d)
		s.Chance = s.Chance || sub.Chance
		s.Upgrade = s.Upgrade || sub.Upgrade
		s.UpgradeLookup = s.UpgradeLookup || sub.UpgradeLookup
		files = files || subFiles
	}
	return s, files
}
