package render

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Case is one set of values that a chart is rehearsed under.
type Case struct {
	// Name says where the values come from: default, flags, the file under ci/,
	// or for a probe the flags that set them.
	Name   string
	Values map[string]any
	// Probe marks values that nobody has given: they are the tool's own.
	Probe bool
	// InstallAlone says that what the values bring about shows at the install,
	// so that the rest of the release's life need not be played.
	InstallAlone bool
	// Claims are the names that the values give for claims, by the path of the
	// value that takes each, such as persistence.existingClaim.
	Claims map[string]string
	// Secrets are the names that the values give for Secrets, by the path of the
	// value that takes each, such as auth.existingSecret.
	Secrets map[string]string
}

// Names of the cases that are no files and no probes.
const (
	CaseDefault = "default"
	CaseFlags   = "flags"
)

// NewCase is a set of values under a name of its own.
func NewCase(name string, values map[string]any) Case {
	return Case{Name: name, Values: values, Claims: claimsIn(values), Secrets: secretsIn(values)}
}

// Cases are the values that a chart is rehearsed under, the base case first:
// the user's where there are any, else the chart's own and each
// ci/*-values.yaml, chart-testing's convention.
func (c *Chart) Cases(user map[string]any) ([]Case, error) {
	if len(user) > 0 {
		return []Case{NewCase(CaseFlags, user)}, nil
	}
	cases := []Case{{Name: CaseDefault}}
	for _, f := range c.files {
		if matched, _ := path.Match("ci/*-values.yaml", f.Name); !matched {
			continue
		}
		var values map[string]any
		if err := yaml.Unmarshal(f.Data, &values); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		cases = append(cases, NewCase(f.Name, values))
	}
	slices.SortStableFunc(cases[1:], func(a, b Case) int { return strings.Compare(a.Name, b.Name) })
	return cases, nil
}
