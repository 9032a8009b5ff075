//go:build !postrenderer

package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/krm"
	"github.com/helm-stateful/helm-stateful/pkg/lint/rules"
	"github.com/helm-stateful/helm-stateful/pkg/report"
)

func (c *Command) fn() *cobra.Command {
	return &cobra.Command{
		Use:   "fn",
		Short: "Judge and mend a ResourceList: a KRM function for kustomize and kpt",
		Long: `Fn reads a ResourceList from standard input and writes it back with the safe fixes
applied and the findings as its results. What no fix touches keeps its bytes.

The functionConfig is a ConfigMap whose data, or any other object whose spec,
may hold: fix (safe, all, none or rules), retention (keep, delete), only and skip
(rules), failOn (error, warning, info; default none), and rules and ignore as in a
.helm-stateful.yaml. A function is told all by its input: it reads no such file itself.

Exit codes: 0 done, 1 findings at or above failOn, 2 wrong usage or functionConfig.`,
		Example: `  kpt fn eval ./manifests --exec "helm-stateful fn" -- fix=safe failOn=error
  helm stateful fn < resourcelist.yaml`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			in, err := io.ReadAll(c.Stdin)
			if err != nil {
				return &exitError{exitChart, fmt.Errorf("read a ResourceList from standard input: %w", err)}
			}
			out, err := krm.Run(in, rules.All(), cluster.New())
			if err != nil {
				return err
			}
			if _, err := c.Stdout.Write(out.List); err != nil {
				return &exitError{exitChart, fmt.Errorf("write to standard output: %w", err)}
			}
			if out.Failed { // kustomize throws the results of a function that fails away
				if err := c.text(c.Stderr).Write(c.Stderr, report.New(nil, out.Findings)); err != nil {
					return &exitError{exitFindings, err}
				}
				return &exitError{code: exitFindings}
			}
			return nil
		},
	}
}
