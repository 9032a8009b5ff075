//go:build !postrenderer

package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/config"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

func (c *Command) config() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show or check the configuration, " + config.Name,
		Long: `A ` + config.Name + ` says what the charts below its folder are held to: severities,
values cases, ignores, a baseline. The nearest one upward from a chart holds, up
to the root of the git work tree. Its JSON schema is docs/schema/config.schema.json.`,
		Example: `  helm stateful config print ./chart
  helm stateful config validate ` + config.Name,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.configPrint(), c.configValidate())
	return cmd
}

func (c *Command) configPrint() *cobra.Command {
	var (
		settings configFlag
		output   outputFlag
	)
	formats := func() []string { return []string{"text", "json"} }
	cmd := &cobra.Command{
		Use:   "print [CHART]",
		Short: "Print the configuration of a chart, and where each setting comes from",
		Example: `  helm stateful config print ./chart
  helm stateful config print --output json`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeCharts,
		RunE: func(_ *cobra.Command, args []string) error {
			outputs, err := output.parse(formats())
			if err != nil {
				return err
			}
			source, err := settings.source(config.Flags{})
			if err != nil {
				return err
			}
			chart := "."
			if len(args) > 0 {
				chart = args[0]
			}
			found, err := source.For(chart)
			if err != nil {
				return err
			}
			all := found.Settings(config.Defaults{FailOn: config.FailOn(lint.Error.String()), Probe: true, KubeVersion: render.DefaultKubeVersion})
			return c.write(outputs, func(s sink, w io.Writer) error {
				if s.format == "text" {
					return config.Print(w, all)
				}
				encoder := json.NewEncoder(w)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				return encoder.Encode(struct {
					File     string           `json:"file"`
					Settings []config.Setting `json:"settings"`
				}{found.File, all})
			})
		},
	}
	settings.register(cmd)
	output.register(cmd, formats)
	return cmd
}

func (c *Command) configValidate() *cobra.Command {
	return &cobra.Command{
		Use:               "validate FILE",
		Short:             "Check a configuration file",
		Example:           "  helm stateful config validate " + config.Name,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeYAML,
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := config.Read(args[0], ruleNames()); err != nil {
				return &config.Invalid{Err: err}
			}
			_, err := fmt.Fprintf(c.Stdout, "%s is valid\n", args[0])
			return err
		},
	}
}
