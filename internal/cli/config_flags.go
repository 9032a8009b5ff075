package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/config"
)

// configFlag is the flag --config.
type configFlag struct{ file string }

const noConfig = "none"

func (f *configFlag) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "config", "", "configuration `file`, or none (default nearest "+config.Name+")")
}

// registerHere adds the flag for a command that knows no chart.
func (f *configFlag) registerHere(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "config", "", "configuration `file`, or none (default nearest "+config.Name+")")
}

// source is where the configuration of each chart comes from, under flags.
func (f *configFlag) source(flags config.Flags) (*config.Source, error) {
	s := &config.Source{Flags: flags, Rules: ruleNames()}
	switch f.file {
	case "":
	case noConfig:
		s.None = true
	default:
		if _, err := os.Stat(f.file); err != nil {
			return nil, fmt.Errorf("--config: %w", err)
		}
		s.File = f.file
	}
	return s, nil
}

// configured collects what the flags of a command say over its configuration.
func configured(cmd *cobra.Command) config.Flags {
	given := cmd.Flags()
	text := func(name string) string {
		if f := given.Lookup(name); f != nil && f.Changed {
			return f.Value.String()
		}
		return ""
	}
	list := func(name string) []string {
		names, _ := given.GetStringSlice(name) // not every command has each of them
		return names
	}
	flags := config.Flags{
		Only: list("only"), Skip: list("skip"),
		KubeVersion: text("kube-version"), APIVersions: list("api-versions"),
		Baseline: text("baseline"), NoBaseline: text("write-baseline") != "",
		FailOn: config.FailOn(text("fail-on")),
		Fix:    config.Fixes(text("fix")), Retention: config.Retention(text("retention")),
	}
	if given.Changed("probe") {
		if probe, err := given.GetBool("probe"); err == nil {
			flags.Probe = &probe
		}
	}
	return flags
}
