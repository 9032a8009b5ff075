package render

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
)

var (
	secretKey = lazy.Pattern(`(?i)^existing_?[a-z]*_?secret(_?name)?$`)
	// passwordKey matches what stands beside such a key and goes into the chart's
	// own Secret.
	passwordKey = lazy.Pattern(`(?i)(pass(word|wd)?|token|secret|key)$`)
)

// secretsIn are the names of Secrets that values give, by their paths.
func secretsIn(values map[string]any) map[string]string {
	return namesIn(values, secretKey())
}

// secretNames gives every empty value that takes the name of a Secret one of
// ours, and those that are mentioned.
func secretNames(values map[string]any, mentioned [][]string) []change {
	var out []change
	add := func(path []string) {
		if len(out) < maxChanges {
			out = append(out, change{path: path, value: fmt.Sprintf("secret-%d-of-yours", len(out)+1), secret: true})
		}
	}
	walkValues(values, nil, func(path []string, value any) {
		if secretKey().MatchString(path[len(path)-1]) && value == "" {
			add(path)
		}
	})
	for _, path := range mentioned {
		add(path)
	}
	return out
}

// WithPasswords turns a case that gives names for Secrets into one that gives
// none, and a password of its own for each that the chart's values have beside
// one. It returns the passwords by the path of the name.
func (c Case) WithPasswords(chart map[string]any) (Case, map[string][]string) {
	out := c
	out.Values = copyMaps(c.Values, map[uintptr]any{}).(map[string]any)
	out.Secrets = nil
	passwords := map[string][]string{}
	n := 0
	for _, path := range slices.Sorted(maps.Keys(c.Secrets)) {
		keys := strings.Split(path, ".")
		at, defaults := out.Values, chart
		for _, key := range keys[:len(keys)-1] {
			at, _ = at[key].(map[string]any)
			defaults, _ = defaults[key].(map[string]any)
		}
		if at == nil {
			continue // a key with a dot in it
		}
		delete(at, keys[len(keys)-1])
		for _, key := range slices.Sorted(maps.Keys(defaults)) {
			if _, isText := defaults[key].(string); !isText || !passwordKey().MatchString(key) || secretKey().MatchString(key) {
				continue
			}
			n++
			at[key] = fmt.Sprintf("Password%dOfYours", n)
			passwords[path] = append(passwords[path], at[key].(string))
		}
	}
	return out, passwords
}
