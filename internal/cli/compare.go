//go:build !postrenderer

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func (c *Command) compare() *cobra.Command {
	var (
		inputs   chartFlags
		sources  sourceFlags
		options  stateful.LintOptions
		chosen   ruleFlags
		output   outputFlag
		settings configFlag
		against  string
	)
	fail := failOn{at: lint.Error}
	cmd := &cobra.Command{
		Use:   "compare {OLD NEW | --against REVISION CHART}",
		Short: "Tell whether an upgrade from one version of a chart to another will pass",
		Long: `Compare installs the old version of a chart on a simulated cluster, upgrades to the
new one and rolls back. It reports what the API server refuses, what data is left
behind, and what findings the new version adds; and says what has to be done by
hand. OLD and NEW are folders, .tgz archives, or references that helm pull takes
(repo/chart@1.4.0, oci://…, https://…). With --against, the old version is the chart
in git where HEAD parted from that revision (their merge base), and the new one is
the work tree's.

Without -f and --set it does so with the charts' own values and with each
ci/*-values.yaml that both versions have.`,
		Example: `  helm stateful compare ./chart-1.4.0.tgz ./chart
  helm stateful compare bitnami/redis@20.0.0 bitnami/redis@21.0.0 -f production.yaml
  helm stateful compare --against origin/main ./chart`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case against != "" && len(args) != 1:
				return fmt.Errorf("name one chart: --against %s is its old version", against)
			case against == "" && len(args) != 2:
				return fmt.Errorf("name two charts: the old version and the new one; or one chart, and its old version by --against")
			}
			return nil
		},
		ValidArgsFunction: completeCharts,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := output.parse(report.Formats())
			if err != nil {
				return err
			}
			if options.Rules, err = chosen.rules(); err != nil {
				return err
			}
			if err := sources.fill(c, &options, args); err != nil {
				return err
			}
			if err := inputs.fill(c, &options); err != nil {
				return err
			}
			if options.Config, err = settings.source(configured(cmd)); err != nil {
				return err
			}
			options.Plan = showsPlans(outputs)
			paths := cleanPaths(args)
			c.working(strings.Join(paths, ", "))
			var result *report.Report
			if against != "" {
				result, err = stateful.CompareAgainst(cmd.Context(), against, paths[0], options)
			} else {
				result, err = stateful.Compare(cmd.Context(), paths[0], paths[1], options)
			}
			if err != nil {
				return chartError(err)
			}
			if err := fail.settle(options.Config, result.Charts); err != nil {
				return err
			}
			return c.finish(outputs, result, fail)
		},
	}
	inputs.register(cmd)
	cmd.Flags().StringVar(&against, "against", "", "compare with the merge base of HEAD and a git `revision`")
	sources.register(cmd)
	cmd.Flags().BoolVar(&options.Probe, "probe", true, "also upgrade with values of our own making")
	cmd.Flags().DurationVar(&options.Timeout, "timeout", 0, "longest time for both charts (default 1m)")
	chosen.register(cmd)
	fail.register(cmd)
	output.register(cmd, report.Formats)
	settings.register(cmd)
	return cmd
}
