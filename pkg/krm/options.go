package krm

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/fix"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// options are the choices of a functionConfig.
type options struct {
	fix.Options
	failOn lint.Severity // 0 is never
}

func (o options) fails(findings []lint.Finding) bool {
	return o.failOn != 0 && lint.Worst(findings) >= o.failOn
}

// Keys of a functionConfig, as the post-renderer's flags of the same names.
const (
	keyFix       = "fix"
	keyRetention = "retention"
	keyOnly      = "only"
	keySkip      = "skip"
	keyFailOn    = "failOn"
)

// Keys of a functionConfig, as those of .helm-stateful.yaml.
const (
	keyRules  = "rules"
	keyIgnore = "ignore"
)

func keys() []string {
	return []string{keyFix, keyRetention, keyOnly, keySkip, keyFailOn, keyRules, keyIgnore}
}

// readOptions reads a functionConfig: the data of a ConfigMap, or the spec of
// any other kind. A list may be one, or a text with commas; rules and ignore
// hold what they hold in a .helm-stateful.yaml, or a text with that.
func readOptions(config any, rules []*lint.Rule) (options, error) {
	out := options{Options: fix.Options{Rules: rules, Select: fix.Safe()}}
	section := "spec"
	if manifest.StringAt(config, "kind") == "ConfigMap" {
		section = "data"
	}
	given := manifest.MapAt(config, section)
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(keys(), key) {
			message := fmt.Sprintf("functionConfig: there is no key %s.%s", section, key)
			if nearest := lint.Nearest(key, keys()); nearest != "" {
				message += "; is " + nearest + " meant"
			}
			return out, fmt.Errorf("%s. There are %s", message, strings.Join(keys(), ", "))
		}
		if key == keyRules || key == keyIgnore {
			continue
		}
		text, err := textOf(given[key])
		if err != nil {
			return out, fmt.Errorf("functionConfig: %s.%s %w", section, key, err)
		}
		texts[key] = text
	}
	return out, out.fill(texts)
}

func textOf(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case []any:
		var words []string
		for _, item := range v {
			word, ok := item.(string)
			if !ok {
				return "", fmt.Errorf("must be a list of strings")
			}
			words = append(words, word)
		}
		return strings.Join(words, ","), nil
	}
	return "", fmt.Errorf("must be a string or a list of strings")
}

func (o *options) fill(texts map[string]string) (err error) {
	only, err := names(texts, keyOnly, o.Rules)
	if err != nil {
		return err
	}
	skip, err := names(texts, keySkip, o.Rules)
	if err != nil {
		return err
	}
	o.Rules = slices.DeleteFunc(slices.Clone(o.Rules), func(r *lint.Rule) bool {
		return (len(only) > 0 && !slices.Contains(only, r.Name)) || slices.Contains(skip, r.Name)
	})
	if text, ok := texts[keyFix]; ok {
		if o.Select, err = fix.ParseSelection(text, o.Rules); err != nil {
			return fmt.Errorf("functionConfig: fix: %w", err)
		}
	}
	if text, ok := texts[keyRetention]; ok {
		o.Retention = lint.Retention(text)
		if o.Retention != lint.RetentionKeep && o.Retention != lint.RetentionDelete {
			return fmt.Errorf("functionConfig: retention %q: must be keep or delete", text)
		}
	}
	if text, ok := texts[keyFailOn]; ok && text != "none" {
		if o.failOn, err = lint.ParseSeverity(text); err != nil {
			return fmt.Errorf("functionConfig: failOn %q: must be error, warning, info or none", text)
		}
	}
	return nil
}

// names are the rules that a text lists.
func names(texts map[string]string, key string, rules []*lint.Rule) ([]string, error) {
	text, ok := texts[key]
	if !ok {
		return nil, nil
	}
	var out []string
	known := namesOf(rules)
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("functionConfig: %s: there is no rule %q: helm stateful rules lists them", key, name)
		}
		out = append(out, name)
	}
	return out, nil
}

func namesOf(rules []*lint.Rule) []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.Name)
	}
	return out
}
