//go:build !postrenderer

package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func (c *Command) lint() *cobra.Command {
	var (
		inputs   chartFlags
		sources  sourceFlags
		options  stateful.LintOptions
		chosen   ruleFlags
		output   outputFlag
		settings configFlag
		baseline baselineFlags
		some     selectionFlags
	)
	fail := failOn{at: lint.Error}
	cmd := &cobra.Command{
		Use:   "lint CHART...",
		Short: "Find what will go wrong with the state of charts",
		Long: `Lint rehearses the life of each chart and reports what will fail, and what data
will be lost or stranded. It needs no cluster. CHART is a chart's folder, a .tgz
archive, a folder of charts, a reference that helm pull takes (repo/chart, an
oci:// or https:// address), or - for manifests on standard input.

Each chart is rehearsed with its own values, each ci/*-values.yaml, and probes (such as
the name of a claim that a user brings); or with the values given, and probes of those.
Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage, 3 a chart that
cannot be loaded or rendered.`,
		Example: `  helm stateful lint ./chart
  helm stateful lint ./chart -f production.yaml --set persistence.existingClaim=data
  helm stateful lint bitnami/postgresql --version 16.0.0 --fail-on warning
  helm stateful lint charts/ -o sarif=out.sarif -o html=out.html -o text
  helm stateful lint charts/ --against origin/main   # only what a branch changes`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name at least one chart: a folder, a .tgz archive, a folder of charts, or a reference")
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
			if err := sources.fill(c, &options, args); err != nil {
				return err
			}
			if err := sources.stream(c, &options, args, inputs.values); err != nil {
				return err
			}
			if err := inputs.fill(c, &options); err != nil {
				return err
			}
			if options.Config, err = settings.source(configured(cmd)); err != nil {
				return err
			}
			if err := baseline.checked(); err != nil {
				return err
			}
			options.NewSince = baseline.since
			if err := some.fill(&options); err != nil {
				return err
			}
			options.Plan = showsPlans(outputs)
			progress := c.progress(len(args))
			options.Progress = progress.step
			c.guarded(&options, slices.Contains(args, stateful.Stream) || inputs.values.ReadsStdin())
			result, err := stateful.Lint(cmd.Context(), cleanPaths(args), options)
			progress.clear()
			if err != nil {
				return chartError(err)
			}
			if result, err = baseline.written(result); err != nil {
				return err
			}
			if err := fail.settle(options.Config, result.Charts); err != nil {
				return err
			}
			if len(result.Charts) == 0 {
				fmt.Fprintln(c.Stderr, some.nothing())
			}
			return c.finish(outputs, result, fail)
		},
		ValidArgsFunction: completeCharts,
	}
	inputs.register(cmd)
	sources.register(cmd)
	flags := cmd.Flags()
	some.register(cmd)
	flags.IntVar(&options.Workers, "workers", 0, "charts at a time (default one for each core)")
	hide(cmd, "workers")
	flags.BoolVar(&options.Probe, "probe", true, "also rehearse values of our own making")
	flags.DurationVar(&options.Timeout, "timeout", 0, "bound for a chart and a set of values (default 1m; also --workers)")
	chosen.register(cmd)
	fail.register(cmd)
	output.register(cmd, report.Formats)
	settings.register(cmd)
	baseline.register(cmd)
	return cmd
}

// guarded tells the guard, if there is one, what the options are about to be
// used for. pinned says that standard input is read.
func (c *Command) guarded(o *stateful.LintOptions, pinned bool) {
	if c.guard == nil {
		return
	}
	c.guard.mu.Lock()
	defer c.guard.mu.Unlock()
	o.Watch, o.GivenUp = &stateful.Watch{}, c.guard.state.GivenUp
	c.guard.watch, c.guard.pinned = o.Watch, pinned
	if c.guard.state.Alone {
		o.Workers = 1
	}
}
