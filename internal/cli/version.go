//go:build !postrenderer

package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/internal/build"
	"github.com/helm-stateful/helm-stateful/pkg/render"
)

func (c *Command) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: `  helm stateful version`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(c.Stdout, "helm-stateful %s (Kubernetes %s by default, %s)\n", build.Version, render.DefaultKubeVersion, runtime.Version())
			return err
		},
	}
}
