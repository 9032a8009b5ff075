//go:build postrenderer

package cli

import (
	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// addCommands adds the command of the program that only post-renders.
func (c *Command) addCommands(root *cobra.Command) { root.AddCommand(c.postRender()) }

// newCluster returns one that the whole program has.
func newCluster() lifecycle.Cluster { return &absentCluster{} }
