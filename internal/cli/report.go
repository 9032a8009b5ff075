package cli

import "github.com/spf13/cobra"

// report groups the commands about reports that lint and compare have written.
func (c *Command) report() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "report",
		Short:   "Work on JSON reports of earlier runs",
		Example: `  helm stateful report merge 1.json 2.json`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.reportMerge())
	return cmd
}
