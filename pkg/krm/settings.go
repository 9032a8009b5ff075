package krm

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/internal/lazy"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// settleBy reads what of a functionConfig is a configuration, off as it is
// written: YAML 1.1, which objects are read as, takes that for a boolean.
func (o *options) settleBy(stream *manifest.Stream, rules []*lint.Rule) error {
	settings, err := settingsOf(stream)
	if err != nil || len(settings.Content) == 0 {
		return err
	}
	text, err := yaml.Marshal(settings)
	if err != nil {
		return fmt.Errorf("functionConfig: %w", err)
	}
	found, err := config.Parse("functionConfig", text, namesOf(rules))
	if err != nil {
		return errors.New(ownLine().ReplaceAllString(err.Error(), "functionConfig: "))
	}
	o.Rules = slices.DeleteFunc(o.Rules, func(r *lint.Rule) bool { return found.RuleOff(r.Name) })
	o.Settle = func(findings []lint.Finding, objects []*manifest.Object) []lint.Finding {
		findings, _ = found.Settle(findings, objects, o.Rules, namesOf(rules), time.Now())
		return findings
	}
	return nil
}

// ownLine is a place in a text that nobody else sees.
var ownLine = lazy.Pattern(`(?m)^functionConfig:\d+: `)

// settingsOf is the mapping of rules and ignore, where they are given.
func settingsOf(stream *manifest.Stream) (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode}
	for _, d := range stream.Documents {
		var document yaml.Node
		if err := yaml.Unmarshal(d.Body(), &document); err != nil {
			return nil, fmt.Errorf("ResourceList on standard input: %w", err)
		}
		if len(document.Content) == 0 {
			continue
		}
		given := yaml.NewRNode(document.Content[0]).Field("functionConfig")
		if given.IsNilOrEmpty() {
			continue
		}
		section := given.Value.Field("spec")
		if given.Value.GetKind() == "ConfigMap" {
			section = given.Value.Field("data")
		}
		if section.IsNilOrEmpty() {
			continue
		}
		for _, key := range []string{keyRules, keyIgnore} {
			field := section.Value.Field(key)
			if field == nil {
				continue
			}
			value, err := written(field.Value.YNode())
			if err != nil {
				return nil, fmt.Errorf("functionConfig: %s: %w", key, err)
			}
			out.Content = append(out.Content, yaml.NewScalarRNode(key).YNode(), value)
		}
	}
	return out, nil
}

// written is a value, or what a text holds that stands for it.
func written(node *yaml.Node) (*yaml.Node, error) {
	if node.Kind != yaml.ScalarNode || node.Tag != yaml.NodeTagString {
		return node, nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(node.Value), &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return node, nil
	}
	return document.Content[0], nil
}
