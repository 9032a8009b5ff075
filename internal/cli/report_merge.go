package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

// reportMerge joins the reports of several jobs.
func (c *Command) reportMerge() *cobra.Command {
	var output outputFlag
	fail := failOn{at: lint.Error}
	cmd := &cobra.Command{
		Use:   "merge REPORT...",
		Short: "Join JSON reports into one, in any format",
		Long: `Merge joins the JSON reports of lint or compare into one report: of the shards of a
CI matrix, the one that a single run would have printed. REPORT is a file, or - for
standard input. A chart that several reports have comes once.

Exit codes are those of lint.`,
		Example: `  helm stateful report merge 1.json 2.json 3.json
  helm stateful report merge reports/*.json --output json --fail-on warning > all.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name at least one report: a file that lint --output json has written")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			outputs, err := output.parse(report.Formats())
			if err != nil {
				return err
			}
			var reports []*report.Report
			for _, name := range args {
				r, err := c.readReport(name)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				reports = append(reports, r)
			}
			merged, err := report.Merge(reports...)
			if err != nil {
				return err
			}
			return c.finish(outputs, merged, fail)
		},
	}
	fail.register(cmd)
	output.register(cmd, report.Formats)
	return cmd
}

func (c *Command) readReport(name string) (*report.Report, error) {
	var in io.Reader = c.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return report.Read(in)
}
