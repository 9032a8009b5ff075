package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// ruleFlags choose rules.
type ruleFlags struct{ only, skip []string }

func (f *ruleFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.only, "only", nil, "apply only these `rules` (--skip: all but these)")
	cmd.Flags().StringSliceVar(&f.skip, "skip", nil, "leave out these `rules`")
	hide(cmd, "skip")
	completeWith(cmd, "only", ruleNames)
	completeWith(cmd, "skip", ruleNames)
}

// rules returns the chosen rules in their usual order.
func (f *ruleFlags) rules() ([]*lint.Rule, error) {
	all := rules.All()
	for flag, names := range map[string][]string{"--only": f.only, "--skip": f.skip} {
		for _, name := range names {
			if !slices.ContainsFunc(all, func(r *lint.Rule) bool { return r.Name == name }) {
				return nil, fmt.Errorf("%s %s: %w", flag, name, noSuchRule(name))
			}
		}
	}
	return slices.DeleteFunc(all, func(r *lint.Rule) bool {
		return (len(f.only) > 0 && !slices.Contains(f.only, r.Name)) || slices.Contains(f.skip, r.Name)
	}), nil
}

func ruleNames() []string {
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	return names
}

// noSuchRule names the rule that was most likely meant.
func noSuchRule(name string) error {
	nearest := lint.Nearest(name, ruleNames())
	if nearest == "" {
		return fmt.Errorf("there is no such rule: helm stateful rules lists them")
	}
	return fmt.Errorf("there is no such rule; is %s meant? helm stateful rules lists them all", nearest)
}

// failOn is the flag --fail-on.
type failOn struct {
	at lint.Severity // 0 is none
	// byChart is what holds for some charts instead, by their paths.
	byChart map[string]lint.Severity
}

var _ pflag.Value = (*failOn)(nil)

func (f *failOn) String() string {
	if f.at == 0 {
		return "none"
	}
	return f.at.String()
}

func (f *failOn) Set(text string) error {
	if text == "none" {
		f.at = 0
		return nil
	}
	severity, err := lint.ParseSeverity(text)
	if err != nil {
		return fmt.Errorf("must be error, warning, info or none")
	}
	f.at = severity
	return nil
}

func (f *failOn) Type() string { return "severity" }

func (f *failOn) register(cmd *cobra.Command) {
	cmd.Flags().Var(f, "fail-on", "exit 1 from this on: error, warning, info; or none")
	completeWith(cmd, "fail-on", func() []string { return []string{"error", "warning", "info", "none"} })
}

// reached reports whether findings are bad enough to fail.
func (f *failOn) reached(findings []lint.Finding) bool {
	for i := range findings {
		at, ok := f.byChart[findings[i].ChartPath]
		if !ok {
			at = f.at
		}
		if at != 0 && lint.Worst(findings[i:i+1]) >= at {
			return true
		}
	}
	return false
}

// settle takes the severities from the configurations of charts, under the
// flag. What holds for a run as a whole is then the mildest of them.
func (f *failOn) settle(source *config.Source, charts []report.Chart) error {
	for i, chart := range charts {
		c, err := source.For(chart.Path)
		if err != nil {
			return chartError(err)
		}
		of := failOn{at: lint.Error}
		if c.FailOn != "" {
			if err := of.Set(string(c.FailOn)); err != nil {
				return err
			}
		}
		if f.byChart == nil {
			f.byChart = map[string]lint.Severity{}
		}
		f.byChart[chart.Path] = of.at
		if i == 0 || f.at == 0 || (of.at != 0 && of.at < f.at) {
			f.at = of.at
		}
	}
	return nil
}

// flagError names the flag that was most likely meant.
func flagError(cmd *cobra.Command, err error) error {
	unknown := new(pflag.NotExistError)
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return err
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if nearest := lint.Nearest(unknown.GetSpecifiedName(), names); nearest != "" {
		return fmt.Errorf("%w; is --%s meant?", err, nearest)
	}
	return err
}

// hide leaves flags out of --help, where another flag's line names them.
func hide(cmd *cobra.Command, flags ...string) {
	for _, name := range flags {
		if err := cmd.Flags().MarkHidden(name); err != nil {
			panic(err) // the flag's name is misspelt: a bug that every run shows
		}
	}
}

// completeWith completes a flag's value from a list.
func completeWith(cmd *cobra.Command, flag string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the flag's name is misspelt: a bug that every run shows
	}
}

// completeCharts completes folders and archives.
func completeCharts(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"tgz"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeYAML completes YAML files, and folders on the way to them.
func completeYAML(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
}
