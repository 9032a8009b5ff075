package config

import "path/filepath"

// Config is the content of a .helm-stateful.yaml. Nothing in it is required.
// Paths and globs are relative to the folder that holds the file.
type Config struct {
	// Rules says what the findings of a rule count as. Its worst findings get
	// this severity; findings that the rule itself reports as milder stay milder.
	// A rule that is off is not applied.
	Rules map[string]Level `json:"rules,omitempty"`
	// FailOn is the severity from which a finding fails the run (default error).
	FailOn FailOn `json:"failOn,omitempty"`
	// Probe also rehearses values of our own making, such as a claim that a user
	// brings (default true).
	Probe *bool `json:"probe,omitempty"`
	// KubeVersion is the Kubernetes version that templates see.
	KubeVersion Version `json:"kubeVersion,omitempty"`
	// APIVersions are further API versions that templates see.
	APIVersions []string `json:"apiVersions,omitempty"`
	// Helm names the major versions of Helm that matter (default both). Helm 3
	// updates by three-way merge, Helm 4 by server-side apply; but Helm 4 goes on
	// merging in releases that Helm 3 has installed, so leave 3 in for those.
	Helm []HelmVersion `json:"helm,omitempty"`
	// Values are further sets of values that charts are rehearsed under, beside
	// their own values and each ci/*-values.yaml.
	Values []ValuesCase `json:"values,omitempty"`
	// Ignore sets findings aside, with a reason.
	Ignore []Ignore `json:"ignore,omitempty"`
	// Baseline is a file of findings that are known, as --write-baseline writes.
	Baseline Text `json:"baseline,omitempty"`
	// Fix says which fixes the post-renderer applies: safe, all, none or the
	// names of rules, separated by commas (default safe).
	Fix Fixes `json:"fix,omitempty"`
	// Retention says what fixes state for data when a release is uninstalled:
	// keep or delete (default keep).
	Retention Retention `json:"retention,omitempty"`

	// File is what the configuration was read from, "" for none.
	File string `json:"-"`

	// places are the lines, or the flags, that settings come from, by their path.
	places map[string]string
}

// ValuesCase is a set of values that some charts are rehearsed under.
type ValuesCase struct {
	// Name is how reports call the case.
	Name Text `json:"name"`
	// Charts is a glob of chart folders, or of chart names where it holds no
	// slash (default all charts).
	Charts Glob `json:"charts,omitempty"`
	// Files are values files, the later over the earlier.
	Files []Text `json:"files"`
}

// Ignore sets findings aside. An entry that ignores nothing is reported.
type Ignore struct {
	// Rule is the rule whose findings are ignored.
	Rule RuleName `json:"rule"`
	// Kind is the kind of the objects (default all).
	Kind Text `json:"kind,omitempty"`
	// Name is a glob of the objects' names (default all).
	Name Glob `json:"name,omitempty"`
	// Chart is a glob of chart folders, or of chart names where it holds no slash
	// (default all charts).
	Chart Glob `json:"chart,omitempty"`
	// Until is the last day on which the entry holds.
	Until Date `json:"until,omitempty"`
	// Reason says why the findings are no matter.
	Reason Text `json:"reason"`

	place string
}

// BaselineFile is the path of the baseline, "" for none. One that a flag names
// is relative to the current folder.
func (c *Config) BaselineFile() string {
	if c.Baseline == "" || c.Place("baseline") == "--baseline" {
		return string(c.Baseline)
	}
	return c.path(string(c.Baseline))
}

// path leads from here to what the file names.
func (c *Config) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(c.File), filepath.FromSlash(name))
}

// RuleOff reports whether a rule is not to be applied.
func (c *Config) RuleOff(rule string) bool { return c.Rules[rule] == Off }

// Place says where a setting comes from: FILE:LINE, a flag, or "default". path
// is the setting's key, with dots before what is below it.
func (c *Config) Place(path string) string {
	if place, ok := c.places[path]; ok {
		return place
	}
	return "default"
}
