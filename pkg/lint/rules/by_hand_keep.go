package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
)

var sizeKey = lazy.Pattern(`(?i)size|storage|capacity`)

// keepValue is the upgrade with the old version's value, where one value alone
// of the new version's, under a key that matches, can be what sets it.
func keepValue(p *lint.Pass, next any, old string, key *regexp.Regexp) []string {
	text, ok := next.(string)
	if !ok {
		return nil
	}
	paths := valuePaths(p.Rehearsal.Values.All, nil, text, key)
	if len(paths) != 1 {
		return nil
	}
	return []string{"# keep the old size", helmUpgrade(p, "--set", word(paths[0]+"="+old))}
}

// valuePaths lists the paths, as --set takes them, of the values that are text and
// stand under a key that matches.
func valuePaths(values map[string]any, above []string, text string, key *regexp.Regexp) []string {
	var out []string
	for name, value := range values {
		path := append(slices.Clone(above), strings.NewReplacer(`.`, `\.`, `,`, `\,`, `=`, `\=`).Replace(name))
		switch v := value.(type) {
		case map[string]any:
			out = append(out, valuePaths(v, path, text, key)...)
		case string:
			if v == text && key.MatchString(name) {
				out = append(out, strings.Join(path, "."))
			}
		}
	}
	return out
}
