package render

import (
	"strings"
	"sync"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

// isTemplate tells whether a chart's file is a template or may become one by tpl.
// Those of sub charts are looked at as theirs.
func isTemplate(f *chart.File) bool {
	return !strings.HasPrefix(f.Name, "charts/") && !strings.HasPrefix(f.Name, "crds/") && !strings.HasSuffix(f.Name, ".md")
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

// chance are the names of the functions whose answer is new each time.
var chance = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, name := range engine.Chance() {
		names[name] = true
	}
	return names
})

// mentionsIn reads a text word by word. Regular expressions took a fifth of the
// time of a small chart.
func mentionsIn(text []byte) (m mentions) {
	chance := chance()
	for at := 0; at < len(text); at++ {
		if !inWord(text[at]) {
			continue
		}
		from := at
		for at < len(text) && inWord(text[at]) {
			at++
		}
		switch word := string(text[from:at]); word {
		case "lookup":
			m.lookup = true
		case "Files":
			m.files = true
		case "IsUpgrade", "IsInstall", "Revision": // .Release.Revision, or index .Release "Revision"
			m.upgrade = m.upgrade || from > 0 && (text[from-1] == '.' || text[from-1] == '"')
		case "Release": // handed on as a whole
			m.upgrade = m.upgrade || from > 0 && text[from-1] == '.' && (at == len(text) || text[at] != '.')
		default:
			m.chance = m.chance || chance[word]
		}
	}
	return m
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
