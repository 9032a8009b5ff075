package krm

import (
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Outcome is what a function makes of a ResourceList.
type Outcome struct {
	// List is the ResourceList with the results in it; one without findings is
	// what came in, byte for byte.
	List []byte
	// Findings are what the results say.
	Findings []lint.Finding
	// Failed says that they are bad enough for the function to fail.
	Failed bool
}

// Run judges and fixes a ResourceList by rules, as its functionConfig says. The
// cluster, which may be nil, is that of fix.Options.
func Run(in []byte, rules []*lint.Rule, cluster lifecycle.Cluster) (Outcome, error) {
	stream, err := manifest.Parse(in)
	if err != nil {
		return Outcome{}, fmt.Errorf("ResourceList on standard input: %w", err)
	}
	list, err := listOf(stream)
	if err != nil {
		return Outcome{}, err
	}
	options, err := readOptions(list["functionConfig"], rules)
	if err != nil {
		return Outcome{}, err
	}
	if err := options.settleBy(stream, rules); err != nil {
		return Outcome{}, err
	}
	options.Cluster = cluster
	fixed, findings, err := fix.Judge(stream, options.Options)
	if err != nil {
		return Outcome{}, err
	}
	out, err := withResults(fixed.Bytes(), results(findings, stream.Objects()))
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{List: out, Findings: findings, Failed: options.fails(findings)}, nil
}

// listOf returns the fields of the one ResourceList that a stream must hold.
func listOf(stream *manifest.Stream) (map[string]any, error) {
	var list map[string]any
	for _, d := range stream.Documents {
		var root map[string]any
		if err := yaml.Unmarshal(d.Body(), &root); err != nil {
			return nil, fmt.Errorf("ResourceList on standard input: %w", err)
		}
		if root != nil && list != nil {
			return nil, errors.New("standard input holds more than one YAML document: a function is given one ResourceList")
		}
		if root != nil {
			list = root
		}
	}
	if manifest.StringAt(list, "kind") != "ResourceList" || !slices.Contains([]string{"config.kubernetes.io/v1", "config.kubernetes.io/v1beta1", "config.kubernetes.io/v1alpha1"}, manifest.StringAt(list, "apiVersion")) {
		return nil, errors.New("standard input is no ResourceList (config.kubernetes.io/v1): kustomize and kpt run this command, or pipe through `kpt fn source`; for plain manifests there is post-render")
	}
	return list, nil
}
