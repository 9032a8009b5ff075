package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lint"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

func (c *Command) explain() *cobra.Command {
	return &cobra.Command{
		Use:     "explain RULE",
		Short:   "Say what a rule is about: why it matters, an example, the fix",
		Example: `  helm stateful explain claim-not-found`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("name one rule: helm stateful rules lists them")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			all := rules.All()
			i := slices.IndexFunc(all, func(r *lint.Rule) bool { return r.Name == args[0] })
			if i < 0 {
				return fmt.Errorf("%s: %w", args[0], noSuchRule(args[0]))
			}
			_, err := fmt.Fprint(c.Stdout, report.WrapMarkdown(report.RuleMarkdown(all[i]), readable(c.Stdout)))
			return err
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return ruleNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}
