package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/render"
	"github.com/helm-stateful/helm-stateful/pkg/report"
	"github.com/helm-stateful/helm-stateful/pkg/stateful"
)

func (c *Command) lint() *cobra.Command {
	var (
		values  render.ValueFlags
		options stateful.LintOptions
		chosen  ruleFlags
		output  string
	)
	fail := failOn{at: lint.Error}
	cmd := &cobra.Command{
		Use:   "lint CHART...",
		Short: "Find what will go wrong with the state of charts",
		Long: `Lint rehearses the life of each chart (a folder or a .tgz archive) and reports
what will fail, and what data will be lost or stranded. It needs no cluster and
no network.

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage,
3 a chart cannot be loaded or rendered.`,
		Example: `  helm stateful lint ./chart
  helm stateful lint charts/* --output json
  helm stateful lint ./chart -f production.yaml --set persistence.existingClaim=data
  helm stateful lint ./chart --fail-on warning`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("name at least one chart: a folder or a .tgz archive")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := c.format(output)
			if err != nil {
				return err
			}
			if options.Rules, err = chosen.rules(); err != nil {
				return err
			}
			values.Stdin = c.Stdin
			if options.Values, err = values.Merge(); err != nil {
				return err
			}
			if options.Release.Namespace == "" {
				options.Release.Namespace = c.Getenv("HELM_NAMESPACE")
			}
			progress := c.progress(len(args))
			options.Progress = progress.step
			result, err := stateful.Lint(cmd.Context(), cleanPaths(args), options)
			progress.clear()
			if err != nil {
				return &exitError{exitChart, err}
			}
			if err := format.Write(c.Stdout, result); err != nil {
				return &exitError{exitChart, err}
			}
			switch {
			case result.Failed() > 0:
				return &exitError{code: exitChart}
			case fail.reached(result.Findings):
				return &exitError{code: exitFindings}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveDefault
		},
	}
	registerRelease(cmd, &options.Release)
	flags := cmd.Flags()
	flags.StringArrayVarP(&values.Files, "values", "f", nil, "values `file`, as helm's flag (repeatable)")
	flags.StringArrayVar(&values.Set, "set", nil, "set a `key=value`, as helm's flag (repeatable)")
	flags.StringArrayVar(&values.Strings, "set-string", nil, "set a `key=string` (repeatable)")
	flags.StringArrayVar(&values.SetFiles, "set-file", nil, "set a `key=path` from a file's content (repeatable)")
	flags.StringArrayVar(&values.JSON, "set-json", nil, "set a `key=json` (repeatable)")
	flags.StringArrayVar(&values.Literals, "set-literal", nil, "set a `key=literal` (repeatable)")
	flags.StringVar(&options.KubeVersion, "kube-version", "", "Kubernetes `version` that templates see (default "+render.DefaultKubeVersion+")")
	flags.StringSliceVarP(&options.APIVersions, "api-versions", "a", nil, "further API `versions` that templates see")
	flags.StringVarP(&output, "output", "o", "text", "`format`: text or json")
	flags.IntVar(&options.Workers, "workers", 0, "charts at a time (default one for each core)")
	flags.DurationVar(&options.Timeout, "timeout", 0, "longest time for one chart (default 1m)")
	chosen.register(cmd)
	fail.register(cmd)
	completeWith(cmd, "output", report.Formats)
	return cmd
}

// registerRelease has no shorthand for the namespace: Helm takes -n and
// --namespace out of a plugin's arguments and hands them on as HELM_NAMESPACE.
func registerRelease(cmd *cobra.Command, release *lifecycle.Release) {
	cmd.Flags().StringVar(&release.Name, "name", "", "release `name` (default release-name)")
	cmd.Flags().StringVar(&release.Namespace, "namespace", "", "release `namespace` (default $HELM_NAMESPACE, else default)")
}

func (c *Command) format(name string) (report.Format, error) {
	switch name {
	case "text":
		return report.Text{Color: c.colored(c.Stdout), Rules: rules.All()}, nil
	case "json":
		return report.JSON{}, nil
	}
	return nil, fmt.Errorf("--output %s: the formats are text and json", name)
}

func cleanPaths(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = filepath.Clean(a)
	}
	return out
}
