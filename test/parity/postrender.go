package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// checkPostRender holds the post-renderer to its contract on a real stream:
// without fixes the very input, with all of them every object that went in, in
// order, and nothing more to fix the second time. It returns how many findings
// were fixed and how many could not be.
func checkPostRender(text []byte) (fixed, unfixed int, err error) {
	options := fix.Options{Rules: rules.All(), Cluster: cluster.New()}
	same, _, err := fix.PostRender(text, options)
	if err != nil {
		return 0, 0, err
	}
	if !bytes.Equal(same, text) {
		return 0, 0, errors.New("without fixes the output differs from the input")
	}
	options.Select = fix.All()
	once, findings, err := fix.PostRender(text, options)
	if err != nil {
		return 0, 0, err
	}
	before, err := manifest.Parse(text)
	if err != nil {
		return 0, 0, err
	}
	after, err := manifest.Parse(once)
	if err != nil {
		return 0, 0, fmt.Errorf("the output does not parse: %w", err)
	}
	was, is := before.Objects(), after.Objects()
	if len(was) != len(is) {
		return 0, 0, fmt.Errorf("%d objects went in and %d came out", len(was), len(is))
	}
	for i := range was {
		if was[i].ID != is[i].ID {
			return 0, 0, fmt.Errorf("%s went in and %s came out", was[i], is[i])
		}
	}
	twice, _, err := fix.PostRender(once, options)
	if err != nil {
		return 0, 0, err
	}
	if !bytes.Equal(once, twice) {
		return 0, 0, errors.New("fixing twice is not fixing once")
	}
	for _, f := range findings {
		if f.Fixed {
			fixed++
		}
		if f.Unfixed != "" {
			unfixed++
			fmt.Printf("not fixed: %s %s: %s\n", f.Rule, f.Object, f.Unfixed)
		}
	}
	return fixed, unfixed, nil
}
