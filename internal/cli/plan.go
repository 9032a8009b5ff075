//go:build !postrenderer

package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func (c *Command) plan() *cobra.Command {
	var (
		inputs   chartFlags
		sources  sourceFlags
		options  stateful.LintOptions
		output   outputFlag
		settings configFlag
	)
	cmd := &cobra.Command{
		Use:   "plan CHART",
		Short: "Show the life of each object that holds state, from install to reinstall",
		Long: `Plan rehearses a chart and prints a table: what becomes of each claim, StatefulSet,
credential, definition and namespace at install, upgrade, rollback, uninstall and
reinstall, and what the API server refuses. CHART is a folder, a .tgz archive, or
a reference that helm pull takes (repo/chart, an oci:// or https:// address).

The versions of Kubernetes and of APIs that templates see come from its .helm-stateful.yaml.`,
		Example: `  helm stateful plan ./chart
  helm stateful plan ./chart -f production.yaml --output markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("name one chart: a folder, a .tgz archive, or a reference")
			}
			return nil
		},
		ValidArgsFunction: completeCharts,
		RunE: func(cmd *cobra.Command, args []string) error {
			outputs, err := output.parse(report.PlanFormats())
			if err != nil {
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
			c.working(args[0])
			plan, err := stateful.Plan(cmd.Context(), cleanPaths(args)[0], options)
			if err != nil {
				return chartError(err)
			}
			return c.write(outputs, func(s sink, w io.Writer) error { return report.WritePlan(w, plan, s.format) })
		},
	}
	inputs.register(cmd)
	sources.register(cmd)
	cmd.Flags().DurationVar(&options.Timeout, "timeout", 0, "longest time for the chart (default 1m)")
	output.register(cmd, report.PlanFormats)
	settings.register(cmd)
	return cmd
}
