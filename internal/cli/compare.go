package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func (c *Command) compare() *cobra.Command {
	var (
		inputs  chartFlags
		options stateful.LintOptions
		chosen  ruleFlags
		output  outputFlag
	)
	fail := failOn{at: lint.Error}
	cmd := &cobra.Command{
		Use:   "compare OLD NEW",
		Short: "Tell whether an upgrade from one version of a chart to another will pass",
		Long: `Compare installs the old version of a chart on a simulated cluster, upgrades to the
new one and rolls back. It reports what the API server refuses, what data is left
behind, and what findings the new version adds. OLD and NEW are folders or .tgz
archives.`,
		Example: `  helm stateful compare ./chart-1.4.0.tgz ./chart
  helm stateful compare old/ new/ -f production.yaml --fail-on warning`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("name two charts: the old version and the new one")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := output.parse(report.Formats())
			if err != nil {
				return err
			}
			if options.Rules, err = chosen.rules(); err != nil {
				return err
			}
			if err := inputs.fill(c, &options); err != nil {
				return err
			}
			paths := cleanPaths(args)
			result, err := stateful.Compare(cmd.Context(), paths[0], paths[1], options)
			if err != nil {
				return &exitError{exitChart, err}
			}
			if err := c.writeReports(outputs, result, fail); err != nil {
				return err
			}
			if fail.reached(result.Findings) {
				return &exitError{code: exitFindings}
			}
			return nil
		},
	}
	inputs.register(cmd)
	cmd.Flags().DurationVar(&options.Timeout, "timeout", 0, "longest time for both charts (default 1m)")
	chosen.register(cmd)
	fail.register(cmd)
	output.register(cmd, report.Formats)
	return cmd
}
