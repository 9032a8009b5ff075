// Command helm-stateful is the Helm plugin, the post-renderer and the linter.
package main

import (
	"os"

	"github.com/helm-stateful/helm-stateful/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:]))
}
