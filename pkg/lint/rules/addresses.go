package rules

import (
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// addresses are the texts of a release that programs read, by what follows a dot
// in them, as the Service does in db-0.db: a release of many StatefulSets is not
// read once for each.
type addresses map[string][]address

type address struct {
	object *manifest.Object
	text   string
}

func addressesOf(p *lint.Pass) addresses {
	out := addresses{}
	for _, o := range p.Objects {
		if !hasText(o) {
			continue
		}
		for _, field := range []string{"spec", "data", "stringData"} {
			anyString(o.Fields[field], "", func(_, text string) bool {
				out.add(o, text)
				return false
			})
		}
	}
	return out
}

func (a addresses) add(o *manifest.Object, text string) {
	for i := range len(text) {
		if text[i] != '.' {
			continue
		}
		label := leadingLabel(text[i+1:])
		known := a[label]
		if n := len(known); n == 0 || known[n-1] != (address{o, text}) {
			a[label] = append(known, address{o, text})
		}
	}
}

// beginningWith are the addresses that a host's name may stand in, behind a dot,
// in the order of their objects.
func (a addresses) beginningWith(host string) []address { return a[leadingLabel(host)] }

// leadingLabel is as much of a text as one label of a host's name may be.
func leadingLabel(text string) string {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return text[:i]
		}
	}
	return text
}
