package render

import (
	"bytes"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/render/engine"
)

var (
	chance  = engine.Chance()
	upgrade = []string{".IsUpgrade", ".IsInstall", ".Revision"}
	lookup  = []string{"lookup"}
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

// sensesOf reads off the templates, and whatever tpl may render, which inputs
// can matter. It may see more than there is, never less.
func sensesOf(c *chart.Chart) lifecycle.Senses {
	var s lifecycle.Senses
	for _, f := range c.Raw {
		if !isTemplate(f) {
			continue
		}
		s.Chance = s.Chance || names(f.Data, chance)
		if names(f.Data, upgrade) {
			s.Upgrade = true
			s.UpgradeLookup = s.UpgradeLookup || names(f.Data, lookup)
		}
	}
	for _, d := range c.Dependencies() {
		sub := sensesOf(d)
		s.Chance = s.Chance || sub.Chance
		s.Upgrade = s.Upgrade || sub.Upgrade
		s.UpgradeLookup = s.UpgradeLookup || sub.UpgradeLookup
	}
	return s
}
