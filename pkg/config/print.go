package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Setting is one setting as it holds, and where it comes from.
type Setting struct {
	// Key has dots before what is below a key, and [i] after a list's.
	Key   string `json:"key"`
	Value any    `json:"value"`
	// From is FILE:LINE, a flag, or default.
	From string `json:"from"`
}

// Defaults are what holds where a configuration says nothing.
type Defaults struct {
	FailOn      FailOn
	Probe       bool
	KubeVersion Version
}

// Settings are all that hold. Rules are those that do not have their own
// severity.
func (c *Config) Settings(d Defaults) []Setting {
	var out []Setting
	add := func(key string, value any) { out = append(out, Setting{key, value, c.Place(key)}) }
	for _, rule := range slices.Sorted(maps.Keys(c.Rules)) {
		if level := c.Rules[rule]; level != Own {
			add("rules."+rule, level)
		}
	}
	add("failOn", or(c.FailOn, d.FailOn))
	probe := d.Probe
	if c.Probe != nil {
		probe = *c.Probe
	}
	add("probe", probe)
	add("kubeVersion", or(c.KubeVersion, d.KubeVersion))
	if len(c.APIVersions) > 0 {
		add("apiVersions", c.APIVersions)
	}
	helm := c.Helm
	if len(helm) == 0 {
		helm = HelmVersions()
	}
	add("helm", helm)
	for i, v := range c.Values {
		add(fmt.Sprintf("values[%d]", i), v)
	}
	for i, entry := range c.Ignore {
		add(fmt.Sprintf("ignore[%d]", i), entry)
	}
	if c.Baseline != "" {
		add("baseline", c.Baseline)
	}
	add("fix", or(c.Fix, "safe"))
	add("retention", or(c.Retention, "keep"))
	return out
}

func or[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

// Print writes settings as a configuration file, each with a comment that says
// where it comes from.
func Print(w io.Writer, settings []Setting) error {
	var b bytes.Buffer
	open := ""
	for _, s := range settings {
		value, err := json.Marshal(s.Value)
		if err != nil {
			return err
		}
		parent, key := split(s.Key)
		if parent != open && parent != "" {
			fmt.Fprintf(&b, "%s:\n", parent)
		}
		open = parent
		fmt.Fprintf(&b, "%s%s  # %s\n", key, value, s.From)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// split is the key that a setting stands below, and what stands before its value.
func split(key string) (parent, start string) {
	if i := bytes.IndexAny([]byte(key), ".["); i >= 0 {
		if key[i] == '[' {
			return key[:i], "- "
		}
		return key[:i], "  " + key[i+1:] + ": "
	}
	return "", key + ": "
}
