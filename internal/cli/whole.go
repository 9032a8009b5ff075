//go:build !postrenderer

package cli

import (
	"github.com/spf13/cobra"

	"github.com/helm-stateful/helm-stateful/pkg/cluster"
	"github.com/helm-stateful/helm-stateful/pkg/lifecycle"
)

// addCommands adds the commands of the whole program.
func (c *Command) addCommands(root *cobra.Command) {
	group := func(id, title string, commands ...*cobra.Command) {
		root.AddGroup(&cobra.Group{ID: id, Title: title})
		for _, command := range commands {
			command.GroupID = id
			root.AddCommand(command)
		}
	}
	group("charts", "Charts:", c.lint(), c.compare(), c.plan(), c.report())
	group("manifests", "Manifests:", c.postRender(), c.fn())
	group("rules", "Rules and settings:", c.rules(), c.explain(), c.config())
	root.AddCommand(c.version())
}

// newCluster returns the simulated cluster.
func newCluster() lifecycle.Cluster { return cluster.New() }
