package config

import (
	"maps"
	"slices"
)

// Flags are settings that a command line gives. What is not given is nil or "".
type Flags struct {
	FailOn      FailOn
	Probe       *bool
	KubeVersion string
	APIVersions []string
	Baseline    string
	Fix         Fixes
	Retention   Retention
	// NoBaseline takes the file's baseline away.
	NoBaseline bool
	// Only and Skip are the names of rules that are wanted, and not.
	Only, Skip []string
}

// over returns c with the flags over it. rules are the names of all rules.
func (f Flags) over(c *Config, rules []string) *Config {
	out := *c
	out.Rules, out.places = maps.Clone(c.Rules), maps.Clone(c.places)
	if out.Rules == nil {
		out.Rules = map[string]Level{}
	}
	if out.places == nil {
		out.places = map[string]string{}
	}
	if f.FailOn != "" {
		out.FailOn, out.places["failOn"] = f.FailOn, "--fail-on"
	}
	if f.Probe != nil {
		out.Probe, out.places["probe"] = f.Probe, "--probe"
	}
	if f.KubeVersion != "" {
		out.KubeVersion, out.places["kubeVersion"] = Version(f.KubeVersion), "--kube-version"
	}
	if len(f.APIVersions) > 0 {
		out.APIVersions, out.places["apiVersions"] = f.APIVersions, "--api-versions"
	}
	if f.Baseline != "" {
		out.Baseline, out.places["baseline"] = Text(f.Baseline), "--baseline"
	}
	if f.Fix != "" {
		out.Fix, out.places["fix"] = f.Fix, "--fix"
	}
	if f.Retention != "" {
		out.Retention, out.places["retention"] = f.Retention, "--retention"
	}
	if f.NoBaseline {
		out.Baseline = ""
	}
	level := func(rule, flag string, l Level) { out.Rules[rule], out.places["rules."+rule] = l, flag }
	for _, rule := range rules {
		switch {
		case slices.Contains(f.Skip, rule):
			level(rule, "--skip", Off)
		case len(f.Only) > 0 && !slices.Contains(f.Only, rule):
			level(rule, "--only", Off)
		case len(f.Only) > 0 && out.Rules[rule] == Off:
			level(rule, "--only", Own)
		}
	}
	return &out
}
